package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A `sourceRef` or `chartRef` that names no source of the cluster.
package struct SourceMissing: Rule {
  package static let id = RuleID.sourceMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      var absence = Absence(cluster)
      for edge in cluster.edges where edge.kind == .sourceRef || edge.kind == .chartRef {
        guard let verdict = absence.verdict(of: edge) else { continue }
        let object = cluster.objects[edge.from]
        let target = edge.targetNamespace.map { "\($0)/\(edge.targetName)" } ?? edge.targetName
        let repair = model.repair(of: edge, in: cluster)
        report.report(
          "\(edge.kind.rawValue) of \(ObjectReference(object.id).displayName) names \(edge.targetKind) '\(target)', which nothing \(verdict.place)applies",
          at: forest.range(edge.location), label: "no such \(edge.targetKind)", severity: verdict.severity,
          object: ObjectReference(object.id), cluster: cluster, related: repair.related, notes: verdict.notes,
          help: repair.help ?? "define the \(edge.targetKind), or correct kind, name or namespace",
          data: [
            "target": .string(target), "targetKind": .string(edge.targetKind), "field": .string(edge.kind.rawValue),
          ])
      }
    }
    let label = "no such source"
    DanglingReferences(field: .sourceRef, holders: ["ImageUpdateAutomation"], label: label).check(model, &report)
    DanglingReferences(field: .sourceRef, holders: ["HelmChart"], label: label, hasNamespace: false)
      .check(model, &report)
    DanglingReferences(field: .sources, holders: ["ArtifactGenerator"], label: label).check(model, &report)
    DanglingReferences(field: .include, holders: ["GitRepository"], label: label, hasNamespace: false) {
      edge, cluster in
      cluster.objects[edge.from].id.kind == "GitRepository"
    }.check(model, &report)
  }
}
