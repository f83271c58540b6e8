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
        var related: [RelatedLocation] = []
        var help = "define the \(edge.targetKind), or correct kind, name or namespace"
        let peers = cluster.objects.filter { $0.id.kind == edge.targetKind }
        if let elsewhere = peers.first(where: { $0.id.name == edge.targetName }), let namespace = elsewhere.id.namespace
        {
          help =
            "'\(edge.targetName)' is in namespace '\(namespace)': add 'namespace: \(namespace)' to \(edge.kind.rawValue)"
          related.append(RelatedLocation(model.nameRange(of: elsewhere), "defined here"))
        } else if let name = Suggestion.nearest(to: edge.targetName, in: peers.map(\.id.name)),
          let near = peers.first(where: { $0.id.name == name })
        {
          help = "did you mean '\(name)'?"
          related.append(RelatedLocation(model.nameRange(of: near), "a similar name is defined here"))
        }
        report.report(
          "\(edge.kind.rawValue) of \(ObjectReference(object.id).displayName) names \(edge.targetKind) '\(target)', which nothing applies",
          at: forest.range(edge.location), label: "no such \(edge.targetKind)",
          object: ObjectReference(object.id), cluster: cluster, related: related, help: help,
          data: [
            "target": .string(target), "targetKind": .string(edge.targetKind), "field": .string(edge.kind.rawValue),
          ])
      }
    }
  }
}
