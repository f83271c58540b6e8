import RuleEngine

/// A `secretRef` that names a Secret of another namespace, or one that a generator makes under another name. That a Secret
/// is not in the repository says nothing: most are made outside Git.
struct SecretMissing: RepositoryRule {
  private static let fields: Set<Edge.Kind> = [
    .secretRef, .certSecretRef, .proxySecretRef, .verify, .decryption, .kubeConfig, .signingKey,
  ]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      for edge in facts.references.edges
      where edge.target == .missing && edge.targetKind == "Secret" && Self.fields.contains(edge.kind) {
        self.report(edge, in: facts.cluster, model, &report)
      }
    }
  }

  private func report(
    _ edge: Edge, in cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let field = edge.kind.rawValue
    guard
      let nearMiss = NearMiss(
        kind: "Secret", namespace: edge.targetNamespace, name: edge.targetName, field: field, in: cluster, model),
      nearMiss.likelihood == .certain
    else { return }
    let object = ObjectReference(cluster.objects[edge.from].id)
    let target = edge.targetDisplayName
    report.report(
      "\(field) of \(object.displayName) names Secret '\(target)', which nothing applies",
      at: model.forest.range(edge.location), label: "no such Secret", object: object, cluster: cluster,
      related: [nearMiss.place], help: nearMiss.help,
      data: ["target": .string(target), "targetKind": .string("Secret"), "field": .string(field)])
  }
}
