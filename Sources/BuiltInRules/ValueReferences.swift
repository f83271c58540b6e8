import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleEngine
import SourceText
import YAMLSyntax

/// References to ConfigMaps and Secrets that are read for their values. These objects are often made outside Git, so
/// that one is not here is no mistake by itself: a note says it once, and only what is known of near misses makes it more.
struct ValueReferences {
  let model: RepositoryModel
  let kind: Edge.Kind

  private struct Target: Hashable {
    var kind: String
    var namespace: String
    var name: String
    var text: String { "\(kind) '\(namespace)/\(name)'" }
  }

  private struct User: Hashable {
    var cluster: Int
    var reference: ObjectReference
  }

  private struct Use {
    var cluster: Int
    var edge: Edge
    var user: ObjectReference
  }

  /// Reports each object that is read and not here: once, with all that read it.
  func check(_ report: inout FindingSink) {
    var uses: [Target: [Use]] = [:]
    for (number, cluster) in model.graph.clusters.enumerated() where cluster.hasEntryPoint {
      var producers: SecretProducers?
      for edge in cluster.edges where edge.kind == kind && !edge.isOptional {
        guard let namespace = edge.targetNamespace, isMissing(edge) else { continue }
        if edge.targetKind == "Secret" {
          let known = producers ?? SecretProducers(cluster, model.forest)
          producers = known
          if known.make(edge.targetName, in: namespace) { continue }
        }
        if NearMiss.isFollowed(edge, in: cluster, model) { continue }
        let target = Target(kind: edge.targetKind, namespace: namespace, name: edge.targetName)
        uses[target, default: []].append(
          Use(cluster: number, edge: edge, user: ObjectReference(cluster.objects[edge.from].id)))
      }
    }
    for (target, uses) in uses.sorted(by: { $0.key.text < $1.key.text }) { self.report(target, uses, &report) }
  }

  /// Whether nothing of this repository makes the target; that something else may make it is no reason to be silent here.
  private func isMissing(_ edge: Edge) -> Bool {
    switch edge.target {
    case .missing: true
    case .unknown: !edge.targetName.contains("${") && !(edge.targetNamespace ?? "").contains("${")
    case .object, .implicit: false
    }
  }

  private func report(_ target: Target, _ uses: [Use], _ report: inout FindingSink) {
    let forest = model.forest
    var byRange: [SourceRange: Use] = [:]
    for use in uses { byRange[forest.range(use.edge.location)] = use }
    let ranges = byRange.keys.sorted()
    guard let first = ranges.first, let firstUse = byRange[first] else { return }
    let userCount = Set(uses.map { User(cluster: $0.cluster, reference: $0.user) }).count
    let users = userCount == 1 ? firstUse.user.displayName : "\(userCount) \(firstUse.user.kind)s"
    for use in uses {
      let cluster = model.graph.clusters[use.cluster]
      let nearMiss = NearMiss(of: use.edge, in: cluster, model)
      report.report(
        "\(kind.rawValue) of \(users) names \(target.text), which is not in this repository", at: first,
        label: "no such \(target.kind) here", severity: severity(of: nearMiss, use.edge),
        object: firstUse.user, cluster: cluster,
        related: (nearMiss.map { [$0.place] } ?? []) + ranges.dropFirst().map { RelatedLocation($0, "named here too") },
        notes: notes(use.edge),
        help: nearMiss?.help ?? "add it, or correct the name; if something outside Git makes it, nothing is wrong",
        data: [
          "target": .string("\(target.namespace)/\(target.name)"), "targetKind": .string(target.kind),
          "field": .string(kind.rawValue),
        ])
    }
  }

  private func notes(_ edge: Edge) -> [String] {
    if case .unknown(let reason) = edge.target { return ["it may come from elsewhere: \(reason)"] }
    return []
  }

  private func severity(of nearMiss: NearMiss?, _ edge: Edge) -> Severity? {
    guard let nearMiss, edge.target == .missing else { return nil }
    return nearMiss.isCertain ? .error : .warning
  }
}

/// An object that a reference to nothing most likely means.
struct NearMiss {
  var place: RelatedLocation
  var help: String
  /// Whether the reference cannot have meant anything else.
  var isCertain: Bool

  /// Nil when there is nothing like it.
  init?(of edge: Edge, in cluster: Cluster, _ model: RepositoryModel) {
    let peers = cluster.objects.filter { $0.id.kind == edge.targetKind && !$0.isRemote }
    let neighbours = peers.filter { $0.id.namespace == edge.targetNamespace }
    if let generated = neighbours.first(where: { Self.isHashed($0, edge.targetName) }) {
      place = RelatedLocation(model.place(of: generated), "made as '\(generated.id.name)'")
      help = "set 'disableNameSuffixHash: true', or add a nameReference: kustomize does not follow references of Flux"
      isCertain = true
    } else if let elsewhere = peers.first(where: { $0.id.name == edge.targetName }), let other = elsewhere.id.namespace
    {
      place = RelatedLocation(model.place(of: elsewhere), "defined in namespace '\(other)'")
      help = "it must be in namespace '\(edge.targetNamespace ?? "")': '\(edge.kind.rawValue)' cannot name another one"
      isCertain = !Self.isCopied(elsewhere, model)
    } else if let name = Suggestion.nearest(to: edge.targetName, in: neighbours.map(\.id.name)),
      let near = neighbours.first(where: { $0.id.name == name })
    {
      place = RelatedLocation(model.place(of: near), "a similar name is defined here")
      help = "did you mean '\(name)'?"
      isCertain = false
    } else {
      return nil
    }
  }

  /// Whether a generator makes the target with a hash, and its kustomization file configures references that follow it.
  static func isFollowed(_ edge: Edge, in cluster: Cluster, _ model: RepositoryModel) -> Bool {
    cluster.objects.contains { object in
      guard object.id.kind == edge.targetKind, isHashed(object, edge.targetName),
        let root = model.sources.documents(of: object.origin.file).first?.root
      else { return false }
      return model.forest.value(root, "configurations") != nil
    }
  }

  /// Whether `object` is what a generator makes under `name`, with the hash of its content (kustomize `api/hasher`).
  private static func isHashed(_ object: AppliedObject, _ name: String) -> Bool {
    let made = object.id.name
    guard made.utf8.count == name.utf8.count + 11, made.hasPrefix(name + "-") else { return false }
    return object.modifiers.contains { $0.kind == .generator }
      && made.utf8.suffix(10).allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }
  }

  /// Whether something in the cluster may copy the object into other namespaces (reflector, replicator, kubed, kyverno).
  private static func isCopied(_ object: AppliedObject, _ model: RepositoryModel) -> Bool {
    guard let metadata = model.forest.value(object.root, "metadata") else { return false }
    return [model.forest.value(metadata, "annotations"), model.forest.value(metadata, "labels")].contains { node in
      guard let node else { return false }
      return model.forest.pairs(node).contains { pair in
        let key = model.forest.text(pair.key)
        return ["reflector", "replicator", "kubed", "replicate", "copy", "clone", "sync"].contains(where: key.contains)
      }
    }
  }
}
