import RuleEngine

/// Under lockdown the first Kustomization of a cluster, which bootstrap writes without an account, loses its rights too
/// (the Flux Operator names the controller's: flux-operator `internal/builder/profiles.go`).
struct LockdownBlocksBootstrap: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for (object, flag) in AccountlessObjects.all(in: cluster, model.forest) where object.isFirst {
        let reference = ObjectReference(object.object.id)
        report.report(
          "\(reference.displayName), the first of the cluster, names no service account, and this cluster is locked down",
          at: model.forest.range(object.spec),
          label: "applied as '\(reference.namespace ?? "")/\(flag.value)', which is granted nothing",
          object: reference, cluster: cluster, related: [RelatedLocation(flag.range, "the lockdown")],
          notes: ["nothing of this cluster is applied any more, this mistake mended included"],
          help: "add 'serviceAccountName: kustomize-controller' by a patch in the 'kustomization.yaml' beside it",
          data: ["field": .string("spec.serviceAccountName"), "defaultServiceAccount": .string(flag.value)])
      }
    }
  }
}
