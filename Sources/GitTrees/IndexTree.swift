internal import CLibGit2
package import SourceTrees

extension GitRepository {
  /// The index: exactly what `git commit` would make a commit of. In a hook, the index of the commit being made.
  ///
  /// - Throws: `GitError.unmergedPaths` as `git commit` would; `.missingIndex`, `.unsupportedIndex`, `.noIndex`.
  package func index() throws(GitError) -> some SourceTree {
    guard !isBare || isIndexNamedByEnvironment else { throw .noIndex(path: gitDirectory) }
    try PackIndex.check(in: objectDirectory)
    var listing = TreeListing()
    var unmerged: [String] = []
    try forEachIndexEntry { entry throws(GitError) in
      if entry.stage != 0 {
        let path = TreePath.displayed(entry.path)
        if unmerged.last != path { unmerged.append(path) }
      } else if !entry.isIntentToAdd {
        try listing.add(entry)
      }
    }
    guard unmerged.isEmpty else { throw .unmergedPaths(unmerged) }
    return ObjectTree(revision: .index, listing: listing, repository: self)
  }
}

extension TreeListing {
  /// Adds an entry of the index, or a notice when no checkout could hold its path.
  mutating func add(_ entry: IndexEntry) throws(GitError) {
    try GitError.wrapping { () throws(SourceTreeError) in
      if let problem = TreePath.problem(with: entry.path) {
        return try leaveOut(TreePath.displayed(entry.path.prefix(problem.length)), problem.reason)
      }
      let path = String(decoding: entry.path, as: UTF8.self)
      try add(TreeEntry(path: path, mode: entry.mode, blob: hexadecimal(entry.blob)))
    }
  }
}

/// A tree of which every file is a blob of the repository.
struct ObjectTree: SourceTree {
  let revision: Revision
  let entries: [TreeEntry]
  let notices: [TreeNotice]
  let commitTime: Int64?
  var remoteURLs: [String] { repository.remoteURLs }
  private let repository: GitRepository

  init(
    revision: Revision, listing: consuming TreeListing, repository: GitRepository, commitTime: Int64? = nil
  ) {
    self.revision = revision
    (entries, notices) = listing.sorted()
    self.repository = repository
    self.commitTime = commitTime
  }

  func blob(of contents: [UInt8]) -> String? {
    var id = git_oid()
    return git_odb_hash(&id, contents, contents.count, GIT_OBJECT_BLOB) == 0
      ? withUnsafePointer(to: &id) { hexadecimal($0) } : nil
  }

  func makeReader() throws(SourceTreeError) -> any TreeReader {
    try ObjectReader(repository)
  }
}
