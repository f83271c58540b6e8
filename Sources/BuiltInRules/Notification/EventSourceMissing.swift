import RuleEngine

/// An entry of an Alert's `eventSources` that no object can match: names and namespaces are compared as they are
/// (notification-controller `internal/server/event_handlers.go`).
struct EventSourceMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences([
      .init(fields: [.eventSources], holders: ["Alert"], label: "no event ever comes from it") {
        !($0.targetNamespace ?? "").contains("*")
      }
    ]).check(model, &report)
    let useful = Self.usefulEntries(model)
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      let cluster = facts.cluster
      let alerts = cluster.index.objects(ofKind: "Alert").map { cluster.objects[$0] }
        .filter { $0.id.group == "notification.toolkit.fluxcd.io" }
      guard !alerts.isEmpty else { continue }
      for alert in alerts { checkWildcards(of: alert, cluster, model, &report) }
      for edge in facts.references.edges(of: .eventSources)
      where edge.target == .missing && edge.isWildcard && !useful.contains(model.forest.range(edge.location)) {
        checkKind(edge, cluster, model, &report)
      }
    }
  }

  /// The entries that find something in some namespace or cluster. One that a component brings into many namespaces means
  /// whatever there is.
  private static func usefulEntries(_ model: RepositoryModel) -> Set<SourceRange> {
    var useful: Set<SourceRange> = []
    for facts in model.clusters where facts.cluster.index.has(kind: "Alert") {
      for edge in facts.references.edges(of: .eventSources) where edge.isWildcard {
        if case .object = edge.target { useful.insert(model.forest.range(edge.location)) }
      }
    }
    return useful
  }

  /// All objects of a kind, without a namespace, where that of the Alert has none. That there are none anywhere says
  /// nothing: they may come later.
  private func checkKind(_ edge: Edge, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink) {
    let object = cluster.objects[edge.from]
    let elsewhere = cluster.index.objects(ofKind: edge.targetKind).map { cluster.objects[$0] }
    guard let namespace = object.id.namespace, edge.targetNamespace == namespace, let first = elsewhere.first,
      // With labels there may be objects that have others.
      cluster.index.objects(ofKind: edge.targetKind, namespace: namespace).isEmpty,
      !FluxObject(object.root, in: model.forest).isSuspended
    else { return }
    let namespaces = Set(elsewhere.compactMap(\.id.namespace)).sorted()
    let names = quotedList(Array(namespaces.prefix(3))) + (namespaces.count > 3 ? " and others" : "")
    report.report(
      "eventSources of \(ObjectReference(object.id).displayName) names every \(edge.targetKind) of namespace '\(namespace)', which has none",
      at: model.forest.range(edge.location), label: "no event ever comes from it", object: ObjectReference(object.id),
      cluster: cluster,
      related: [RelatedLocation(model.place(of: first), "\(plural(of: edge.targetKind)) are elsewhere")],
      help: "they are in \(names): add an entry with 'namespace:' for each",
      data: ["targetKind": .string(edge.targetKind), "namespace": .string(namespace)], cause: "every \(edge.targetKind)"
    )
  }

  /// `*` is a wildcard for names only.
  private func checkWildcards(
    of object: AppliedObject, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let forest = model.forest
    guard let list = forest.value(object.root, "spec", "eventSources"),
      !FluxObject(object.root, in: forest).isSuspended
    else { return }
    for item in forest.items(list) {
      guard let namespace = forest.value(item, "namespace"), forest.text(namespace).contains("*") else { continue }
      report.report(
        "eventSources of \(ObjectReference(object.id).displayName) names namespace '\(forest.text(namespace))', and no namespace has that name",
        at: forest.range(namespace), label: "a namespace is compared as it is, '*' is no wildcard", severity: .error,
        object: ObjectReference(object.id), cluster: cluster,
        help: "list one entry for each namespace", data: ["namespace": .string(forest.text(namespace))],
        cause: forest.text(namespace))
    }
  }
}
