internal import CLibGit2
internal import SourceTrees

struct TrackedFile {
  var path: String
  var isSubmodule: Bool
  var skipsWorkTree: Bool
}

/// The paths of an index, found by their bytes.
struct TrackedFiles {
  private let files: [TrackedFile]

  init(_ files: [TrackedFile]) {
    let isAscending = zip(files, files.dropFirst()).allSatisfy { TreePath.precedes($0.path, $1.path) }
    self.files = isAscending ? files : files.sorted { TreePath.precedes($0.path, $1.path) }
  }

  subscript(path: String) -> TrackedFile? {
    let index = firstIndex(notBefore: path)
    guard index < files.count, TreePath.areEqual(files[index].path, path) else { return nil }
    return files[index]
  }

  func contains(below directory: String) -> Bool {
    let prefix = directory + "/"
    let index = firstIndex(notBefore: prefix)
    return index < files.count && files[index].path.utf8.starts(with: prefix.utf8)
  }

  private func firstIndex(notBefore path: String) -> Int {
    var low = 0
    var high = files.count
    while low < high {
      let middle = (low + high) / 2
      if TreePath.precedes(files[middle].path, path) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// `.gitignore` files, `.git/info/exclude` and the user's own list.
final class IgnoreRules {
  private let repository: Handle<RepositoryKind>
  /// Asking libgit2 reads files, so each directory is asked about once.
  private var ignoredDirectories: [String: Bool] = [:]

  init(_ repository: GitRepository) throws(SourceTreeError) {
    do throws(GitError) {
      self.repository = try repository.open()
    } catch {
      throw .unreadable(path: "", reason: error.description)
    }
  }

  /// Whether a file or directory is ignored, by itself or with a directory above it.
  ///
  /// libgit2 lets a rule with `!` bring back a file in an ignored directory, which Git does not. So the directories are
  /// asked about first.
  func ignores(_ path: String, isDirectory: Bool) throws(SourceTreeError) -> Bool {
    if isDirectory, let known = ignoredDirectories[path] { return known }
    let parent = path.lastIndex(of: "/").map { String(path[..<$0]) }
    let isIgnored: Bool
    if let parent, try ignores(parent, isDirectory: true) {
      isIgnored = true
    } else {
      isIgnored = try hasRule(for: isDirectory ? path + "/" : path)
    }
    if isDirectory { ignoredDirectories[path] = isIgnored }
    return isIgnored
  }

  private func hasRule(for path: String) throws(SourceTreeError) -> Bool {
    var isIgnored: CInt = 0
    do throws(GitError) {
      try LibGit2.call("read the ignore rules") { git_ignore_path_is_ignored(&isIgnored, repository.pointer, path) }
    } catch {
      throw .unreadable(path: path, reason: error.description)
    }
    return isIgnored != 0
  }
}

/// Takes what is tracked, and what is neither tracked nor ignored.
struct WorkTreeFilter: WalkFilter {
  let tracked: TrackedFiles
  let ignoreRules: IgnoreRules

  func decide(_ path: String, isDirectory: Bool) throws(SourceTreeError) -> WalkDecision {
    if let file = tracked[path] {
      if isDirectory, file.isSubmodule { return .submodule }
      // Taken from the index instead.
      if file.skipsWorkTree { return .leaveOut }
      if !isDirectory { return .take }
    }
    if isDirectory, tracked.contains(below: path) { return .take }
    return try ignoreRules.ignores(path, isDirectory: isDirectory) ? .leaveOut : .take
  }

  func entersRepository(at path: String) -> Bool {
    tracked.contains(below: path)
  }
}
