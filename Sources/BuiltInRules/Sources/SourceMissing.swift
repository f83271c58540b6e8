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
      for edge in cluster.edges where edge.target == .missing && (edge.kind == .sourceRef || edge.kind == .chartRef) {
        let object = cluster.objects[edge.from]
        let target = edge.targetNamespace.map { "\($0)/\(edge.targetName)" } ?? edge.targetName
        let repair = model.repair(of: edge, in: cluster)
        report.report(
          "\(edge.kind.rawValue) of \(ObjectReference(object.id).displayName) names \(edge.targetKind) '\(target)', which nothing applies",
          at: forest.range(edge.location), label: "no such \(edge.targetKind)",
          object: ObjectReference(object.id), cluster: cluster, related: repair.related,
          help: repair.help ?? "define the \(edge.targetKind), or correct kind, name or namespace",
          data: [
            "target": .string(target), "targetKind": .string(edge.targetKind), "field": .string(edge.kind.rawValue),
          ])
      }
    }
    for kind in ["ImageUpdateAutomation", "HelmChart", "ArtifactGenerator"] { checkOthers(kind, model, &report) }
  }

  /// References to sources that other controllers than kustomize-controller and helm-controller follow.
  private func checkOthers(_ kind: String, _ model: RepositoryModel, _ report: inout FindingSink) {
    let group =
      switch kind {
      case "ImageUpdateAutomation": "image.toolkit.fluxcd.io"
      case "ArtifactGenerator": "source.extensions.fluxcd.io"
      default: FluxKinds.sourceGroup
      }
    DanglingReferences(kind: kind, group: group, label: "no such source") { object, forest in
      guard let spec = forest.value(object.root, "spec") else { return [] }
      if kind == "ArtifactGenerator" {
        return forest.references(forest.value(spec, "sources"), field: "sources", of: object)
      }
      return forest.value(spec, "sourceRef").flatMap { node in
        forest.reference(
          node, field: "sourceRef", kind: kind == "HelmChart" ? nil : "GitRepository", of: object,
          hasNamespaceField: kind != "HelmChart")
      }.map { [$0] } ?? []
    }.check(model, &report)
  }
}
