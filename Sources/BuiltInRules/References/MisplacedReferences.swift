import RuleEngine

/// Rules about references to objects that may well be made outside Git, which are reported only where what they mean is
/// here and out of their reach: in another namespace, or under a name with a hash (`check: misplaced:` of a rule file).
struct MisplacedReferences: RepositoryRule {
  let fields: Set<Edge.Kind>
  let targetKind: String
  /// What is wrong, under the carets.
  let label: String

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      for edge in facts.references.edges
      where edge.target == .missing && edge.targetKind == targetKind && fields.contains(edge.kind) {
        self.report(edge, in: facts.cluster, model, &report)
      }
    }
  }

  private func report(_ edge: Edge, in cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink) {
    let field = edge.kind.rawValue
    guard
      let nearMiss = NearMiss(
        kind: targetKind, namespace: edge.targetNamespace, name: edge.targetName, field: field, in: cluster, model),
      nearMiss.likelihood == .certain
    else { return }
    let object = ObjectReference(cluster.objects[edge.from].id)
    let target = edge.targetDisplayName
    report.report(
      "\(field) of \(object.displayName) names \(targetKind) '\(target)', which nothing applies",
      at: model.forest.range(edge.location), label: label, object: object, cluster: cluster,
      related: [nearMiss.place], help: nearMiss.help,
      data: ["target": .string(target), "targetKind": .string(targetKind), "field": .string(field)])
  }
}
