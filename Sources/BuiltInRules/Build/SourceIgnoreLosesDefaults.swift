import RuleEngine

/// Patterns that switch the default list of source-controller off, so that a file of CI or SOPS gets into a build for
/// which kustomize-controller takes every YAML file below the path.
struct SourceIgnoreLosesDefaults: RepositoryRule {
  /// What one list of patterns lets in.
  private struct Loss {
    /// What switches the default list off, for the message.
    var cause: String
    var files: [LostDefaults.File]
    var kustomizations: [FluxKustomization]
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    guard !model.lostDefaults.files.isEmpty else { return }
    for facts in model.clusters where facts.cluster.hasEntryPoint && Self.hasPatterns(facts.cluster, model) {
      var losses: [SourceRange: Loss] = [:]
      for kustomization in facts.cluster.kustomizations {
        guard kustomization.status == .built || kustomization.status == .failed,
          !kustomization.isSuspended(in: model.forest)
        else { continue }
        let top = kustomization.path == "." ? "" : kustomization.path
        let below = model.lostDefaults.files.filter { RelativePath.isPath($0.path, inside: top) }
        guard !below.isEmpty, let (cause, place, patterns) = cause(for: kustomization, facts, model) else { continue }
        let files = below.filter { Self.joins($0.path, below: top, ignoring: patterns, model.sources) }
        guard !files.isEmpty else { continue }
        var loss = losses[place] ?? Loss(cause: cause, files: [], kustomizations: [])
        loss.files += files.filter { !loss.files.contains($0) }
        loss.kustomizations.append(kustomization)
        losses[place] = loss
      }
      for (place, loss) in losses.sorted(by: { $0.key < $1.key }) { tell(loss, at: place, facts, model, &report) }
    }
  }

  /// Whether an artifact of the cluster may have patterns, which few have.
  private static func hasPatterns(_ cluster: Cluster, _ model: RepositoryModel) -> Bool {
    model.lostDefaults.ignoreLine != nil
      || sourceKinds.flatMap { cluster.index.objects(ofKind: $0) }.contains { number in
        model.forest.value(cluster.objects[number].root, "spec", "ignore") != nil
      }
  }

  private static let sourceKinds = ["GitRepository", "OCIRepository"]

  /// Whether a Kustomization takes a file because nothing lists what it applies: no directory from its path down to the
  /// file has a kustomization file (fluxcd/pkg `kustomize/kustomize_generator.go`), and no pattern leaves the file out.
  private static func joins(
    _ file: String, below top: String, ignoring patterns: String, _ sources: SourceSet
  ) -> Bool {
    var directory = RelativePath.parent(of: file)
    while RelativePath.isPath(directory, inside: top) {
      if KustomizationFile.paths(in: directory).contains(where: { sources.fileInRepository(at: $0) != nil }) {
        return false
      }
      if directory == top { break }
      directory = RelativePath.parent(of: directory)
    }
    return sources.ignoreLine(leavingOut: file, spec: patterns) == nil
  }

  /// What gives the artifact of a Kustomization patterns, where, and those of `spec.ignore`; nil when it is no Git or OCI
  /// source with patterns.
  private func cause(
    for kustomization: FluxKustomization, _ facts: ClusterFacts, _ model: RepositoryModel
  ) -> (String, SourceRange, String)? {
    let number = kustomization.root.flatMap { facts.object(at: $0) }
    let edge = number.flatMap { facts.references.edges(from: $0).first { $0.kind == .sourceRef } }
    if let edge, case .object(let number) = edge.target {
      let source = facts.cluster.objects[number]
      guard Self.sourceKinds.contains(source.id.kind) else { return nil }
      if let spec = model.forest.value(source.root, "spec"), let ignore = model.forest.pair(spec, "ignore"),
        SourceIgnore.hasPattern(model.forest.text(ignore.value))
      {
        return (
          "'spec.ignore' of \(ObjectReference(source.id).displayName)", model.forest.range(ignore.key),
          model.forest.text(ignore.value)
        )
      }
    }
    return model.lostDefaults.ignoreLine.map { ("'\(model.sources.path(of: $0.file))'", $0, "") }
  }

  private func tell(
    _ loss: Loss, at place: SourceRange, _ facts: ClusterFacts, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let files = loss.files.sorted { $0.path < $1.path }
    let references = loss.kustomizations.map(\.reference)
    let what = files.count == 1 ? "'\(files[0].path)'" : "\(files.count) files, '\(files[0].path)' first,"
    var patterns: [String] = []
    for file in files where !patterns.contains(file.pattern) { patterns.append(file.pattern) }
    report.report(
      "\(loss.cause) switches the default excludes off, so that \(what) \(files.count == 1 ? "gets" : "get") into the build of \(counted(references))",
      at: place, label: "no default pattern counts beside this one", object: references.first, objects: references,
      cluster: facts.cluster,
      related: files.prefix(3).compactMap { file in
        model.sources.fileInRepository(at: file.path).map {
          RelatedLocation(SourceRange(file: $0, 0..<0), "left out by '\(file.pattern)' otherwise")
        }
      } + loss.kustomizations.prefix(3).map { RelatedLocation(model.pathRange(of: $0), "takes all YAML files below") },
      help: "add \(quotedList(patterns)) to the patterns",
      data: ["cause": .string(loss.cause), "files": .strings(files.map(\.path))],
      cause: loss.cause)
  }
}
