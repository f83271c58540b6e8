/// Collects what a tree holds. Every kind of tree is listed through it, so all keep the promises of `TreeEntry.path`
/// and none grows without bound: a few crafted Git trees that name one another can stand for billions of files.
package struct TreeListing {
  /// Files, directories and notices together.
  package static let maximumCount = 1_000_000
  /// All paths together.
  package static let maximumPathBytes = 256 << 20

  private var entries: [TreeEntry] = []
  private var notices: [TreeNotice] = []
  private var count = 0
  private var pathBytes = 0

  package init() {}

  /// Adds an entry whose path is known to be good.
  ///
  /// - Throws: `SourceTreeError.unreadable` when the tree is too large; the same for all that follow.
  package mutating func add(_ entry: TreeEntry) throws(SourceTreeError) {
    try spend(on: entry.path)
    entries.append(entry)
    if entry.mode == .submodule {
      note(entry.path, "the content of a submodule is in another repository")
    }
  }

  /// Counts a directory, which is no entry but costs time.
  package mutating func addDirectory(_ path: String) throws(SourceTreeError) {
    try spend(on: path)
  }

  /// Records that something at `path` is left out, or cannot be looked into.
  package mutating func leaveOut(_ path: String, _ reason: String) throws(SourceTreeError) {
    try spend(on: path)
    note(path, reason)
  }

  private mutating func note(_ path: String, _ reason: String) {
    notices.append(TreeNotice(path: path, reason: reason))
  }

  private mutating func spend(on path: String) throws(SourceTreeError) {
    count += 1
    pathBytes += path.utf8.count
    if count > Self.maximumCount || pathBytes > Self.maximumPathBytes {
      throw .unreadable(path: "", reason: "the tree has more than \(Self.maximumCount) files and directories")
    }
  }

  /// Everything in the order of the path bytes; of several entries or equal notices at one path the first.
  package consuming func sorted() -> (entries: [TreeEntry], notices: [TreeNotice]) {
    var entries = entries
    let isAscending = zip(entries, entries.dropFirst()).allSatisfy { TreePath.precedes($0.path, $1.path) }
    if !isAscending {
      entries.sort { TreePath.precedes($0.path, $1.path) }
      entries.removeRepetitions { TreePath.areEqual($0.path, $1.path) }
    }
    var notices = notices
    notices.sort {
      let order = TreePath.compare($0.path, $1.path)
      return order != 0 ? order < 0 : TreePath.precedes($0.reason, $1.reason)
    }
    notices.removeRepetitions { TreePath.areEqual($0.path, $1.path) && $0.reason == $1.reason }
    return (entries, notices)
  }
}

extension Array {
  /// Of each run of neighbours that are the same, keeps the first.
  fileprivate mutating func removeRepetitions(_ areSame: (Element, Element) -> Bool) {
    var kept: [Element] = []
    kept.reserveCapacity(count)
    for element in self {
      if let last = kept.last, areSame(last, element) { continue }
      kept.append(element)
    }
    self = kept
  }
}
