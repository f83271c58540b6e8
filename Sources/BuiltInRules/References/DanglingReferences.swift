import Diagnostics
import FluxGraph
import Manifests
import RuleEngine
import SourceText
import YAMLSyntax

/// What rules about references to nothing have in common: each is about one field.
struct DanglingReferences {
  var field: Edge.Kind
  /// The kinds of the objects that have the field.
  var holders: Set<String>
  /// What happens without the target, for the label.
  var label: String
  /// Whether the reference may name a namespace of its own.
  var hasNamespace = true
  /// Which references are looked at; all of them if it says nothing.
  var isMeant: (Edge, Cluster) -> Bool = { _, _ in true }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      // Most clusters have no such object, and to find all references has its price.
      guard cluster.objects.contains(where: { holders.contains($0.id.kind) }) else { continue }
      var absence = Absence(cluster)
      for edge in model.references(of: cluster).edges where edge.kind == field {
        let object = cluster.objects[edge.from]
        guard holders.contains(object.id.kind), let verdict = absence.verdict(of: edge), isMeant(edge, cluster),
          !isSuspended(object, model.forest)
        else { continue }
        self.report(edge, verdict, of: object, cluster, model, &report)
      }
    }
  }

  private func report(
    _ edge: Edge, _ verdict: Absence.Verdict, of object: AppliedObject, _ cluster: Cluster, _ model: RepositoryModel,
    _ report: inout FindingSink
  ) {
    let target = edge.targetNamespace.map { "\($0)/\(edge.targetName)" } ?? edge.targetName
    let repair = repair(of: edge, in: cluster, model)
    report.report(
      "\(field.rawValue) of \(ObjectReference(object.id).displayName) names \(edge.targetKind) '\(target)', which nothing \(verdict.place)applies",
      at: model.forest.range(edge.location), label: label, severity: verdict.severity,
      object: ObjectReference(object.id), cluster: cluster,
      related: repair.related, notes: verdict.notes,
      help: repair.help ?? "define the \(edge.targetKind), or correct kind, name or namespace",
      data: [
        "target": .string(target), "targetKind": .string(edge.targetKind), "field": .string(field.rawValue),
      ])
  }

  private func repair(
    of edge: Edge, in cluster: Cluster, _ model: RepositoryModel
  ) -> (help: String?, related: [RelatedLocation]) {
    let repair = model.repair(of: edge, in: cluster)
    guard !hasNamespace,
      let elsewhere = cluster.objects.first(where: { $0.id.kind == edge.targetKind && $0.id.name == edge.targetName }),
      let namespace = elsewhere.id.namespace
    else { return repair }
    return (
      "'\(edge.targetName)' is in namespace '\(namespace)', and \(field.rawValue) cannot name another one than its own",
      repair.related
    )
  }

  private func isSuspended(_ object: AppliedObject, _ forest: Forest) -> Bool {
    forest.isTrue(forest.value(object.root, "spec", "suspend"))
  }
}
