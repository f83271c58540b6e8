/// A tree with one file whose content is not what the tree has: a buffer of an editor. The file may be new.
package struct OverlaidTree: SourceTree {
  package let entries: [TreeEntry]
  private let base: any SourceTree
  private let path: String
  private let bytes: [UInt8]

  /// - Parameter path: relative to the top of the tree.
  package init(_ base: any SourceTree, path: String, bytes: [UInt8]) {
    self.base = base
    self.path = path
    self.bytes = bytes
    // Without an object id, since that would be of other content.
    let entry = TreeEntry(path: path, mode: .regular)
    var entries = base.entries
    if let index = entries.firstIndex(where: { TreePath.areEqual($0.path, path) }) {
      entries[index] = entry
    } else {
      entries.insert(entry, at: entries.firstIndex { TreePath.precedes(path, $0.path) } ?? entries.endIndex)
    }
    self.entries = entries
  }

  package var revision: Revision { base.revision }
  /// What keeps the file on disk from being read says nothing of the buffer.
  package var notices: [TreeNotice] { base.notices.filter { !TreePath.areEqual($0.path, path) } }
  package var remoteURLs: [String] { base.remoteURLs }

  package func makeReader() throws(SourceTreeError) -> any TreeReader {
    Reader(base: try base.makeReader(), path: path, bytes: bytes)
  }

  private struct Reader: TreeReader {
    var base: any TreeReader
    let path: String
    let bytes: [UInt8]

    mutating func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8] {
      TreePath.areEqual(entry.path, path) ? bytes : try base.contents(of: entry)
    }
  }
}
