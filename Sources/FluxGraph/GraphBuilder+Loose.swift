import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// What no entry point applies.
extension GraphBuilder {
  /// Kustomizations that no entry point of the repository applies, in one group: they may belong to several clusters.
  mutating func leftOut(_ candidates: EntryCandidates) async -> [Cluster] {
    let loose = looseKustomizations(candidates)
    guard !loose.isEmpty else { return [] }
    var around = surroundings(candidates)
    around.ownSources = Set(followed.compactMap(\.start.ownSource))
    around.objects = candidates.written.filter { !reachedFiles.contains($0.file) }.map { object in
      (object.root, engine.sources.forest.range(object.root))
    }
    let start = ClusterStart(
      name: "", entry: EntryPoint(kind: .none, range: nil), ownSource: nil, first: .written(loose), loose: around)
    let others = loose.count == 1 ? "" : loose.count == 2 ? " and another one" : " and \(loose.count - 1) others"
    notFollowed.append(
      Gap(
        .notFollowed, "no entry point of this repository applies Kustomization '\(loose[0].name)'\(others)",
        range: loose[0].range))
    return [await start.follow(with: &engine, settings, firstShare: firstShare)]
  }

  /// In a repository without an entry point: directories with a kustomization file that nothing lists, and the
  /// Kustomizations that none of those holds, by directory.
  mutating func addLoose(_ candidates: EntryCandidates) async {
    var around = surroundings(candidates)
    around.isJudged = true
    around.likelyOwnSources = likelyOwnSources(candidates, around)
    let paths = Set(
      candidates.kustomizations.compactMap { raw in
        raw.hasSource ? raw.path.map { RelativePath.clamped($0) } : nil
      })
    let roots = unlistedDirectories()
    await follow(roots.filter { !Self.isInside($0.directory, paths) }.map { start(of: $0, around) })
    await follow(groups(candidates, around) { !Self.isInside(RelativePath.parent(of: $0), paths) })
    await follow(roots.filter { !reachedFiles.contains($0.file) }.map { start(of: $0, around) })
    await follow(groups(candidates, around) { _ in true })
    guard !candidates.written.isEmpty else { return }
    notFollowed.append(
      Gap(
        .notFollowed,
        "nothing in this repository says which cluster reads it; name the directories that Flux begins at under"
          + " 'clusters' in .fluxlint.yaml", range: nil))
  }

  private static func isInside(_ directory: String, _ paths: Set<String>) -> Bool {
    var directory = directory
    while !directory.isEmpty {
      if paths.contains(directory) { return true }
      directory = RelativePath.parent(of: directory)
    }
    return false
  }

  private func start(of root: (directory: String, file: FileID), _ around: LooseSurroundings) -> ClusterStart {
    var around = around
    around.directory = root.directory
    around.isWholeDirectory = true
    let range = engine.sources.documents(of: root.file).first?.range ?? SourceRange(file: root.file, 0..<0)
    return ClusterStart(
      name: "", entry: EntryPoint(kind: .none, range: nil), ownSource: nil, first: .directory(root.directory, range),
      loose: around)
  }

  /// Kustomizations of files that nothing reads so far, by directory.
  private mutating func groups(
    _ candidates: EntryCandidates, _ around: LooseSurroundings, _ isChosen: (String) -> Bool
  ) -> [ClusterStart] {
    let sources = engine.sources
    let loose = looseKustomizations(candidates).filter { isChosen(sources.path(of: $0.file)) }
    let byDirectory = Dictionary(grouping: loose) { RelativePath.parent(of: sources.path(of: $0.file)) }
    guard !byDirectory.isEmpty else { return [] }
    let objects = Dictionary(grouping: candidates.written.filter { !reachedFiles.contains($0.file) }) {
      RelativePath.parent(of: sources.path(of: $0.file))
    }
    handledFiles.formUnion(loose.map(\.file))
    return byDirectory.sorted { $0.key < $1.key }.map { directory, raws in
      var around = around
      around.directory = directory
      let ids = Set(raws.map { "\($0.namespace ?? "")/\($0.name)" })
      around.isWholeDirectory = ids.count == raws.count && sources.kustomizationFile(in: directory) == nil
      around.objects = (objects[directory] ?? []).map { ($0.root, sources.forest.range($0.root)) }
      return ClusterStart(
        name: "", entry: EntryPoint(kind: .none, range: nil), ownSource: nil, first: .written(raws), loose: around)
    }
  }

  private func looseKustomizations(_ candidates: EntryCandidates) -> [RawKustomization] {
    candidates.kustomizations.filter {
      $0.hasSource && ($0.path != nil || $0.isWhole) && !reachedFiles.contains($0.file)
        && !handledFiles.contains($0.file)
    }
  }

  // MARK: - Around

  private func surroundings(_ candidates: EntryCandidates) -> LooseSurroundings {
    let sources = engine.sources
    let forest = sources.forest
    var around = LooseSurroundings()
    around.hasResourceSets = candidates.hasResourceSets
    around.names = Set(candidates.definedNames.map { LooseSurroundings.Key(kind: "Kustomization", name: $0) })
    for object in candidates.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)) else { continue }
      let key = LooseSurroundings.Key(kind: id.kind, name: id.name)
      if id.kind == "HelmRelease" { around.names.insert(key) }
      guard id.group == FluxKinds.sourceGroup, !reachedFiles.contains(object.file),
        !otherEntryFiles.contains(object.file)
      else { continue }
      around.sources[key, default: []].append(stray(object.root, object.file, id.namespace))
    }
    let wanted = Set(
      candidates.kustomizations.lazy.filter { !reachedFiles.contains($0.file) }.flatMap { valueNames(of: $0.root) })
    guard !wanted.isEmpty else { return around }
    for file in sources.files where sources.isOwn(file.id) && !reachedFiles.contains(file.id) {
      for document in sources.documents(of: file.id) {
        guard let kind = forest.value(document.root, "kind"),
          forest.hasText(kind, "ConfigMap") || forest.hasText(kind, "Secret"),
          let id = forest.objectID(ManifestObject(root: document.root))
        else { continue }
        let key = LooseSurroundings.Key(kind: id.kind, name: id.name)
        if wanted.contains(key) { around.values[key, default: []].append(stray(document.root, file.id, id.namespace)) }
      }
    }
    return around
  }

  private func stray(_ root: NodeRef, _ file: FileID, _ namespace: String?) -> LooseSurroundings.Stray {
    LooseSurroundings.Stray(
      root: root, origin: engine.sources.forest.range(root), namespace: namespace,
      directory: RelativePath.parent(of: engine.sources.path(of: file)))
  }

  private func valueNames(of root: NodeRef) -> [LooseSurroundings.Key] {
    let forest = engine.sources.forest
    guard let list = forest.value(root, "spec", "postBuild", "substituteFrom") else { return [] }
    return forest.items(list).compactMap { reference in
      guard let kind = forest.value(reference, "kind"), let name = forest.value(reference, "name") else { return nil }
      return LooseSurroundings.Key(kind: forest.text(kind), name: forest.text(name))
    }
  }

  /// Sources of which this repository has the paths. One that some file defines is another repository unless nearly all
  /// paths, and more than one, say otherwise.
  private func likelyOwnSources(
    _ candidates: EntryCandidates, _ around: LooseSurroundings
  ) -> Set<LooseSurroundings.Key> {
    var counts: [LooseSurroundings.Key: (found: Int, all: Int)] = [:]
    for raw in candidates.kustomizations {
      guard let source = source(of: raw), source.kind == "GitRepository", let path = raw.path.map(RelativePath.clamped),
        !path.isEmpty, !Envsubst.hasExpression(path)
      else { continue }
      let key = LooseSurroundings.Key(kind: source.kind, name: source.name)
      counts[key, default: (0, 0)].all += 1
      if engine.sources.isDirectory(path) { counts[key, default: (0, 0)].found += 1 }
    }
    return Set(
      counts.filter { key, count in
        around.sources[key] == nil ? count.found > 0 : count.found > 1 && count.found * 4 >= count.all * 3
      }.keys)
  }

  // MARK: - Directories

  /// Directories with a kustomization file that no other one names, sorted. A component is nothing by itself.
  private func unlistedDirectories() -> [(directory: String, file: FileID)] {
    let sources = engine.sources
    let forest = sources.forest
    var found: [(directory: String, file: FileID)] = []
    var listed: Set<String> = []
    for file in sources.files where sources.isOwn(file.id) && KustomizationFile.isOne(file.path) {
      guard let root = sources.documents(of: file.id).first?.root, forest.kind(root) == .mapping else { continue }
      let group = forest.groupVersion(ManifestObject(root: root)).group
      guard group.isEmpty || group == "kustomize.config.k8s.io" else { continue }
      let directory = RelativePath.parent(of: file.path)
      for pair in forest.pairs(root) where forest.kind(pair.value) == .sequence {
        for item in forest.items(pair.value) where forest.kind(item) == .scalar {
          if let path = RelativePath.join(directory, forest.text(item)) { listed.insert(path) }
        }
      }
      let isComponent = forest.value(root, "kind").map { forest.hasText($0, "Component") } ?? false
      if !isComponent, sources.problems(of: file.id).isEmpty { found.append((directory, file.id)) }
    }
    return found.filter { !listed.contains($0.directory) }.sorted { $0.directory < $1.directory }
  }
}
