import RuleEngine

/// A health check of an object that the cluster does not get: the Kustomization waits for it until its timeout, each time
/// (kustomize-controller `internal/controller/kustomization_controller.go`, `checkHealth`).
struct HealthCheckMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    DanglingReferences(
      field: .healthChecks, holders: ["Kustomization"], label: "waited for until the timeout, then failed"
    ) { edge, cluster in
      guard edge.targetNamespace != nil, let spec = forest.value(cluster.objects[edge.from].root, "spec"),
        !forest.isTrue(forest.value(spec, "wait")), let version = forest.value(edge.entry, "apiVersion")
      else { return false }
      // What charts and operators make is not known: only kinds of Flux are sure to come from a manifest.
      return forest.text(version).contains(".toolkit.fluxcd.io/")
    }.check(model, &report)
  }
}
