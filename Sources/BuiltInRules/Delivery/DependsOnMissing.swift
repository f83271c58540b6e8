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
        var related: [RelatedLocation] = []
        var help = "correct the name or namespace, or remove the entry"
        let peers = cluster.objects.filter { $0.id.kind == edge.targetKind && $0.id.group == object.id.group }
        if let elsewhere = peers.first(where: { $0.id.name == edge.targetName }), let namespace = elsewhere.id.namespace
        {
          help = "'\(edge.targetName)' is in namespace '\(namespace)': add 'namespace: \(namespace)' to the entry"
          related.append(RelatedLocation(model.nameRange(of: elsewhere), "defined here"))
        } else if let name = Suggestion.nearest(
          to: edge.targetName,
          in: peers.filter { $0.id.namespace == edge.targetNamespace }.map(\.id.name).filter { $0 != object.id.name }),
          let near = peers.first(where: { $0.id.name == name })
        {
          help = "did you mean '\(name)'?"
          related.append(RelatedLocation(model.nameRange(of: near), "a similar name is defined here"))
        }
        report.report(
          "\(ObjectReference(object.id).displayName) depends on \(edge.targetKind) '\(target)', which nothing applies",
          at: forest.range(edge.location), label: "the controller waits for it for ever",
          object: ObjectReference(object.id), cluster: cluster, related: related, help: help,
          data: ["target": .string(target), "targetKind": .string(edge.targetKind)])
      }
    }
  }
}
