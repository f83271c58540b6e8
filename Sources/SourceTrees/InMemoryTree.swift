/// A tree of given files, for tests and for input that is not on disk.
package struct InMemoryTree: SourceTree {
  package let revision: Revision
  package let entries: [TreeEntry]
  package let notices: [TreeNotice] = []
  package var remoteURLs: [String] = []
  private let contents: [String: [UInt8]]

  /// - Parameters:
  ///   - files: The bytes of each regular file by its path.
  ///   - links: The target of each symbolic link by its path.
  package init(files: [String: [UInt8]], links: [String: String] = [:], revision: Revision = .directory) {
    self.revision = revision
    let listed =
      files.keys.map { TreeEntry(path: $0, mode: .regular) }
      + links.keys.map { TreeEntry(path: $0, mode: .symbolicLink) }
    entries = listed.sorted { TreePath.precedes($0.path, $1.path) }
    contents = files.merging(links.mapValues { Array($0.utf8) }) { file, _ in file }
  }

  package func makeReader() -> any TreeReader { Reader(contents: contents) }

  private struct Reader: TreeReader {
    let contents: [String: [UInt8]]

    func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
      guard let bytes = contents[entry.path] else { throw .notFound(path: entry.path) }
      return bytes
    }
  }
}
