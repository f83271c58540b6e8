package import SourceTrees

/// A tree in which some files have other bytes, or are new; nothing is written.
package struct OverlayTree: SourceTree {
  private let base: any SourceTree
  private let changed: [String: [UInt8]]
  /// The paths with other bytes.
  package var changedPaths: Set<String> { Set(changed.keys) }
  package let entries: [TreeEntry]

  /// - Parameter changed: The bytes by path. A path that the tree does not have becomes a new regular file.
  package init(_ base: any SourceTree, changed: [String: [UInt8]]) {
    self.base = base
    self.changed = changed
    var unknown = Set(changed.keys)
    var entries = base.entries.map { entry in
      guard unknown.remove(entry.path) != nil else { return entry }
      return TreeEntry(path: entry.path, mode: entry.mode)
    }
    entries += unknown.map { TreeEntry(path: $0, mode: .regular) }
    self.entries = unknown.isEmpty ? entries : entries.sorted { TreePath.precedes($0.path, $1.path) }
  }

  package var revision: Revision { base.revision }
  package var notices: [TreeNotice] { base.notices }
  package var remoteURLs: [String] { base.remoteURLs }

  package func makeReader() throws(SourceTreeError) -> any TreeReader {
    Reader(base: try base.makeReader(), changed: changed)
  }

  private struct Reader: TreeReader {
    var base: any TreeReader
    let changed: [String: [UInt8]]

    mutating func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
      if let bytes = changed[entry.path] { return bytes }
      return try base.contents(of: entry)
    }
  }
}
