import Diagnostics
import FluxGraph
import FluxModel
import Manifests
import RuleEngine
import SourceText
import YAMLSyntax

/// A reference that an object of Flux holds, beside those that are edges of the graph.
struct NamedReference {
  /// The field that holds it.
  var field: String
  var kind: String
  var namespace: String?
  var name: String
  /// The scalar that names the target.
  var location: NodeRef
  /// Whether the reference may name a namespace of its own.
  var hasNamespaceField: Bool

  var target: String { namespace.map { "\($0)/\(name)" } ?? name }
}

extension Forest {
  /// The reference in `node`, a mapping with `name` and perhaps `kind` and `namespace`.
  func reference(
    _ node: NodeRef, field: String, kind fixedKind: String? = nil, of object: AppliedObject,
    hasNamespaceField: Bool = true
  ) -> NamedReference? {
    guard let nameNode = value(node, "name"), kind(nameNode) == .scalar,
      let targetKind = fixedKind ?? value(node, "kind").map({ text($0) })
    else { return nil }
    let written = hasNamespaceField ? value(node, "namespace").map { text($0) } : nil
    return NamedReference(
      field: field, kind: targetKind, namespace: written ?? object.id.namespace, name: text(nameNode),
      location: nameNode, hasNamespaceField: hasNamespaceField)
  }

  /// The references in a list of mappings.
  func references(_ list: NodeRef?, field: String, kind: String? = nil, of object: AppliedObject) -> [NamedReference] {
    list.map { items($0).compactMap { reference($0, field: field, kind: kind, of: object) } } ?? []
  }
}

/// Looks up what references name in one cluster.
struct ReferenceLookUp {
  let peers: PeerIndex
  private let cluster: Cluster

  init(_ cluster: Cluster) {
    self.cluster = cluster
    peers = PeerIndex(cluster)
  }

  /// Whether it is certain that the cluster does not get the target of a reference: nothing makes it, no name holds a
  /// variable, and nothing out of sight may make it.
  func isMissing(_ reference: NamedReference) -> Bool {
    guard let namespace = reference.namespace, !reference.name.contains("${"), !namespace.contains("${"),
      !isThere(reference)
    else { return false }
    return !cluster.gaps.contains { $0.namespace == nil || $0.namespace == namespace }
  }

  func isThere(_ reference: NamedReference) -> Bool {
    if peers.named(reference.name, kind: reference.kind).contains(where: {
      cluster.objects[$0].id.namespace == reference.namespace
    }) {
      return true
    }
    // Bootstrap and the Flux Operator make the first Kustomization and its source; both have one name.
    return cluster.kustomizations.contains {
      $0.name == reference.name && $0.namespace == reference.namespace
        && (reference.kind == "Kustomization"
          || $0.parent == nil && FluxKinds.kustomizationSources.contains(reference.kind))
    }
  }

  /// What the reference most likely means: the object of that name in another namespace, or one of a similar name.
  func repair(
    _ reference: NamedReference, _ model: RepositoryModel
  ) -> (help: String?, related: [RelatedLocation]) {
    if let elsewhere = peers.named(reference.name, kind: reference.kind).first.map({ cluster.objects[$0] }),
      let namespace = elsewhere.id.namespace
    {
      let help =
        reference.hasNamespaceField
        ? "'\(reference.name)' is in namespace '\(namespace)': add 'namespace: \(namespace)'"
        : "'\(reference.name)' is in namespace '\(namespace)', and \(reference.field) cannot name another one than its own"
      return (help, [RelatedLocation(model.place(of: elsewhere), "defined here")])
    }
    let neighbours = peers.all(reference.kind).map { cluster.objects[$0] }.filter {
      $0.id.namespace == reference.namespace
    }
    guard let name = Suggestion.nearest(to: reference.name, in: neighbours.map(\.id.name)),
      let near = neighbours.first(where: { $0.id.name == name })
    else { return (nil, []) }
    return ("did you mean '\(name)'?", [RelatedLocation(model.place(of: near), "a similar name is defined here")])
  }
}

/// Rules that report references to nothing, for one kind of object each.
struct DanglingReferences {
  /// The kind of the objects that hold the references, and their API group.
  var kind: String
  var group: String
  /// What happens without the target, for the label.
  var label: String
  var references: (AppliedObject, Forest) -> [NamedReference]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      // Most clusters have no such reference at all, and an index of everything has its price.
      var lookUp: ReferenceLookUp?
      for object in cluster.objects where object.id.kind == kind && object.id.group == group && !object.isRemote {
        let references = references(object, model.forest)
        guard !references.isEmpty, !isSuspended(object, model.forest) else { continue }
        let known = lookUp ?? ReferenceLookUp(cluster)
        lookUp = known
        for reference in references where known.isMissing(reference) {
          self.report(reference, of: object, cluster, known, model, &report)
        }
      }
    }
  }

  private func report(
    _ reference: NamedReference, of object: AppliedObject, _ cluster: Cluster, _ lookUp: ReferenceLookUp,
    _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let repair = lookUp.repair(reference, model)
    report.report(
      "\(reference.field) of \(ObjectReference(object.id).displayName) names \(reference.kind) '\(reference.target)', which nothing applies",
      at: model.forest.range(reference.location), label: label, object: ObjectReference(object.id), cluster: cluster,
      related: repair.related, help: repair.help ?? "define the \(reference.kind), or correct kind, name or namespace",
      data: [
        "target": .string(reference.target), "targetKind": .string(reference.kind), "field": .string(reference.field),
      ])
  }

  private func isSuspended(_ object: AppliedObject, _ forest: Forest) -> Bool {
    forest.isTrue(forest.value(object.root, "spec", "suspend"))
  }
}
