import RuleEngine

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
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      let cluster = facts.cluster
      // Most clusters have no such object, and to find all references has its price.
      guard holders.contains(where: cluster.index.has) else { continue }
      var missing = MissingTargets()
      var absence = Absence(cluster)
      for edge in facts.references.edges(of: field) {
        let object = cluster.objects[edge.from]
        guard holders.contains(object.id.kind), let verdict = absence.verdict(of: edge), isMeant(edge, cluster),
          !FluxObject(object.root, in: model.forest).isSuspended
        else { continue }
        missing.add(edge, verdict)
      }
      for target in missing.targets(in: cluster, model.forest) { self.report(target, cluster, model, &report) }
    }
  }

  private func report(
    _ target: MissingTargets.Target, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let edge = target.edges[0]
    let repair = repair(of: edge, in: cluster, model)
    report.report(
      "\(field.rawValue) of \(counted(target.holders)) names \(target.kind) '\(target.name)', which nothing \(target.verdict.place)applies",
      at: model.forest.range(edge.location), label: label, severity: target.verdict.severity,
      object: target.holders[0], objects: target.holders,
      cluster: cluster, related: repair.related + target.otherPlaces, notes: target.verdict.notes,
      help: repair.help ?? "define the \(target.kind), or correct kind, name or namespace",
      data: [
        "target": .string(target.name), "targetKind": .string(target.kind), "field": .string(field.rawValue),
      ], cause: target.cause)
  }

  private func repair(
    of edge: Edge, in cluster: Cluster, _ model: RepositoryModel
  ) -> (help: String?, related: [RelatedLocation]) {
    let repair = model.repair(of: edge, in: cluster)
    guard !hasNamespace,
      let elsewhere = cluster.index.objects(ofKind: edge.targetKind, name: edge.targetName).first,
      let namespace = cluster.objects[elsewhere].id.namespace
    else { return repair }
    return (
      "'\(edge.targetName)' is in namespace '\(namespace)', and \(field.rawValue) cannot name another one than its own",
      repair.related
    )
  }
}
