import RuleEngine

/// A ConfigMap or Secret of `substituteFrom` that nothing in the repository makes: the Kustomization fails without it.
struct SubstituteFromMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    ValueReferences(model: model, kind: .substituteFrom).check(&report)
    for cluster in model.graph.clusters where cluster.hasEntryPoint { checkOwn(cluster, model, &report) }
  }

  /// What a Kustomization needs before it can apply anything, and applies itself. Somebody sets the first Kustomization of
  /// a cluster up by hand, and its variables with it.
  private func checkOwn(_ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink) {
    for edge in cluster.edges where edge.kind == .substituteFrom && !edge.isOptional {
      guard case .object(let number) = edge.target, let owner = cluster.objects[number].kustomization else { continue }
      let user = cluster.objects[edge.from].id
      let kustomization = cluster.kustomizations[owner]
      guard kustomization.name == user.name, kustomization.namespace == user.namespace, kustomization.parent != nil,
        !kustomization.isSuspended(in: model.forest)
      else { continue }
      let target = "\(edge.targetKind) '\(edge.targetNamespace ?? "")/\(edge.targetName)'"
      report.report(
        "substituteFrom of \(kustomization.reference.displayName) names \(target), which the same Kustomization applies",
        at: model.forest.range(edge.location), label: "read before anything is applied", severity: .warning,
        object: kustomization.reference, cluster: cluster,
        related: [RelatedLocation(model.place(of: cluster.objects[number]), "applied by it")],
        notes: ["on a new cluster nothing of it is ever applied, unless somebody makes the object by hand"],
        help: "move the object to a Kustomization that this one depends on",
        data: [
          "target": .string("\(edge.targetNamespace ?? "")/\(edge.targetName)"), "targetKind": .string(edge.targetKind),
          "field": .string("substituteFrom"),
        ])
    }
  }
}
