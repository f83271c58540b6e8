import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// Entry points that files show.
extension GraphBuilder {
  /// One for each `gotk-sync.yaml`: what it holds belongs to one cluster.
  func bootstrapped(_ candidates: EntryCandidates) -> [ClusterStart] {
    let raws = candidates.kustomizations.filter {
      $0.hasSource && RelativePath.name(of: engine.sources.path(of: $0.file)) == "gotk-sync.yaml"
    }
    let files = raws.map(\.file).reduce(into: [FileID]()) { if $0.last != $1 { $0.append($1) } }
    let byFile = Dictionary(grouping: raws, by: \.file)
    return files.flatMap { file -> [ClusterStart] in
      let raws = byFile[file] ?? []
      // Where somebody added others to the file, the entry is the one that applies it, and them.
      let applying = raws.filter { appliesItself($0) }
      let entry = applying.first { $0.name == source(of: $0)?.name } ?? applying.first
      let first = entry.map { [$0] } ?? raws
      guard first.count == 1, let path = first[0].path, Envsubst.hasExpression(path) else {
        return [start(from: first, kind: .bootstrap, candidates)]
      }
      return EntryPath.values(of: path, in: engine.sources).map { value in
        var raw = first[0]
        raw.path = value.path
        var start = start(from: [raw], kind: .bootstrap, candidates)
        start.pathDefinitions = value.definitions
        return start
      }
    }
  }

  /// Names the entry points of which no cluster says the path.
  mutating func nameUnknownPaths(_ candidates: EntryCandidates) {
    let forest = engine.sources.forest
    var paths = candidates.instances.compactMap { instance in
      forest.value(instance.spec, "sync", "path").map { (forest.text($0), instance.range) }
    }
    paths += candidates.kustomizations.compactMap { raw in
      RelativePath.name(of: engine.sources.path(of: raw.file)) == "gotk-sync.yaml"
        ? raw.path.map { ($0, raw.range) } : nil
    }
    let known = Set(followed.compactMap(\.cluster.entry.range))
    for (path, range) in paths where Envsubst.hasExpression(path) && !known.contains(range) {
      notFollowed.append(
        Gap(
          .notFollowed,
          "the path '\(path)' of this entry point holds a variable, and no cluster of this repository says its value",
          range: range))
    }
  }

  /// Whether the path of a Kustomization holds the file that defines it.
  private func appliesItself(_ raw: RawKustomization) -> Bool {
    raw.path.map {
      RelativePath.isPath(engine.sources.path(of: raw.file), inside: RelativePath.clamped($0))
    } ?? false
  }

  /// The entry points with what the configuration says of them; those that only the configuration knows come last.
  func withConfigured(_ starts: [ClusterStart]) -> [ClusterStart] {
    var starts = starts
    for cluster in settings.clusters {
      let name = cluster.path.isEmpty ? "." : cluster.path
      guard let number = starts.firstIndex(where: { $0.name == name }) else {
        // What bootstrap calls its objects.
        let source = ClusterBuilder.SourceIdentity(
          kind: "GitRepository", namespace: "flux-system", name: "flux-system")
        starts.append(
          ClusterStart(
            name: cluster.name ?? name, entry: EntryPoint(kind: .bootstrap, range: cluster.range), ownSource: source,
            fluxVersion: cluster.fluxVersion, isConfigured: true,
            first: .made(namespace: "flux-system", name: "flux-system", path: cluster.path, origin: cluster.range)))
        continue
      }
      starts[number].name = cluster.name ?? name
      starts[number].fluxVersion = cluster.fluxVersion
      starts[number].isConfigured = true
    }
    return starts
  }

  /// Directories that `flux bootstrap` fills, without a sync object in them: it is in the cluster only.
  func implied(_ candidates: EntryCandidates) -> [ClusterStart] {
    let sources = engine.sources
    let known = Set(
      candidates.kustomizations.filter(\.hasSource).map { RelativePath.parent(of: sources.path(of: $0.file)) })
    return candidates.bootstrapEntries.compactMap { entry in
      let directory = RelativePath.parent(of: sources.path(of: entry.file))
      guard !known.contains(directory) else { return nil }
      // The directory is named for the namespace, and the objects are named like it by default.
      let name = RelativePath.name(of: directory)
      let path = RelativePath.parent(of: directory)
      return ClusterStart(
        name: path.isEmpty ? "." : path, entry: EntryPoint(kind: .bootstrap, range: entry.entry),
        ownSource: ClusterBuilder.SourceIdentity(kind: "GitRepository", namespace: name, name: name),
        first: .made(namespace: name, name: name, path: path, origin: entry.entry))
    }
  }

  func start(from raws: [RawKustomization], kind: EntryPoint.Kind, _ candidates: EntryCandidates) -> ClusterStart {
    let raw = raws[0]
    let source = source(of: raw)
    // What bootstrap writes is in one file; others keep source and Kustomization together.
    let sameName = source.flatMap { candidates.gitRepositories[$0.name] } ?? []
    let directory = RelativePath.parent(of: engine.sources.path(of: raw.file))
    let written =
      sameName.first { $0.file == raw.file }
      ?? sameName.first { RelativePath.parent(of: engine.sources.path(of: $0.file)) == directory }
    return ClusterStart(
      name: clusterName(raws), entry: EntryPoint(kind: kind, range: raw.range), ownSource: source,
      writtenSource: written?.root, first: .written(raws))
  }

  func instances(_ candidates: EntryCandidates) -> [ClusterStart] {
    let forest = engine.sources.forest
    var starts: [ClusterStart] = []
    for instance in candidates.instances {
      guard let sync = forest.value(instance.spec, "sync"), let pathNode = forest.value(sync, "path") else { continue }
      // flux-operator internal/builder/templates.go: source and Kustomization are named after the namespace by default.
      let name = forest.value(sync, "name").map { forest.text($0) } ?? instance.namespace
      let kind = forest.value(sync, "kind").map { forest.text($0) } ?? "GitRepository"
      for value in EntryPath.values(of: forest.text(pathNode), in: engine.sources) {
        let path = RelativePath.clamped(value.path)
        guard let root = artifactRoot(for: path, sourceKind: kind) else { continue }
        starts.append(
          ClusterStart(
            name: root.isEmpty ? path : RelativePath.clamped(root + "/" + path),
            entry: EntryPoint(kind: .fluxInstance, range: instance.range),
            ownSource: ClusterBuilder.SourceIdentity(kind: kind, namespace: instance.namespace, name: name),
            artifactRoot: root, instance: instance.spec, pathDefinitions: value.definitions,
            isOfValuesFile: instance.isOfValuesFile,
            first: .made(namespace: instance.namespace, name: name, path: path, origin: instance.range)))
      }
    }
    return starts
  }

  /// Where the artifact of a FluxInstance begins: Git ships the repository; CI may push a directory of it to a registry,
  /// which no manifest says: the shortest directory below which the path exists. Nil when it exists nowhere.
  private func artifactRoot(for path: String, sourceKind: String) -> String? {
    if engine.sources.isDirectory(path) || sourceKind == "GitRepository" { return "" }
    var level = [""]
    for _ in 0..<3 {
      var below: [String] = []
      for directory in level {
        for name in engine.sources.names(inDirectory: directory) {
          let child = directory.isEmpty ? name : directory + "/" + name
          guard engine.sources.isDirectory(child) else { continue }
          if engine.sources.isDirectory(child + "/" + path) { return child }
          below.append(child)
        }
      }
      level = below
    }
    return nil
  }

  func source(of raw: RawKustomization) -> ClusterBuilder.SourceIdentity? {
    let forest = engine.sources.forest
    guard let reference = forest.value(raw.root, "spec", "sourceRef"), let name = forest.value(reference, "name") else {
      return nil
    }
    return ClusterBuilder.SourceIdentity(
      kind: forest.givenText(reference, "kind") ?? "GitRepository",
      namespace: forest.givenText(reference, "namespace") ?? raw.namespace, name: forest.text(name))
  }

  /// The directory that an entry point applies, else the one that its file is in.
  private func clusterName(_ raws: [RawKustomization]) -> String {
    let cleaned = raws.count == 1 ? RelativePath.clamped(raws[0].path ?? "") : ""
    if !cleaned.isEmpty { return cleaned }
    var directory = RelativePath.parent(of: engine.sources.path(of: raws[0].file))
    // Bootstrap keeps its files in a directory named for the namespace.
    if raws.count > 1, RelativePath.name(of: directory) == raws[0].namespace {
      directory = RelativePath.parent(of: directory)
    }
    return directory.isEmpty ? "." : directory
  }
}
