package import SourceTrees

extension GitRepository {
  /// The files on disk that Git would commit if all were added: tracked files as they are now, and untracked files that
  /// are not ignored. Entries outside a sparse checkout come from the index.
  ///
  /// Hashes nothing and leaves the index as it is. When the index is split, a notice says so, and the listing follows
  /// the ignore rules alone.
  ///
  /// - Throws: `GitError.noWorkTree` for a bare repository; `.missingIndex` as `index()` does; `.unsupportedIndex` when
  ///   the index cannot be read and tells what is outside a sparse checkout: those files would seem to be missing.
  package func workTree() throws(GitError) -> some SourceTree {
    guard let topLevel else { throw .noWorkTree(path: gitDirectory) }
    var listing = TreeListing()
    let tracked = try trackedFiles(into: &listing)
    let filter = WorkTreeFilter(tracked: tracked, ignoreRules: try IgnoreRules(self, topLevel: topLevel))
    try GitError.wrapping { () throws(SourceTreeError) in
      try DirectoryWalk.list(topLevel, filter: filter, into: &listing)
    }
    return WorkTree(topLevel: topLevel, listing: listing, repository: self)
  }

  /// What the index names. Adds entries that are not expected on disk to `listing`.
  private func trackedFiles(into listing: inout TreeListing) throws(GitError) -> TrackedFiles {
    var files: [TrackedFile] = []
    do throws(GitError) {
      try forEachIndexEntry { entry throws(GitError) in
        // The walk of the disk gives the notice.
        guard TreePath.problem(with: entry.path) == nil else { return }
        if entry.skipsWorkTree { try listing.add(entry) }
        files.append(
          TrackedFile(
            path: String(decoding: entry.path, as: UTF8.self), isSubmodule: entry.mode == .submodule,
            skipsWorkTree: entry.skipsWorkTree))
      }
    } catch .unsupportedIndex(let name) {
      let hidesFiles = name == "sdir" ? true : try isSparseCheckout()
      if hidesFiles { throw .unsupportedIndex(extension: name) }
      let reason =
        "the index has the extension '\(name)', which cannot be read: tracked files that are ignored are not checked"
      try GitError.wrapping { () throws(SourceTreeError) in try listing.leaveOut(".git/index", reason) }
    }
    return TrackedFiles(files)
  }

  private func isSparseCheckout() throws(GitError) -> Bool {
    try Configuration(of: open(), gitDirectory: gitDirectory).flag("core.sparseCheckout")
  }
}

/// A tree of files on disk, with blobs of the index for those outside a sparse checkout.
struct WorkTree: SourceTree {
  let revision = Revision.workTree
  let entries: [TreeEntry]
  let notices: [TreeNotice]
  var remoteURLs: [String] { repository.remoteURLs }
  private let topLevel: String
  private let repository: GitRepository

  init(topLevel: String, listing: consuming TreeListing, repository: GitRepository) {
    self.topLevel = topLevel
    (entries, notices) = listing.sorted()
    self.repository = repository
  }

  func makeReader() throws(SourceTreeError) -> any TreeReader {
    Reader(disk: try DirectoryReader(root: topLevel), repository: repository)
  }

  private struct Reader: TreeReader {
    var disk: DirectoryReader
    let repository: GitRepository
    var objects: ObjectReader?

    mutating func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
      guard entry.blob != nil else { return try disk.contents(of: entry) }
      let reader: ObjectReader
      if let objects { reader = objects } else { reader = try ObjectReader(repository) }
      objects = reader
      return try reader.contents(of: entry)
    }
  }
}
