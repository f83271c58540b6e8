import RuleEngine

/// A source that source-controller fetches and nothing of the cluster names.
struct SourceUnused: RepositoryRule {
  private static let kinds = ["GitRepository", "OCIRepository", "HelmRepository", "Bucket"]
  /// What may read a source, out of sight too.
  private static let readers = ["Kustomization", "HelmRelease"]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    let used = Self.usedSomewhere(model)
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      let cluster = facts.cluster
      var others: Set<String>?
      for number in Self.kinds.flatMap({ cluster.index.objects(ofKind: $0) }) {
        let object = cluster.objects[number]
        guard object.id.group == "source.toolkit.fluxcd.io", object.maker == nil, object.isKnown,
          !FluxObject(object.root, in: forest).isSuspended, !used.contains(object.origin),
          !Self.mayBeRead(object, in: cluster)
        else { continue }
        let foreign = others ?? Self.namesInForeignObjects(cluster, forest)
        others = foreign
        if foreign.contains(object.id.name) || Self.isMeant(object, facts) { continue }
        let reference = ObjectReference(object.id)
        report.report(
          "nothing reads \(reference.displayName)", at: model.nameRange(of: object), label: "fetched for nobody",
          object: reference, cluster: cluster, help: "remove it",
          data: ["kind": .string(object.id.kind)])
      }
    }
  }

  /// Whether a reference to nothing names it in another namespace: that is the mistake then.
  private static func isMeant(_ object: AppliedObject, _ facts: ClusterFacts) -> Bool {
    [Edge.Kind.sourceRef, .chartRef].contains { kind in
      facts.references.edges(of: kind).contains {
        $0.target == .missing && $0.targetKind == object.id.kind && $0.targetName == object.id.name
      }
    }
  }

  /// Where the sources are written that some cluster uses: clusters may share a file, and not each use all of it.
  private static func usedSomewhere(_ model: RepositoryModel) -> Set<SourceRange> {
    var used: Set<SourceRange> = []
    for facts in model.clusters {
      for number in kinds.flatMap({ facts.cluster.index.objects(ofKind: $0) })
      where !facts.references.edges(to: number).isEmpty {
        used.insert(facts.cluster.objects[number].origin)
      }
    }
    return used
  }

  /// Whether something out of sight may read it: what the cluster itself starts from, and what other sources bring.
  private static func mayBeRead(_ object: AppliedObject, in cluster: Cluster) -> Bool {
    if let first = cluster.kustomizations.first, first.namespace == object.id.namespace, first.name == object.id.name {
      return true
    }
    return cluster.gaps.contains { gap in readers.contains { kind in gap.kinds?.contains(kind) ?? true } }
  }

  /// The names under `sourceRef` of objects that are not Flux's own, such as those of the Terraform controller.
  private static func namesInForeignObjects(_ cluster: Cluster, _ forest: Forest) -> Set<String> {
    var names: Set<String> = []
    for object in cluster.objects where !object.id.group.hasSuffix("toolkit.fluxcd.io") {
      guard let spec = forest.value(object.root, "spec"), let reference = forest.value(spec, "sourceRef") else {
        continue
      }
      if let name = forest.givenText(reference, "name") { names.insert(name) }
    }
    return names
  }
}
