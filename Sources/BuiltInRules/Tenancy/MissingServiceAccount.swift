import RuleEngine

/// Under lockdown (`--default-service-account`) an object without `serviceAccountName` is applied as that account of its
/// own namespace, which may do nothing unless somebody granted it.
struct MissingServiceAccount: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      // The first Kustomization of a cluster has a rule of its own.
      for (object, flag) in AccountlessObjects.all(in: cluster, model.forest) where !object.isFirst {
        let reference = ObjectReference(object.object.id)
        report.report(
          "\(reference.displayName) names no service account, and this cluster is locked down",
          at: model.forest.range(object.spec),
          label: "applied as '\(reference.namespace ?? "")/\(flag.value)', which is granted nothing",
          object: reference, cluster: cluster, related: [RelatedLocation(flag.range, "the lockdown")],
          help: "add 'serviceAccountName:' with an account that may apply these objects",
          data: ["field": .string("spec.serviceAccountName"), "defaultServiceAccount": .string(flag.value)])
      }
    }
  }
}
