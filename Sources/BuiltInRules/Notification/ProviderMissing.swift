package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// An Alert whose `providerRef` names nothing: its events go nowhere, and an Alert has no status that could say so
/// (notification-controller `internal/server/event_handlers.go`).
package struct ProviderMissing: Rule {
  package static let id = RuleID.providerMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(field: .providerRef, holders: ["Alert"], label: "its events are dropped", hasNamespace: false)
      .check(model, &report)
  }
}
