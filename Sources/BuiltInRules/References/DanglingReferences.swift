import RuleEngine
import RuleFiles

/// Rules about references to nothing: each finding is one thing that is missing, however many objects of one kind name it.
struct DanglingReferences: RepositoryRule {
  /// One group of fields that is judged alike (`check: reference:` of a rule file).
  struct Template: Sendable {
    var fields: [Edge.Kind]
    /// The kinds of the objects that have the fields.
    var holders: [String]
    /// What happens without the target; `{kind}` stands for the kind of the target.
    var label: String
    /// What one holder, and what several, do with the target; nil for a message that names the field.
    var verbs: (one: String, several: String)? = nil
    /// What holders do with objects of their own kind alone; nil where the target may be of another one.
    var ownKindVerb: String? = nil
    var help = "define the {kind}, or correct kind, name or namespace"
    /// Whether the reference may name a namespace of its own.
    var namesNamespace = true
    /// Paths of fields that turn the reference off where they are true.
    var unless = [["spec", "suspend"]]
    /// Whether only objects of Flux with their namespace are looked for, for what charts and operators make is not known;
    /// of others only those whose name the cluster has with a slip.
    var isOfFlux = false
    /// How what no entry point reaches is judged.
    var judgement = LooseJudgement.never
    /// Whether `*` is a name that stands for all objects of a kind: what it finds is judged too, and where it stands for
    /// nothing.
    var hasWildcards = false
  }

  private let templates: [Template]

  init(_ templates: [Template]) { self.templates = templates }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters {
      var absence = Absence(facts.cluster)
      for template in templates where facts.cluster.hasEntryPoint || template.judgement != .never {
        check(template, facts, &absence, model, &report)
      }
    }
    for template in templates where template.hasWildcards { checkWildcards(template, model, &report) }
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
        guard template.holders.contains(object.id.kind), !isRefused(edge, cluster),
          let verdict = absence.verdict(of: edge),
          !template.isOfFlux || isOfFlux(edge, model.forest) || isMixedUp(edge, cluster),
          !template.hasWildcards || !(edge.targetNamespace ?? "").contains("*"),
          !isOff(object, template, model.forest)
        else { continue }
        missing.add(edge, verdict)
      }
      for target in missing.targets(in: cluster, model.forest) {
        self.report(target, of: field, template, cluster, model, &report)
      }
    }
  }

  /// Whether the API server takes no source of the kind: the schema of the holder says so, which are those of releases from
  /// 2.0 on.
  private func isRefused(_ edge: Edge, _ cluster: Cluster) -> Bool {
    (edge.kind == .sourceRef || edge.kind == .chartRef) && !FluxKinds.sources.contains(edge.targetKind)
      && cluster.settings.fluxVersion >= FluxVersion(major: 2, minor: 0) && !edge.targetKind.contains("$")
  }

  /// Whether a field of the holder turns its references off.
  func isOff(_ holder: AppliedObject, _ template: Template, _ forest: Forest) -> Bool {
    template.unless.contains { isTrue($0, of: holder.root, forest) }
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
    // An application team's repository may well name what the platform's has.
    let isElsewhere =
      !cluster.hasEntryPoint && template.judgement == .byNamespace
      && edge.targetNamespace != cluster.objects[edge.from].id.namespace
    let isWarned = isElsewhere || !cluster.hasEntryPoint && template.judgement == .warned
    let verb = template.verbs.map { target.holders.count == 1 ? $0.one : $0.several }
    let statement =
      verb.map { "\(counted(target.holders)) \($0)" } ?? "\(field.rawValue) of \(counted(target.holders)) names"
    var data: [String: Fact] = ["target": .string(target.name), "targetKind": .string(target.kind)]
    if verb == nil { data["field"] = .string(field.rawValue) }
    report.report(
      "\(statement) \(target.kind) '\(target.name)', which nothing \(target.verdict.place)applies",
      at: model.forest.range(edge.location), label: filled(template.label, kind: target.kind),
      severity: isWarned ? .warning : target.verdict.severity, object: target.holders[0], objects: target.holders,
      cluster: cluster, related: repair.related + target.otherPlaces,
      notes: isElsewhere
        ? ["no entry point in this repository reaches it; another repository may define it"] : target.verdict.notes,
      help: repair.help ?? filled(template.help, kind: target.kind), data: data, cause: target.cause)
  }

  private func filled(_ label: String, kind: String) -> String {
    let parts = label.split(separator: "{kind}", omittingEmptySubsequences: false)
    return parts.joined(separator: kind)
  }
}
