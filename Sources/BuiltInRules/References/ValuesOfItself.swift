import RuleEngine

/// What a Kustomization reads before it applies anything, and applies itself. Somebody sets the first Kustomization of a
/// cluster up by hand, and what it reads with it.
struct ValuesOfItself {
  let model: RepositoryModel
  let field: Edge.Kind

  func check(_ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for edge in cluster.edges where edge.kind == field && !edge.isOptional { check(edge, cluster, &report) }
    }
  }

  private func check(_ edge: Edge, _ cluster: Cluster, _ report: inout FindingSink) {
    guard case .object(let number) = edge.target, let owner = cluster.objects[number].kustomization else { return }
    let user = cluster.objects[edge.from].id
    let kustomization = cluster.kustomizations[owner]
    guard kustomization.name == user.name, kustomization.namespace == user.namespace, kustomization.parent != nil,
      !kustomization.isSuspended(in: model.forest)
    else { return }
    let target = "\(edge.targetNamespace ?? "")/\(edge.targetName)"
    report.report(
      "\(field.rawValue) of \(kustomization.reference.displayName) names \(edge.targetKind) '\(target)', which the same Kustomization applies",
      at: model.forest.range(edge.location), label: "read before anything is applied", severity: .warning,
      object: kustomization.reference, cluster: cluster,
      related: [RelatedLocation(model.place(of: cluster.objects[number]), "applied by it")],
      notes: ["on a new cluster nothing of it is ever applied, unless somebody makes the object by hand"],
      help: "move the object to a Kustomization that this one depends on",
      data: [
        "target": .string(target), "targetKind": .string(edge.targetKind), "field": .string(field.rawValue),
      ])
  }
}
