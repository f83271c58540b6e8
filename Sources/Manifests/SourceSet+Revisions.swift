import SourceText
package import SourceTrees
import YAMLSyntax

// Two revisions of a repository have almost all files in common, so the second one is read only where it differs.
extension SourceSet {
  /// The files of another tree of this repository. Files that have the same content at the same path are the same files
  /// there, with one number and one tree of nodes; others are parsed, or copied where only their name differs.
  ///
  /// Nodes of either revision are found in the forest of the set that is made, and not in this one. Other repositories
  /// are taken over as they are.
  package func revision(_ other: any SourceTree) throws(SourceTreeError) -> SourceSet {
    var reader = try other.makeReader()
    var contents = ContentIndex(self, other)
    var files: [ManifestFile] = []
    var added: [YAMLTree] = []
    var unread: [FileID: UnreadFile] = [:]
    for entry in other.entries where Self.isManifest(entry) {
      if let same = contents.file(with: entry.blob, at: entry.path) {
        files.append(same)
        if let reason = self.unread[same.id] { unread[same.id] = reason }
        continue
      }
      let id = FileID(allFiles.count + added.count)
      let index = forest.nextTreeIndex + UInt32(added.count)
      files.append(ManifestFile(id: id, path: entry.path, tree: index))
      if let twin = contents.file(with: entry.blob), self.unread[twin.id] == nil {
        added.append(forest.trees[Int(twin.tree)].copied(to: id, tree: index))
        continue
      }
      do {
        let bytes = try reader.contents(of: entry)
        if let standIn = StandIn(bytes) {
          unread[id] = UnreadFile(reason: standIn.reason, isFailure: false, standIn: standIn)
          added.append(YAMLTree())
        } else {
          added.append(Self.parse(bytes, at: entry.path, file: id, tree: index))
        }
      } catch {
        unread[id] = UnreadFile(reason: error.reason, isFailure: error.isFailure)
        added.append(YAMLTree())
      }
    }
    // Files that are no YAML by their name, and were parsed because something lists them.
    let paths = Set(files.map(\.path))
    for entry in other.entries where !paths.contains(entry.path) {
      if let same = contents.file(with: entry.blob, at: entry.path) { files.append(same) }
    }
    let notices = files.compactMap { file in unread[file.id].map { TreeNotice(path: file.path, reason: $0.reason) } }
    let set = SourceSet(
      sharing: self, tree: other, files: files, added: added, notices: notices, reader: try other.makeReader())
    set.unread = unread
    try set.shareCheckouts(of: self)
    set.parseListedFiles()
    return set
  }

  /// Whether two sets of one numbering show the same files at the same paths, links and all else included.
  package func isSameTree(as other: SourceSet) -> Bool {
    guard files.count == other.files.count, tree.entries.count == other.tree.entries.count else { return false }
    guard zip(files, other.files).allSatisfy({ $0.id == $1.id }) else { return false }
    return zip(tree.entries, other.tree.entries).allSatisfy { own, others in
      guard own.path == others.path, own.mode == others.mode else { return false }
      if allFilesByPath[own.path] != nil { return true }
      if let blob = own.blob ?? (try? read(own)).flatMap({ other.tree.blob(of: $0) }) { return blob == others.blob }
      return false
    }
  }
}

/// The files of a set by what they have in them, as the entries of another tree name it.
private struct ContentIndex {
  private let sources: SourceSet
  private let other: any SourceTree
  /// What the tree of the set says of its own files.
  private let blobs: [String: String]
  private var hashes: [FileID: String] = [:]
  private var byBlob: [String: ManifestFile]?

  init(_ sources: SourceSet, _ other: any SourceTree) {
    self.sources = sources
    self.other = other
    blobs = Dictionary(
      sources.tree.entries.compactMap { entry in entry.blob.map { (entry.path, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The file with a content, if that is what is at `path`.
  mutating func file(with blob: String?, at path: String) -> ManifestFile? {
    guard let blob, let id = sources.fileInRepository(at: path) else { return nil }
    let file = sources.allFiles[Int(id.index)]
    return content(of: file) == blob ? file : nil
  }

  /// A file with a content, wherever it is.
  mutating func file(with blob: String?) -> ManifestFile? {
    guard let blob else { return nil }
    if let byBlob { return byBlob[blob] }
    var index: [String: ManifestFile] = [:]
    for file in sources.files where sources.isOwn(file.id) {
      if let content = content(of: file), index[content] == nil { index[content] = file }
    }
    byBlob = index
    return index[blob]
  }

  /// Files on disk have no name for their content, so it is made.
  private mutating func content(of file: ManifestFile) -> String? {
    if let known = blobs[file.path] ?? hashes[file.id] { return known }
    guard sources.unread[file.id] == nil, let hash = other.blob(of: sources.bytes(of: file.id)) else { return nil }
    hashes[file.id] = hash
    return hash
  }
}
