import SourceText
package import SourceTrees
import YAMLSyntax

// Two revisions of a repository have almost all files in common, so the second one is read only where it differs.
extension SourceSet {
  /// The files of another tree of this repository. Files that have the same content at the same path are the same files
  /// there, with one number and one tree of nodes; others are parsed, or copied where only their name differs.
  ///
  /// Nodes of either revision are found in the forest of the set that is made, and not in this one. Other repositories
  /// are taken over as they are. This set must not have parsed more than what the loader did, but may have been built on.
  ///
  /// - Parameter changed: paths that alone have another content there, where that is known; else blobs tell.
  package func revision(
    _ other: any SourceTree, changed: Set<String>? = nil
  ) throws(SourceTreeError) -> SourceSet {
    var reader = try other.makeReader()
    var contents = ContentIndex(self, other, changed: changed)
    var files: [ManifestFile] = []
    var added: [YAMLTree] = []
    var unread: [FileID: UnreadFile] = [:]
    for entry in other.entries where Self.isManifest(entry) {
      if let same = contents.file(of: entry) {
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
          added.append(YAMLTree(of: standIn, bytes))
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
      if let same = contents.file(of: entry) { files.append(same) }
    }
    let notices = files.compactMap { file in unread[file.id].map { TreeNotice(path: file.path, reason: $0.reason) } }
    let set = SourceSet(
      sharing: self, tree: other, files: files, added: added, notices: notices, reader: try other.makeReader())
    set.unread = unread
    try set.shareCheckouts(of: self)
    set.parseListedFiles()
    return set
  }

  /// Every path that is not the same in this tree and the one of a set that this one made, links and all else included.
  package func changedPaths(since other: SourceSet) -> Set<String> {
    var changed: Set<String> = []
    var rest = Dictionary(other.tree.entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    for own in tree.entries {
      guard let others = rest.removeValue(forKey: own.path), own.mode == others.mode else {
        changed.insert(own.path)
        continue
      }
      if let file = allFilesByPath[own.path], let same = other.allFilesByPath[own.path] {
        if file != same { changed.insert(own.path) }
      } else if (own.blob ?? (try? read(own)).flatMap { other.tree.blob(of: $0) }) != others.blob || others.blob == nil
      {
        changed.insert(own.path)
      }
    }
    return changed.union(rest.keys)
  }
}

/// The files of a set by what they have in them, as the entries of another tree name it.
private struct ContentIndex {
  private let sources: SourceSet
  private let other: any SourceTree
  private let changed: Set<String>?
  /// What the tree of the set says of its own files.
  private let blobs: [String: String]
  private var hashes: [FileID: String] = [:]
  private var byBlob: [String: ManifestFile]?

  init(_ sources: SourceSet, _ other: any SourceTree, changed: Set<String>?) {
    self.sources = sources
    self.other = other
    self.changed = changed
    blobs = Dictionary(
      (changed == nil ? sources.tree.entries : []).compactMap { entry in entry.blob.map { (entry.path, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The file at the path of an entry of the other tree, if it has the same content.
  mutating func file(of entry: TreeEntry) -> ManifestFile? {
    guard let id = sources.fileInRepository(at: entry.path) else { return nil }
    let file = sources.allFiles[Int(id.index)]
    if let changed { return changed.contains(entry.path) ? nil : file }
    guard let blob = entry.blob else { return nil }
    return content(of: file) == blob ? file : nil
  }

  /// A file with a content, wherever it is.
  mutating func file(with blob: String?) -> ManifestFile? {
    guard let blob, changed == nil else { return nil }
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
