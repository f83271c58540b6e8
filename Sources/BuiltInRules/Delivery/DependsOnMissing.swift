package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A `dependsOn` entry that names nothing: the controller asks again every 30 seconds for ever
/// (kustomize-controller `checkDependencies`, helm-controller alike).
package struct DependsOnMissing: Rule {
  package static let id = RuleID.dependsOnMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      var absence = Absence(cluster)
      for edge in cluster.edges where edge.kind == .dependsOn {
        guard let verdict = absence.verdict(of: edge) else { continue }
        let object = cluster.objects[edge.from]
        let target = edge.targetNamespace.map { "\($0)/\(edge.targetName)" } ?? edge.targetName
        let repair = model.repair(of: edge, in: cluster)
        report.report(
          "\(ObjectReference(object.id).displayName) depends on \(edge.targetKind) '\(target)', which nothing \(verdict.place)applies",
          at: forest.range(edge.location), label: "the controller waits for it for ever", severity: verdict.severity,
          object: ObjectReference(object.id), cluster: cluster, related: repair.related, notes: verdict.notes,
          help: repair.help ?? otherKind(edge, cluster) ?? "correct the name or namespace, or remove the entry",
          data: ["target": .string(target), "targetKind": .string(edge.targetKind)])
      }
    }
  }

  /// What to do when there is an object of that name, but of a kind that is not waited for.
  private func otherKind(_ edge: Edge, _ cluster: Cluster) -> String? {
    guard
      let other = cluster.objects.first(where: {
        $0.id.name == edge.targetName && $0.id.namespace == edge.targetNamespace && !$0.isRemote
          && $0.id.group.contains("fluxcd.io")
      })
    else { return nil }
    let found =
      "'\(edge.targetName)' is a \(other.id.kind), and a \(edge.targetKind) waits for \(edge.targetKind)s only"
    guard edge.targetKind == "Kustomization", let owner = other.kustomization.map({ cluster.kustomizations[$0] }) else {
      return found
    }
    return "\(found): name the one that applies it, '\(owner.displayName)'"
  }
}
