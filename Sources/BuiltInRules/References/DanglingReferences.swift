import RuleEngine

/// Rules about references to nothing: each finding is one thing that is missing, however many objects of one kind name it.
struct DanglingReferences: RepositoryRule {
  /// One group of fields that is judged alike (`check: reference:` of a rule file).
  struct Template: Sendable {
    var fields: [Edge.Kind]
    /// The kinds of the objects that have the fields.
    var holders: [String]
    /// What happens without the target; `{kind}` stands for the kind of the target.
    var label: String
    /// Whether the reference may name a namespace of its own.
    var namesNamespace = true
    /// Paths of fields that turn the reference off where they are true.
    var unless = [["spec", "suspend"]]
    /// Whether only objects of Flux with their namespace are looked for, for what charts and operators make is not known;
    /// of others only those whose name the cluster has with a slip.
    var isOfFlux = false
    /// Whether what no entry point reaches is judged as well, with a warning.
    var isJudgedAnywhere = false
    /// Which references are looked at, where data cannot say it.
    var isMeant: @Sendable (Edge) -> Bool = { _ in true }
  }

  private let templates: [Template]

  init(_ templates: [Template]) { self.templates = templates }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters {
      var absence = Absence(facts.cluster)
      for template in templates where facts.cluster.hasEntryPoint || template.isJudgedAnywhere {
        check(template, facts, &absence, model, &report)
      }
    }
  }

  private func check(
    _ template: Template, _ facts: ClusterFacts, _ absence: inout Absence, _ model: RepositoryModel,
    _ report: inout FindingSink
  ) {
    let cluster = facts.cluster
    // Most clusters have no such object, and to find all references has its price.
    guard template.holders.contains(where: cluster.index.has) else { return }
    for field in template.fields {
      var missing = MissingTargets()
      for edge in facts.references.edges(of: field) where !edge.isWildcard {
        let object = cluster.objects[edge.from]
        guard template.holders.contains(object.id.kind), let verdict = absence.verdict(of: edge),
          template.isMeant(edge), !template.isOfFlux || isOfFlux(edge, model.forest) || isMixedUp(edge, cluster),
          !template.unless.contains(where: { isTrue($0, of: object.root, model.forest) })
        else { continue }
        missing.add(edge, verdict)
      }
      for target in missing.targets(in: cluster, model.forest) {
        self.report(target, of: field, template, cluster, model, &report)
      }
    }
  }

  private func isTrue(_ path: [String], of root: NodeRef, _ forest: Forest) -> Bool {
    var node = root
    for key in path {
      guard let next = forest.value(node, key: key) else { return false }
      node = next
    }
    return forest.isTrue(node)
  }

  private func isOfFlux(_ edge: Edge, _ forest: Forest) -> Bool {
    edge.targetNamespace != nil
      && forest.value(edge.entry, "apiVersion").map { forest.text($0).contains(".toolkit.fluxcd.io/") } ?? false
  }

  /// Whether name and namespace are the wrong way round, or one letter is wrong.
  private func isMixedUp(_ edge: Edge, _ cluster: Cluster) -> Bool {
    guard case .missing = edge.target, let namespace = edge.targetNamespace else { return false }
    let swapped = cluster.index.objects(ofKind: edge.targetKind, namespace: edge.targetName, name: namespace)
    if !swapped.isEmpty { return true }
    return cluster.index.objects(ofKind: edge.targetKind, namespace: namespace).contains {
      Suggestion.isSlip(between: edge.targetName, and: cluster.objects[$0].id.name)
    }
  }

  private func report(
    _ target: MissingTargets.Target, of field: Edge.Kind, _ template: Template, _ cluster: Cluster,
    _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let edge = target.edges[0]
    let repair = repair(of: edge, template, in: cluster, model)
    report.report(
      "\(field.rawValue) of \(counted(target.holders)) names \(target.kind) '\(target.name)', which nothing \(target.verdict.place)applies",
      at: model.forest.range(edge.location), label: filled(template.label, kind: target.kind),
      severity: cluster.hasEntryPoint ? target.verdict.severity : .warning,
      object: target.holders[0], objects: target.holders,
      cluster: cluster, related: repair.related + target.otherPlaces, notes: target.verdict.notes,
      help: repair.help ?? "define the \(target.kind), or correct kind, name or namespace",
      data: [
        "target": .string(target.name), "targetKind": .string(target.kind), "field": .string(field.rawValue),
      ], cause: target.cause)
  }

  private func filled(_ label: String, kind: String) -> String {
    let parts = label.split(separator: "{kind}", omittingEmptySubsequences: false)
    return parts.joined(separator: kind)
  }

  private func repair(
    of edge: Edge, _ template: Template, in cluster: Cluster, _ model: RepositoryModel
  ) -> (help: String?, related: [RelatedLocation]) {
    var repair = model.repair(of: edge, in: cluster)
    if repair.help == nil, let namespace = edge.targetNamespace,
      let swapped = cluster.index.objects(ofKind: edge.targetKind, namespace: edge.targetName, name: namespace).first
    {
      repair.help = "'\(namespace)' is in namespace '\(edge.targetName)': the two are the wrong way round"
      repair.related = [RelatedLocation(model.nameRange(of: cluster.objects[swapped]), "defined here")]
    }
    guard !template.namesNamespace,
      let elsewhere = cluster.index.objects(ofKind: edge.targetKind, name: edge.targetName).first,
      let namespace = cluster.objects[elsewhere].id.namespace
    else { return repair }
    return (
      "'\(edge.targetName)' is in namespace '\(namespace)', and \(edge.kind.rawValue) cannot name another one than its own",
      repair.related
    )
  }
}
