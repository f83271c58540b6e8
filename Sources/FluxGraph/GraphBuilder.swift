package import FluxModel
import Kustomize
package import Manifests
import SourceText
import YAMLSyntax

/// Finds the clusters of a repository and follows each.
package struct GraphBuilder {
  /// The tree, with all nodes that builds made.
  package var sources: SourceSet { engine.sources }
  private var engine: KustomizeEngine
  private let settings: GraphSettings
  private var clusters: [Cluster] = []
  private var reachedFiles: Set<FileID> = []
  /// How many of so many clusters, or of so many Kustomizations of one cluster, the first worker follows.
  var firstShare: KustomizeEngine.Share = { ($0 + 1) / 2 }

  package init(sources: SourceSet, settings: GraphSettings) {
    engine = KustomizeEngine(sources: sources)
    self.settings = settings
  }

  package init(sources: SourceSet, fluxVersion: FluxVersion?) {
    self.init(sources: sources, settings: GraphSettings(fluxVersion: fluxVersion))
  }

  /// Builds everything. Entry points are, in this order: `gotk-sync.yaml`, FluxInstances, Kustomizations that apply
  /// themselves, overlays that make one of those, and at last whatever no entry point reaches.
  package mutating func build() async -> FluxGraph {
    let candidates = EntryCandidates(engine.sources)
    await follow(named(withConfigured(bootstrapped(candidates) + implied(candidates) + instances(candidates))))
    await addSelfManaged(candidates)
    await addOverlays(candidates)
    await addLoose(candidates)
    return FluxGraph(clusters: clusters, written: candidates.written, reachedFiles: reachedFiles)
  }

  private mutating func add(_ start: ClusterStart) async {
    take(await start.follow(with: &engine, settings, firstShare: firstShare))
  }

  private mutating func take(_ cluster: Cluster) {
    reachedFiles.formUnion(cluster.files)
    clusters.append(cluster)
  }

  /// Follows clusters on two workers. Neighbours share bases, so each worker gets a run of them; the result is the same
  /// as one after the other. A single cluster has its Kustomizations shared out instead.
  private mutating func follow(_ starts: [ClusterStart]) async {
    let sources = engine.sources
    guard starts.count > 1, let fork = try? sources.fork() else {
      for start in starts { await add(start) }
      return
    }
    let half = min(max(firstShare(starts.count), 0), starts.count)
    let settings = settings
    let handed = Handed(engine.forked(for: fork))
    async let second = Self.follow(Array(starts[half...]), with: handed, settings)
    for start in starts[..<half] { take(await start.follow(with: &engine, settings, firstShare: nil)) }
    let (clusters, worker) = await second
    engine.addCosts(of: worker.value)
    if let moved = sources.adopt(fork) {
      for cluster in clusters { take(cluster.movingNodes(from: moved.first, by: moved.offset)) }
    } else {
      for start in starts[half...] { await add(start) }
    }
  }

  @concurrent private static func follow(
    _ starts: [ClusterStart], with handed: Handed<KustomizeEngine>, _ settings: GraphSettings
  ) async -> ([Cluster], Handed<KustomizeEngine>) {
    var engine = handed.value
    var clusters: [Cluster] = []
    for start in starts { clusters.append(await start.follow(with: &engine, settings, firstShare: nil)) }
    return (clusters, Handed(engine))
  }

  /// Gives clusters with one name different ones.
  private func named(_ starts: [ClusterStart]) -> [ClusterStart] {
    var names = Set(clusters.map(\.name))
    return starts.map { start in
      var start = start
      start.name = Self.uniqueName(start.name, among: names)
      names.insert(start.name)
      return start
    }
  }

  private static func uniqueName(_ name: String, among names: Set<String>) -> String {
    guard !name.isEmpty, names.contains(name) else { return name }
    var number = 2
    while names.contains("\(name) (\(number))") { number += 1 }
    return "\(name) (\(number))"
  }

  // MARK: - Entry points

  private func bootstrapped(_ candidates: EntryCandidates) -> [ClusterStart] {
    let raws = candidates.kustomizations.filter {
      $0.hasSource && RelativePath.name(of: engine.sources.path(of: $0.file)) == "gotk-sync.yaml"
    }
    // Where somebody added others to the file, the entry is the one that applies it.
    let applying = raws.filter { appliesItself($0) }
    let files = Set(applying.map(\.file))
    return raws.filter { !files.contains($0.file) || appliesItself($0) }.map {
      start(from: $0, kind: .bootstrap, candidates)
    }
  }

  /// Whether the path of a Kustomization holds the file that defines it.
  private func appliesItself(_ raw: RawKustomization) -> Bool {
    raw.path.map {
      RelativePath.isPath(engine.sources.path(of: raw.file), inside: RelativePath.clamped($0))
    } ?? false
  }

  /// The entry points with what the configuration says of them; those that only the configuration knows come last.
  private func withConfigured(_ starts: [ClusterStart]) -> [ClusterStart] {
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
            fluxVersion: cluster.fluxVersion,
            first: .made(namespace: "flux-system", name: "flux-system", path: cluster.path, origin: cluster.range)))
        continue
      }
      starts[number].name = cluster.name ?? name
      starts[number].fluxVersion = cluster.fluxVersion
    }
    return starts
  }

  /// Directories that `flux bootstrap` fills, without a sync object in them: it is in the cluster only.
  private func implied(_ candidates: EntryCandidates) -> [ClusterStart] {
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

  private func start(from raw: RawKustomization, kind: EntryPoint.Kind, _ candidates: EntryCandidates) -> ClusterStart {
    let source = source(of: raw)
    // What bootstrap writes is in one file; others keep source and Kustomization together.
    let sameName = source.flatMap { candidates.gitRepositories[$0.name] } ?? []
    let directory = RelativePath.parent(of: engine.sources.path(of: raw.file))
    let written =
      sameName.first { $0.file == raw.file }
      ?? sameName.first { RelativePath.parent(of: engine.sources.path(of: $0.file)) == directory }
    return ClusterStart(
      name: clusterName(raw.path, file: raw.file), entry: EntryPoint(kind: kind, range: raw.range),
      ownSource: source, writtenSource: written?.root, first: .written([raw]))
  }

  private func instances(_ candidates: EntryCandidates) -> [ClusterStart] {
    let forest = engine.sources.forest
    var starts: [ClusterStart] = []
    for instance in candidates.instances {
      guard let sync = forest.value(instance.spec, "sync"), let pathNode = forest.value(sync, "path") else { continue }
      let path = RelativePath.clamped(forest.text(pathNode))
      // flux-operator internal/builder/templates.go: source and Kustomization are named after the namespace by default.
      let name = forest.value(sync, "name").map { forest.text($0) } ?? instance.namespace
      let kind = forest.value(sync, "kind").map { forest.text($0) } ?? "GitRepository"
      guard let root = artifactRoot(for: path, sourceKind: kind) else { continue }
      starts.append(
        ClusterStart(
          name: root.isEmpty ? path : RelativePath.clamped(root + "/" + path),
          entry: EntryPoint(kind: .fluxInstance, range: instance.range),
          ownSource: ClusterBuilder.SourceIdentity(kind: kind, namespace: instance.namespace, name: name),
          artifactRoot: root, instance: instance.spec,
          first: .made(namespace: instance.namespace, name: name, path: path, origin: instance.range)))
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

  /// A Kustomization whose path holds the file that defines it, and whose build applies it.
  private mutating func addSelfManaged(_ candidates: EntryCandidates) async {
    let sorted = candidates.kustomizations.sorted { ($0.path?.utf8.count ?? 0) < ($1.path?.utf8.count ?? 0) }
    for raw in sorted {
      guard raw.hasSource, let written = raw.path, !reachedFiles.contains(raw.file), !Envsubst.hasExpression(written)
      else {
        continue
      }
      let path = RelativePath.clamped(written)
      guard mayBeOwnSource(of: raw, candidates), RelativePath.isPath(engine.sources.path(of: raw.file), inside: path)
      else { continue }
      let result = engine.build(BuildRequest(directory: path))
      guard result.files.contains(raw.file),
        result.objects.contains(where: { object in
          engine.sources.forest.objectID(ManifestObject(root: object.root)).map {
            $0.kind == "Kustomization" && $0.name == raw.name && $0.group == FluxKinds.kustomizeGroup
          } ?? false
        })
      else { continue }
      for start in named([start(from: raw, kind: .selfManaged, candidates)]) { await add(start) }
    }
  }

  /// Whether the source of a Kustomization may be this repository: a GitRepository that is not known to be another one.
  private func mayBeOwnSource(of raw: RawKustomization, _ candidates: EntryCandidates) -> Bool {
    guard let source = source(of: raw), source.kind == "GitRepository" else { return false }
    guard let repositories = candidates.gitRepositories[source.name] else { return true }
    let remotes = engine.sources.remoteURLs.map(RepositoryURL.normalized)
    return remotes.isEmpty || repositories.contains { remotes.contains(RepositoryURL.normalized($0.url)) }
  }

  /// A directory whose kustomization makes, out of a base, a Kustomization that points back at the directory: only a
  /// build shows it.
  private mutating func addOverlays(_ candidates: EntryCandidates) async {
    for directory in overlayDirectories(candidates) {
      guard let file = engine.sources.kustomizationFile(in: directory), !reachedFiles.contains(file) else { continue }
      let result = engine.build(BuildRequest(directory: directory))
      let entries = result.objects.compactMap { entry($0, applying: directory) }
      guard let raw = entries.first(where: { mayBeOwnSource(of: $0, candidates) }) else { continue }
      for start in named([start(from: raw, kind: .selfManaged, candidates)]) { await add(start) }
    }
  }

  /// Directories that a Kustomization or a patch in them names as its path, and which no cluster has read so far.
  private func overlayDirectories(_ candidates: EntryCandidates) -> [String] {
    var directories = Set(
      candidates.kustomizations.compactMap { raw -> String? in
        guard let path = raw.path, !Envsubst.hasExpression(path) else { return nil }
        let directory = RelativePath.clamped(path)
        return RelativePath.isPath(engine.sources.path(of: raw.file), inside: directory) ? directory : nil
      })
    for file in engine.sources.files where engine.sources.isOwn(file.id) && !reachedFiles.contains(file.id) {
      // A patch may also be written in the kustomization file.
      let directory = RelativePath.parent(of: file.path)
      guard !directory.isEmpty, KustomizationFile.isOne(file.path),
        let root = engine.sources.documents(of: file.id).first?.root,
        engine.sources.forest.value(root, "patches") != nil,
        names(directory, in: engine.sources.bytes(of: file.id))
      else { continue }
      directories.insert(directory)
    }
    return directories.filter { directory in
      !directory.isEmpty && engine.sources.kustomizationFile(in: directory).map { !reachedFiles.contains($0) } ?? false
    }.sorted()
  }

  /// Whether the path of a directory stands in a text.
  private func names(_ directory: String, in text: [UInt8]) -> Bool {
    let path = Array(directory.utf8)
    guard let first = path.first else { return false }
    return text.indices.contains { text[$0] == first && text[$0...].starts(with: path) }
  }

  /// A built object as an entry point, if it is a Kustomization with that path.
  private func entry(_ object: BuiltObject, applying directory: String) -> RawKustomization? {
    let forest = engine.sources.forest
    guard let id = forest.objectID(ManifestObject(root: object.root)), id.kind == "Kustomization",
      id.group == FluxKinds.kustomizeGroup, let spec = forest.value(object.root, "spec"),
      let path = forest.givenText(spec, "path"), RelativePath.clamped(path) == directory
    else { return nil }
    return RawKustomization(
      root: object.root, file: object.origin.file, range: object.origin, namespace: id.namespace, name: id.name,
      path: path, hasSource: forest.value(spec, "sourceRef", "name") != nil)
  }

  /// Kustomizations that no entry point reaches, in one group: they may belong to several clusters.
  private mutating func addLoose(_ candidates: EntryCandidates) async {
    let loose = candidates.kustomizations.filter { $0.hasSource && $0.path != nil && !reachedFiles.contains($0.file) }
    guard !loose.isEmpty else { return }
    await add(
      ClusterStart(
        name: "", entry: EntryPoint(kind: .none, range: nil), ownSource: nil, first: .written(loose),
        loose: ClusterStart.Loose(
          objects: looseObjects(candidates), names: candidates.definedNames, hasResourceSets: candidates.hasResourceSets
        )))
  }

  /// Flux objects in files that nothing reaches.
  private func looseObjects(_ candidates: EntryCandidates) -> [(NodeRef, SourceRange)] {
    candidates.written.filter { !reachedFiles.contains($0.file) }.map { object in
      (object.root, engine.sources.forest.range(object.root))
    }
  }

  private func source(of raw: RawKustomization) -> ClusterBuilder.SourceIdentity? {
    let forest = engine.sources.forest
    guard let reference = forest.value(raw.root, "spec", "sourceRef"), let name = forest.value(reference, "name") else {
      return nil
    }
    return ClusterBuilder.SourceIdentity(
      kind: forest.givenText(reference, "kind") ?? "GitRepository",
      namespace: forest.givenText(reference, "namespace") ?? raw.namespace, name: forest.text(name))
  }

  /// The directory an entry point applies, else the one its file is in.
  private func clusterName(_ path: String?, file: FileID) -> String {
    let cleaned = RelativePath.clamped(path ?? "")
    if !cleaned.isEmpty { return cleaned }
    let directory = RelativePath.parent(of: engine.sources.path(of: file))
    return directory.isEmpty ? "." : directory
  }
}
