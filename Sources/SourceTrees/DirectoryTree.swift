/// A directory as it is on disk, outside Git: every file and link in it, nothing ignored.
///
/// The listing is made once; a file that changes afterwards is read as it is then.
package struct DirectoryTree: SourceTree {
  package let revision = Revision.directory
  package let entries: [TreeEntry]
  package let notices: [TreeNotice]
  package let remoteURLs: [String] = []
  private let root: String

  /// Lists the directory at `path`. Links on the way to it are followed, links in it are not.
  ///
  /// - Throws: `SourceTreeError.notFound` when there is nothing, `.unreadable` when it is no directory, may not be
  ///   read or holds more than `TreeListing.maximumCount` files.
  package init(path: String) throws(SourceTreeError) {
    // Kept as an absolute path: the process may change its directory before it reads.
    guard let root = realPath(of: path) else { throw .notFound(path: path) }
    self.root = root
    var listing = TreeListing()
    try DirectoryWalk.list(root, filter: TakeAll(), into: &listing)
    (entries, notices) = listing.sorted()
  }

  package func makeReader() throws(SourceTreeError) -> any TreeReader {
    try DirectoryReader(root: root)
  }
}
