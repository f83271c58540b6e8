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
      for edge in cluster.edges where edge.kind == .dependsOn && edge.target == .missing {
        let object = cluster.objects[edge.from]
        let target = edge.targetNamespace.map { "\($0)/\(edge.targetName)" } ?? edge.targetName
        let repair = model.repair(of: edge, in: cluster)
        report.report(
          "\(ObjectReference(object.id).displayName) depends on \(edge.targetKind) '\(target)', which nothing applies",
          at: forest.range(edge.location), label: "the controller waits for it for ever",
          object: ObjectReference(object.id), cluster: cluster, related: repair.related,
          help: repair.help ?? "correct the name or namespace, or remove the entry",
          data: ["target": .string(target), "targetKind": .string(edge.targetKind)])
      }
    }
  }
}
