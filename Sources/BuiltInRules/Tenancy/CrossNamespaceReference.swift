import RuleEngine

/// A reference into another namespace under `--no-cross-namespace-refs`: the controller refuses to follow it.
struct CrossNamespaceReference: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters where !facts.cluster.settings.namespaceLocks.isEmpty {
      let cluster = facts.cluster
      for edge in facts.references.edges where edge.target != .missing {
        guard let lock = edge.lock, let namespace = edge.targetNamespace, !namespace.contains("${") else { continue }
        let object = ObjectReference(cluster.objects[edge.from].id)
        report.report(
          "\(edge.kind.rawValue) of \(object.displayName) names \(edge.targetKind) '\(edge.targetName)' of namespace '\(namespace)', and this cluster is locked down",
          at: model.forest.range(edge.location), label: "the controller refuses to look into another namespace",
          object: object, cluster: cluster, related: [RelatedLocation(lock.range, "the lockdown")],
          help: help(for: edge, of: object, in: namespace),
          data: [
            "target": .string("\(namespace)/\(edge.targetName)"), "targetKind": .string(edge.targetKind),
            "field": .string(edge.kind.rawValue),
          ])
      }
    }
  }
  /// An Alert or a Receiver is about what is in its own namespace; what others name can be defined once more.
  private func help(for edge: Edge, of object: ObjectReference, in namespace: String) -> String {
    switch edge.kind {
    case .eventSources, .resources:
      return "define the \(object.kind), and what it names, in namespace '\(namespace)', beside the \(edge.targetKind)"
    default:
      let article = "AEIOU".contains(edge.targetKind.prefix(1)) ? "an" : "a"
      return "define \(article) \(edge.targetKind) in namespace '\(object.namespace ?? "")', and name that one"
    }
  }
}
