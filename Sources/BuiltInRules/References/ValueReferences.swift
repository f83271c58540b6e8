import RuleEngine

/// References to ConfigMaps and Secrets that are read for their values. These objects are often made outside Git, so
/// that one is not here is no mistake by itself: a note says it once, and only what is known of near misses makes it more
/// (`check: values:` of a rule file).
struct ValueReferences: RepositoryRule {
  let fields: [Edge.Kind]
  /// The field beside the name that says which key is read, and the key where it is not there; nil where all are read.
  let key: (field: String, fallback: String)?
  /// Whether the Kustomization that has the field reads the target before it applies anything.
  let isReadFirst: Bool

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for field in fields {
      MissingValues(model: model, kind: field).check(&report)
      if let key { MissingKeys(model: model, field: field, key: key.field, fallback: key.fallback).check(&report) }
      if isReadFirst { ValuesOfItself(model: model, field: field).check(&report) }
    }
  }
}

/// References to objects that are not here.
private struct MissingValues {
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
      for edge in cluster.edges where edge.kind == kind && !edge.isOptional {
        guard let namespace = edge.targetNamespace, isMissing(edge) else { continue }
        if NearMiss.isFollowed(edge.targetKind, edge.targetName, in: cluster, model) { continue }
        let target = Target(kind: edge.targetKind, namespace: namespace, name: edge.targetName)
        uses[target, default: []].append(
          Use(cluster: number, edge: edge, user: ObjectReference(cluster.objects[edge.from].id)))
      }
    }
    guard !uses.isEmpty else { return }
    let unapplied = UnappliedObjects(model.graph, model.sources)
    for (target, uses) in uses.sorted(by: { $0.key.text < $1.key.text }) {
      if uses.allSatisfy({ isLostWithBuild($0) }),
        unapplied.maker(ofKind: target.kind, namespace: target.namespace, name: target.name) != nil
      {
        continue
      }
      self.report(target, uses, unapplied, &report)
    }
  }

  /// Whether nothing of this repository makes the target; that something else may make it is no reason to be silent here.
  private func isMissing(_ edge: Edge) -> Bool {
    switch edge.target {
    case .missing: true
    case .unknown: !edge.targetName.contains("${") && !(edge.targetNamespace ?? "").contains("${")
    case .object, .implicit: false
    }
  }

  /// Whether a Kustomization would most likely make the target whose path is missing, or whose build fails: that is told.
  private func isLostWithBuild(_ use: Use) -> Bool {
    guard case .unknown(let reason) = use.edge.target else { return false }
    return model.graph.clusters[use.cluster].gaps.contains {
      $0.reason == reason && ($0.cause == .pathMissing || $0.cause == .buildFailed)
    }
  }

  private func report(
    _ target: Target, _ uses: [Use], _ unapplied: UnappliedObjects, _ report: inout FindingSink
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
    let maker = unapplied.maker(ofKind: target.kind, namespace: target.namespace, name: target.name)
    let isElsewhere = model.graph.clusters.contains { cluster in
      cluster.produces(kind: target.kind, namespace: target.namespace, name: target.name)
        || !cluster.index.objects(ofKind: target.kind, namespace: target.namespace, name: target.name).isEmpty
    }
    let absence =
      isElsewhere
      ? "which nothing in this cluster makes"
      : maker == nil ? "which is not in this repository" : "which no cluster applies"
    var reported: Set<Int> = []
    for use in uses where reported.insert(use.cluster).inserted {
      let cluster = model.graph.clusters[use.cluster]
      let nearMiss = NearMiss(
        kind: target.kind, namespace: target.namespace, name: target.name, field: kind.rawValue, in: cluster, model)
      report.report(
        "\(kind.rawValue) of \(users) names \(target.text), \(absence)", at: first,
        label: maker == nil ? "no such \(target.kind) here" : "not applied", severity: severity(of: nearMiss, use.edge),
        object: firstUse.user, objects: objects, cluster: cluster,
        related: (nearMiss.map { [$0.place] } ?? maker.map { [place(of: $0)] } ?? [])
          + ranges.dropFirst().map { RelatedLocation($0, "named here too") },
        notes: notes(use.edge),
        help: nearMiss?.help ?? maker.map { "let a Kustomization build '\(model.sources.path(of: $0.origin.file))'" }
          ?? "add it, or correct the name; if something outside Git makes it, declare it under 'external' in .fluxlint.yaml",
        data: [
          "target": .string("\(target.namespace)/\(target.name)"), "targetKind": .string(target.kind),
          "field": .string(kind.rawValue),
        ])
    }
  }

  private func place(of maker: AppliedObject) -> RelatedLocation {
    let reference = ObjectReference(maker.id)
    return RelatedLocation(
      model.nameRange(of: maker),
      maker.id.group.isEmpty
        ? "defined here, and no cluster applies it"
        : "\(reference.displayName) makes it, and no cluster applies that")
  }

  private func notes(_ edge: Edge) -> [String] {
    if case .unknown(let reason) = edge.target { return ["it may come from elsewhere: \(reason)"] }
    return []
  }

  private func severity(of nearMiss: NearMiss?, _ edge: Edge) -> Severity? {
    guard let nearMiss else { return nil }
    let isCertain = edge.target == .missing
    switch nearMiss.likelihood {
    case .certain: return isCertain ? .error : .warning
    case .likely: return .warning
    case .possible: return nil
    }
  }
}
