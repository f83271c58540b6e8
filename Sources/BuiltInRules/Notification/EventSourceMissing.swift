package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// An entry of an Alert's `eventSources` that no object can match: names and namespaces are compared as they are
/// (notification-controller `internal/server/event_handlers.go`).
package struct EventSourceMissing: Rule {
  package static let id = RuleID.eventSourceMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(field: .eventSources, holders: ["Alert"], label: "no event ever comes from it") {
      edge, cluster in
      if (edge.targetNamespace ?? "").contains("*") { return false }
      // All objects of a kind where there are none may be meant for later; where they are elsewhere it is a slip.
      return edge.targetName != "*"
        || edge.targetNamespace == cluster.objects[edge.from].id.namespace
          && cluster.objects.contains { $0.id.kind == edge.targetKind && !$0.isRemote }
    }.check(model, &report)
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for object in cluster.objects
      where object.id.kind == "Alert" && object.id.group == "notification.toolkit.fluxcd.io" {
        checkWildcards(of: object, cluster, model, &report)
      }
    }
  }

  /// `*` is a wildcard for names only.
  private func checkWildcards(
    of object: AppliedObject, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let forest = model.forest
    guard let list = forest.value(object.root, "spec", "eventSources"),
      !forest.isTrue(forest.value(object.root, "spec", "suspend"))
    else { return }
    for item in forest.items(list) {
      guard let namespace = forest.value(item, "namespace"), forest.text(namespace).contains("*") else { continue }
      report.report(
        "eventSources of \(ObjectReference(object.id).displayName) names namespace '\(forest.text(namespace))', and no namespace has that name",
        at: forest.range(namespace), label: "a namespace is compared as it is, '*' is no wildcard", severity: .error,
        object: ObjectReference(object.id), cluster: cluster,
        help: "list one entry for each namespace", data: ["namespace": .string(forest.text(namespace))])
    }
  }
}
