import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

// Entry points that only a build shows.
extension GraphBuilder {
  /// A Kustomization whose path holds the file that defines it, and whose build applies it.
  mutating func addSelfManaged(_ candidates: EntryCandidates) async {
    let sorted = candidates.kustomizations.sorted { ($0.path?.utf8.count ?? 0) < ($1.path?.utf8.count ?? 0) }
    for raw in sorted {
      guard raw.hasSource, let written = raw.path, !reachedFiles.contains(raw.file), !Envsubst.hasExpression(written)
      else {
        continue
      }
      let path = RelativePath.clamped(written)
      // The top holds every file, so it proves nothing of a source that is not known to be this repository.
      guard path.isEmpty ? isOwnSource(of: raw, candidates) : mayBeOwnSource(of: raw, candidates),
        RelativePath.isPath(engine.sources.path(of: raw.file), inside: path)
      else { continue }
      let result = engine.build(BuildRequest(directory: path))
      guard result.files.contains(raw.file),
        result.objects.contains(where: { object in
          engine.sources.forest.objectID(ManifestObject(root: object.root)).map {
            $0.kind == "Kustomization" && $0.name == raw.name && $0.group == FluxKinds.kustomizeGroup
          } ?? false
        })
      else { continue }
      await add(start(from: [raw], kind: .selfManaged, candidates))
    }
  }

  /// A Kustomization that somebody applied by hand: its path is its directory, or one around that, which has a
  /// kustomization file that leaves it out, and no other one lists it. It proves itself by a source with the URL of this
  /// repository that its path applies, or that stands in the same file.
  mutating func addUnlisted(_ candidates: EntryCandidates) async {
    guard !engine.sources.remoteURLs.isEmpty else { return }
    let listed = listedPaths(candidates)
    for raw in candidates.kustomizations {
      let file = engine.sources.path(of: raw.file)
      guard raw.hasSource, let written = raw.path, !Envsubst.hasExpression(written), !listed.contains(file) else {
        continue
      }
      let path = RelativePath.clamped(written)
      guard RelativePath.isPath(file, inside: path), engine.sources.kustomizationFile(in: path) != nil,
        isOwnSource(of: raw, candidates), let source = source(of: raw)
      else { continue }
      let isBeside = candidates.gitRepositories[source.name]?.contains { $0.file == raw.file } ?? false
      let result = engine.build(BuildRequest(directory: path))
      let ids = result.objects.compactMap { engine.sources.forest.objectID(ManifestObject(root: $0.root)) }
      let appliesSource = ids.contains { $0.kind == source.kind && $0.name == source.name }
      let appliesFlux = ids.contains { $0.group == FluxKinds.kustomizeGroup || $0.group == FluxKinds.helmGroup }
      guard appliesFlux, isBeside || appliesSource else { continue }
      await add(start(from: [raw], kind: .selfManaged, candidates))
    }
  }

  /// What kustomization files list.
  private func listedPaths(_ candidates: EntryCandidates) -> Set<String> {
    var listed: Set<String> = []
    for file in candidates.kustomizationFiles {
      let directory = RelativePath.parent(of: engine.sources.path(of: file))
      guard let root = engine.sources.documents(of: file).first?.root,
        let entries = engine.sources.forest.value(root, "resources")
      else { continue }
      for entry in engine.sources.forest.items(entries) where engine.sources.forest.kind(entry) == .scalar {
        if let path = RelativePath.join(directory, engine.sources.forest.text(entry)) { listed.insert(path) }
      }
    }
    return listed
  }

  /// Whether the source of a Kustomization may be this repository: a GitRepository that is not known to be another one.
  private func mayBeOwnSource(of raw: RawKustomization, _ candidates: EntryCandidates) -> Bool {
    guard let source = source(of: raw), source.kind == "GitRepository" else { return false }
    guard let repositories = candidates.gitRepositories[source.name] else { return true }
    let remotes = engine.sources.remoteURLs.map(RepositoryURL.normalized)
    return remotes.isEmpty || repositories.contains { remotes.contains(RepositoryURL.normalized($0.url)) }
  }

  /// Whether some file says that the source of a Kustomization is a GitRepository with a URL of this repository. Where that
  /// is not known, as in a plain directory, the name that Flux gives to its own source counts.
  private func isOwnSource(of raw: RawKustomization, _ candidates: EntryCandidates) -> Bool {
    guard let source = source(of: raw), source.kind == "GitRepository" else { return false }
    guard let repositories = candidates.gitRepositories[source.name] else { return false }
    let remotes = engine.sources.remoteURLs.map(RepositoryURL.normalized)
    return remotes.isEmpty
      ? source.name == "flux-system"
      : repositories.contains { remotes.contains(RepositoryURL.normalized($0.url)) }
  }

  /// A directory whose kustomization makes, out of a base, a Kustomization that points back at the directory: only a
  /// build shows it.
  mutating func addOverlays(_ candidates: EntryCandidates) async {
    for directory in overlayDirectories(candidates) {
      guard let file = engine.sources.kustomizationFile(in: directory), !reachedFiles.contains(file) else { continue }
      let result = engine.build(BuildRequest(directory: directory))
      let entries = result.objects.compactMap { entry($0, applying: directory) }
      guard let raw = entries.first(where: { mayBeOwnSource(of: $0, candidates) }) else { continue }
      await add(start(from: [raw], kind: .selfManaged, candidates))
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
}
