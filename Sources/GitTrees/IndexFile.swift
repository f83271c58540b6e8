internal import CLibGit2
internal import SourceTrees

/// One entry of an index, valid while the index is being read.
struct IndexEntry {
  let path: UnsafeBufferPointer<UInt8>
  let mode: TreeEntry.Mode
  let blob: UnsafePointer<git_oid>
  /// 0, or 1 to 3 for the sides of a conflict.
  let stage: Int
  /// Added with `git add -N`: its name is known, its content is not part of a commit.
  let isIntentToAdd: Bool
  /// Outside a sparse checkout: taken from the index whatever the disk says.
  let skipsWorkTree: Bool

  fileprivate init?(_ entry: UnsafePointer<git_index_entry>) {
    guard let text = entry.pointee.path, let id = entry.pointer(to: \.id) else { return nil }
    path = bytes(ofCString: text)
    mode = TreeEntry.Mode(fileMode: entry.pointee.mode)
    blob = id
    stage = Int(entry.pointee.flags & UInt16(GIT_INDEX_ENTRY_STAGEMASK)) >> Int(GIT_INDEX_ENTRY_STAGESHIFT)
    let extended = UInt32(entry.pointee.flags_extended)
    isIntentToAdd = extended & GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue != 0
    skipsWorkTree = extended & GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue != 0
  }
}

extension GitRepository {
  /// Calls `body` with each entry of the index, in the order of the index.
  ///
  /// - Throws: `GitError.missingIndex` when there is no file, unless there is no commit either: a repository just made
  ///   has none. `.unsupportedIndex` when it is sparse or split.
  func forEachIndexEntry(_ body: (IndexEntry) throws(GitError) -> Void) throws(GitError) {
    // libgit2 reads a file that does not exist as an empty index, and everything would pass.
    guard realPath(of: indexFile) != nil else {
      if try isUnborn() { return }
      throw .missingIndex(path: indexFile, isNamedByEnvironment: isIndexNamedByEnvironment)
    }
    if isIndexNamedByEnvironment { try RepositoryFiles.checkKind(of: indexFile) }
    let index: Handle<IndexKind>
    do {
      index = try Handle("read the index '\(indexFile)'") { git_index_open($0, indexFile) }
    } catch .library(let failure) where failure.message.contains("unsupported mandatory extension") {
      let name = failure.message.split(separator: "'").last.map(String.init) ?? ""
      throw .unsupportedIndex(extension: name)
    } catch .library {
      // For a file that is too short or closed to us, libgit2 says that it does not exist any more.
      do throws(SystemError) {
        _ = try FileDescriptor(open: indexFile, 0)
      } catch {
        throw .tree(.unreadable(path: indexFile, reason: error.reason))
      }
      throw .damagedIndex(path: indexFile)
    }
    for position in 0..<git_index_entrycount(index.pointer) {
      guard let entry = git_index_get_byindex(index.pointer, position), let entry = IndexEntry(entry) else { continue }
      try body(entry)
    }
  }

  /// Whether HEAD is a branch without a commit.
  func isUnborn() throws(GitError) -> Bool {
    try RepositoryFiles.check(references: "HEAD", gitDirectory: gitDirectory, commonDirectory: commonDirectory)
    let handle = try open()
    return try LibGit2.call("read HEAD") { git_repository_head_unborn(handle.pointer) } == 1
  }
}
