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

/// Takes what is tracked, and what is neither tracked nor ignored.
struct WorkTreeFilter: WalkFilter {
  let tracked: TrackedFiles
  let ignoreRules: IgnoreRules

  func decide(_ path: String, isDirectory: Bool) -> WalkDecision {
    if let file = tracked[path] {
      if isDirectory, file.isSubmodule { return .submodule }
      // Taken from the index instead.
      if file.skipsWorkTree { return .leaveOut }
      if !isDirectory { return .take }
    }
    if isDirectory, tracked.contains(below: path) { return .take }
    return ignoreRules.ignores(path, isDirectory: isDirectory) ? .leaveOut : .take
  }

  func entersRepository(at path: String) -> Bool {
    tracked.contains(below: path)
  }
}
