import RuleEngine

/// A `secretRef` that names a Secret of another namespace, or one that a generator makes under another name. That a Secret
/// is not in the repository says nothing: most are made outside Git.
struct SecretMissing: RepositoryRule {
  private static let fields: Set<Edge.Kind> = [
    .secretRef, .certSecretRef, .proxySecretRef, .verify, .decryption, .kubeConfig, .signingKey,
  ]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      var peers: PeerIndex?
      for edge in model.references(of: cluster).edges
      where edge.target == .missing && edge.targetKind == "Secret" && Self.fields.contains(edge.kind) {
        let known = peers ?? PeerIndex(cluster)
        peers = known
        self.report(edge, in: cluster, known, model, &report)
      }
    }
  }

  private func report(
    _ edge: Edge, in cluster: Cluster, _ peers: PeerIndex, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let field = edge.kind.rawValue
    guard
      let nearMiss = NearMiss(
        kind: "Secret", namespace: edge.targetNamespace, name: edge.targetName, field: field, in: cluster, peers, model),
      nearMiss.likelihood == .certain
    else { return }
    let object = ObjectReference(cluster.objects[edge.from].id)
    let target = edge.targetNamespace.map { "\($0)/\(edge.targetName)" } ?? edge.targetName
    report.report(
      "\(field) of \(object.displayName) names Secret '\(target)', which nothing applies",
      at: model.forest.range(edge.location), label: "no such Secret", object: object, cluster: cluster,
      related: [nearMiss.place], help: nearMiss.help,
      data: ["target": .string(target), "targetKind": .string("Secret"), "field": .string(field)])
  }
}
