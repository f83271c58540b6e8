import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// Sync files and FluxInstances that are a base: each cluster's kustomization lists them, and patches the path. What counts
// is the object as it is built.
extension GraphBuilder {
  /// The entry points with those that overlays make of files which several clusters share, in place of the files' own.
  ///
  /// - Parameter written: the entry points as files have them.
  mutating func overlaid(_ written: [ClusterStart], _ candidates: EntryCandidates) -> [ClusterStart] {
    let sources = engine.sources
    let syncFiles = candidates.kustomizations.lazy.filter {
      $0.hasSource && RelativePath.name(of: sources.path(of: $0.file)) == "gotk-sync.yaml"
    }.map(\.file)
    let files = Set(syncFiles).union(candidates.instances.lazy.filter { !$0.isOfValuesFile }.map(\.file))
    guard !files.isEmpty else { return written }
    var paths: [FileID: Set<[String]>] = [:]
    for start in written {
      if let file = start.entry.range?.file { paths[file, default: []].insert(start.firstPaths) }
    }
    var made: [FileID: [(directory: String, start: ClusterStart)]] = [:]
    for (directory, files) in overlays(of: files, candidates) {
      var built = EntryCandidates()
      for object in engine.build(BuildRequest(directory: directory)).objects where files.contains(object.origin.file) {
        built.collect(object.root, range: object.origin, file: object.origin.file, in: engine.sources.forest)
      }
      for start in bootstrapped(built) + instances(built) {
        guard let file = start.entry.range?.file else { continue }
        made[file, default: []].append((directory, start))
      }
    }
    var result = written
    for (file, overlays) in made.sorted(by: { $0.key < $1.key }) {
      let written = paths[file] ?? []
      func isHeld(_ path: String) -> Bool { written.joined().contains { RelativePath.isPath(path, inside: $0) } }
      let isInside = overlays.contains { isHeld($0.directory) }
      guard overlays.contains(where: { !written.contains($0.start.firstPaths) }), overlays.count > 1 || !isInside else {
        continue
      }
      // A base may be a cluster as well: its path leads back to it, and to none of the overlays.
      if isInside || !isHeld(sources.path(of: file)) { result.removeAll { $0.entry.range?.file == file } }
      for number in result.indices where result[number].entry.range?.file == file { result[number].isShared = true }
      for (_, start) in overlays {
        var start = start
        start.isShared = true
        start.isPathPatched = !written.contains(start.firstPaths)
        result.append(start)
      }
    }
    return result
  }

  /// Directories elsewhere whose kustomization lists one of the files, or a directory that does, and which no other one
  /// of them lists; each with the files.
  private func overlays(
    of files: Set<FileID>, _ candidates: EntryCandidates
  ) -> [(directory: String, files: Set<FileID>)] {
    var bases: [String: Set<FileID>] = [:]
    for file in files { addBases(of: file, to: &bases) }
    var overlays: [String: Set<FileID>] = [:]
    var listed: Set<String> = []
    var isComplete = false
    while !isComplete {
      isComplete = true
      let names = Set(bases.keys.map(RelativePath.name(of:)))
      for file in candidates.kustomizationFiles {
        let directory = RelativePath.parent(of: engine.sources.path(of: file))
        for base in paths(above: directory, in: file, named: names) {
          guard let found = bases[base], !found.isSubset(of: bases[directory] ?? []) else { continue }
          bases[directory, default: []].formUnion(found)
          overlays[directory, default: []].formUnion(found)
          listed.insert(base)
          isComplete = false
        }
      }
    }
    return overlays.filter { !listed.contains($0.key) }.sorted { $0.key < $1.key }
      .map { (directory: $0.key, files: $0.value) }
  }

  /// A file, and the directories around it that list it one below the other.
  private func addBases(of file: FileID, to bases: inout [String: Set<FileID>]) {
    var path = engine.sources.path(of: file)
    bases[path, default: []].insert(file)
    while !path.isEmpty {
      let parent = RelativePath.parent(of: path)
      guard let lister = engine.sources.kustomizationFile(in: parent), lists(path, from: parent, lister) else { return }
      bases[parent, default: []].insert(file)
      path = parent
    }
  }

  private func lists(_ path: String, from directory: String, _ lister: FileID) -> Bool {
    let forest = engine.sources.forest
    return entries(of: lister).contains { RelativePath.join(directory, forest.text($0)) == path }
  }

  /// What a kustomization lists that is outside of its directory and has one of the names.
  private func paths(above directory: String, in file: FileID, named names: Set<String>) -> [String] {
    let forest = engine.sources.forest
    return entries(of: file).filter { item in
      forest.withText(item) { text in
        let isAbove = text.starts(with: "../".utf8)
        return isAbove && names.contains(String(decoding: Self.lastComponent(text), as: UTF8.self))
      }
    }.compactMap { RelativePath.join(directory, forest.text($0)) }
  }

  private static func lastComponent(_ path: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
    let slash = UInt8(ascii: "/")
    let end = path.lastIndex { $0 != slash }.map { $0 + 1 } ?? 0
    let trimmed = path[..<end]
    return trimmed[(trimmed.lastIndex(of: slash).map { $0 + 1 } ?? 0)...]
  }

  private func entries(of file: FileID) -> [NodeRef] {
    let forest = engine.sources.forest
    guard let root = engine.sources.documents(of: file).first?.root, forest.kind(root) == .mapping else { return [] }
    let lists = [forest.value(root, "resources"), forest.value(root, "bases"), forest.value(root, "components")]
    return lists.compactMap(\.self).flatMap { list in forest.items(list).filter { forest.kind($0) == .scalar } }
  }
}
