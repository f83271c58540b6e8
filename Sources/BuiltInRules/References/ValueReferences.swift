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
      var peers: PeerIndex?
      for edge in cluster.edges where edge.kind == kind && !edge.isOptional {
        guard let namespace = edge.targetNamespace, isMissing(edge) else { continue }
        if edge.targetKind == "Secret" {
          let known = producers ?? SecretProducers(cluster, model.forest)
          producers = known
          if known.make(edge.targetName, in: namespace) { continue }
        }
        let known = peers ?? PeerIndex(cluster)
        peers = known
        if NearMiss.isFollowed(edge.targetKind, edge.targetName, in: cluster, known, model) { continue }
        let target = Target(kind: edge.targetKind, namespace: namespace, name: edge.targetName)
        uses[target, default: []].append(
          Use(cluster: number, edge: edge, user: ObjectReference(cluster.objects[edge.from].id)))
      }
    }
    var peers: [Int: PeerIndex] = [:]
    for (target, uses) in uses.sorted(by: { $0.key.text < $1.key.text }) { self.report(target, uses, &peers, &report) }
  }

  /// Whether nothing of this repository makes the target; that something else may make it is no reason to be silent here.
  private func isMissing(_ edge: Edge) -> Bool {
    switch edge.target {
    case .missing: true
    case .unknown: !edge.targetName.contains("${") && !(edge.targetNamespace ?? "").contains("${")
    case .object, .implicit: false
    }
  }

  private func report(
    _ target: Target, _ uses: [Use], _ peers: inout [Int: PeerIndex], _ report: inout FindingSink
  ) {
    let forest = model.forest
    var byRange: [SourceRange: Use] = [:]
    for use in uses { byRange[forest.range(use.edge.location)] = use }
    let ranges = byRange.keys.sorted()
    guard let first = ranges.first, let firstUse = byRange[first] else { return }
    let userCount = Set(uses.map { User(cluster: $0.cluster, reference: $0.user) }).count
    let users = userCount == 1 ? firstUse.user.displayName : "\(userCount) \(plural(of: firstUse.user.kind))"
    var known: Set<ObjectReference> = []
    let objects = (ranges.compactMap { byRange[$0] } + uses).map(\.user).filter { known.insert($0).inserted }
    var reported: Set<Int> = []
    for use in uses where reported.insert(use.cluster).inserted {
      let cluster = model.graph.clusters[use.cluster]
      let known = peers[use.cluster] ?? PeerIndex(cluster)
      peers[use.cluster] = known
      let nearMiss = NearMiss(
        kind: target.kind, namespace: target.namespace, name: target.name, field: kind.rawValue, in: cluster,
        known, model)
      report.report(
        "\(kind.rawValue) of \(users) names \(target.text), which is not in this repository", at: first,
        label: "no such \(target.kind) here", severity: severity(of: nearMiss, use.edge),
        object: firstUse.user, objects: objects, cluster: cluster,
        related: (nearMiss.map { [$0.place] } ?? []) + ranges.dropFirst().map { RelatedLocation($0, "named here too") },
        notes: notes(use.edge),
        help: nearMiss?.help
          ?? "add it, or correct the name; if something outside Git makes it, declare it under 'external' in .fluxlint.yaml",
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
    switch nearMiss.likelihood {
    case .certain: return .error
    case .likely: return .warning
    case .possible: return nil
    }
  }
}
