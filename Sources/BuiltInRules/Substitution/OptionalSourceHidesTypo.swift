import RuleEngine

/// An optional source of variables that is not there, beside one whose name is nearly the same.
struct OptionalSourceHidesTypo: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for edge in cluster.edges where edge.kind == .substituteFrom && edge.isOptional && edge.target == .missing {
        let user = cluster.objects[edge.from]
        let others = cluster.index.objects(ofKind: edge.targetKind, namespace: edge.targetNamespace)
        guard
          let near = others.first(where: {
            Suggestion.isSlip(between: edge.targetName, and: cluster.objects[$0].id.name)
          })
        else { continue }
        let name = cluster.objects[near].id.name
        report.report(
          "optional \(edge.targetKind) '\(edge.targetDisplayName)' is not there, and '\(name)' is",
          at: model.forest.range(edge.location), label: "passed over in silence", object: ObjectReference(user.id),
          cluster: cluster, related: [RelatedLocation(model.nameRange(of: cluster.objects[near]), "a similar name")],
          help: "did you mean '\(name)'?",
          data: ["target": .string(edge.targetDisplayName), "targetKind": .string(edge.targetKind)])
      }
    }
  }
}
