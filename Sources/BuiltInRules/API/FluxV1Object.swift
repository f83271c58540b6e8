import RuleEngine

/// An object for Flux v1 or its Helm Operator. No controller of Flux 2 reads it, whatever the release.
struct FluxV1Object: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var uses: [Key: [Use]] = [:]
    let numbers = Dictionary(
      model.graph.clusters.enumerated().map { (ClusterKey($1), $0) }, uniquingKeysWith: { first, _ in first })
    model.forEachAPIVersionUse { use, id in
      guard use.isFluxV1 else { return }
      for cluster in use.clusters where cluster.hasEntryPoint {
        uses[Key(apiVersion: use.apiVersion, cluster: numbers[ClusterKey(cluster)]), default: []].append(
          Use(use: use, id: id))
      }
      // Without an entry point of Flux 2 the repository may still be run by Flux v1.
      if !use.clusters.contains(where: \.hasEntryPoint) {
        uses[Key(apiVersion: use.apiVersion), default: []].append(Use(use: use, id: id))
      }
    }
    for (key, uses) in uses.sorted(by: { $0.key < $1.key }) {
      let cluster = key.cluster.map { model.graph.clusters[$0] }
      // Where the old CRD is applied too, the API server takes the object, and the archived operator may act on it.
      let group = uses[0].use.group
      let hasDefinition =
        cluster.map { cluster in
          cluster.index.objects(ofKind: "CustomResourceDefinition").contains {
            cluster.objects[$0].id.name.hasSuffix(".\(group)")
          }
        } ?? false
      let isOpen = hasDefinition || uses.allSatisfy { $0.use.openReason != nil }
      check(uses, cluster: cluster, severity: cluster == nil ? .note : isOpen ? .warning : nil, &report)
    }
  }

  private struct Use {
    var use: APIVersionUse
    var id: ObjectID
  }

  /// Objects of one version in one cluster, or in files that no cluster reads: a migration is one task.
  private struct Key: Hashable, Comparable {
    var apiVersion: String
    /// Its number.
    var cluster: Int?

    static func < (left: Key, right: Key) -> Bool {
      (left.apiVersion, left.cluster ?? -1) < (right.apiVersion, right.cluster ?? -1)
    }
  }

  private func check(
    _ uses: [Use], cluster: Cluster?, severity: Severity?, _ report: inout FindingSink
  ) {
    let first = uses[0]
    let objects = uses.map { ObjectReference($0.id) }
    let what =
      uses.count == 1
      ? "\(first.id.kind) '\(first.id.name)' is an object" : "\(counted(objects)) are objects"
    report.report(
      "\(what) of Flux v1, '\(first.use.apiVersion)'", at: first.use.range,
      label: "no controller of Flux 2 reads it", severity: severity, object: objects[0], objects: objects,
      cluster: cluster, related: uses.dropFirst().map { RelatedLocation($0.use.range, "this one too") },
      notes: cluster == nil
        ? ["no cluster of this repository reads \(uses.count == 1 ? "this file" : "these files")"]
        : uses.allSatisfy { $0.use.openReason != nil } ? [first.use.openReason].compactMap(\.self) : [],
      help: first.use.lifecycle?.replacement.map { "write it anew as '\($0)', with a source for its chart" },
      data: ["apiVersion": .string(first.use.apiVersion)], cause: first.use.apiVersion)
  }
}

extension APIVersionUse {
  /// Whether it belongs to Flux v1, archived in November 2022, rather than to an early Flux 2.
  var isFluxV1: Bool {
    switch group {
    case "flux.weave.works", "helm.integrations.flux.weave.works": true
    case "helm.fluxcd.io": version == "v1"
    default: false
    }
  }
}
