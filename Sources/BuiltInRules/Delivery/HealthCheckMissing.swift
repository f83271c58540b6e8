package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A health check of an object that the cluster does not get: the Kustomization waits for it until its timeout, each time
/// (kustomize-controller `internal/controller/kustomization_controller.go`, `checkHealth`).
package struct HealthCheckMissing: Rule {
  package static let id = RuleID.healthCheckMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(
      kind: "Kustomization", group: FluxKinds.kustomizeGroup, label: "waited for until the timeout, then failed"
    ) { object, forest in
      guard let spec = forest.value(object.root, "spec"), forest.value(spec, "kubeConfig") == nil,
        !forest.isTrue(forest.value(spec, "wait")), let list = forest.value(spec, "healthChecks")
      else { return [] }
      // What charts and operators make is not known: only kinds of Flux are sure to come from a manifest.
      return forest.items(list).compactMap { item in
        guard let version = forest.value(item, "apiVersion"), forest.text(version).contains(".toolkit.fluxcd.io/"),
          let namespace = forest.value(item, "namespace"),
          var reference = forest.reference(item, field: "healthChecks", of: object)
        else { return nil }
        reference.namespace = forest.text(namespace)
        return reference
      }
    }.check(model, &report)
  }
}
