import RuleEngine

/// `wait: true` makes kustomize-controller check every applied object and never read `healthChecks`
/// (kustomize-controller `internal/controller/kustomization_controller.go`, `checkHealth`).
struct WaitIgnoresHealthChecks: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for (cluster, object) in model.kustomizations {
      guard let spec = forest.value(object.root, "spec"),
        let wait = forest.pair(spec, "wait"), let checks = forest.pair(spec, "healthChecks"),
        forest.scalarValue(wait.value, dialect: .resource) == .boolean(true), forest.count(checks.value) > 0,
        // A suspended Kustomization checks nothing, whatever it says.
        forest.value(spec, "suspend").map({ forest.scalarValue($0, dialect: .resource) == .boolean(true) }) != true
      else { continue }
      let count = forest.count(checks.value)
      report.report(
        "'wait: true' makes the healthChecks of \(ObjectReference(object.id).displayName) useless",
        at: forest.range(checks.key),
        label: count == 1 ? "this check is never made" : "these \(count) checks are never made",
        object: ObjectReference(object.id), cluster: cluster,
        related: [RelatedLocation(forest.range(wait.value), "waits for every applied object instead")],
        help: "remove 'healthChecks', or set 'wait: false' to check only what it lists",
        data: ["field": .string("spec.healthChecks"), "checks": .integer(count)])
    }
  }
}
