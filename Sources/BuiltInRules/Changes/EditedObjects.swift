import RuleEngine

/// Edits of one object that the API server refuses, and what the controller does then.
struct RefusedEdit {
  var pair: ObjectChanges.Pair
  var old: AppliedObject
  var now: AppliedObject
  var change: ImmutableFields.Change
  /// Whether the controller deletes the object and makes it again: `spec.force`, or `force: enabled` on it
  /// (fluxcd/pkg `ssa/manager_apply.go`).
  var isForced: Bool

  static func all(in change: ClusterChange) -> [RefusedEdit] {
    let fields = ImmutableFields(change.values)
    return change.objects.edited.compactMap { pair in
      let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
      guard now.isKnown, old.isKnown, !change.isNotApplied(old, now), let refused = fields.change(from: old, to: now)
      else { return nil }
      return RefusedEdit(pair: pair, old: old, now: now, change: refused, isForced: change.isForced(pair))
    }
  }

  /// What comes of one, beside what all have in common.
  struct Effect: Hashable {
    var severity: Severity?
    var note: String?
  }

  /// Those of one cause: a label, a variable or a template may be part of many objects.
  struct Group {
    var place: SourceRange
    var effect: Effect
    var edits: [RefusedEdit]

    var ids: [ObjectID] { edits.map(\.now.id) }
    /// `Deployment web/a`, or `3 Deployments`.
    var subject: String { counted(ids.map { ObjectReference($0) }) }
    var isOne: Bool { edits.count == 1 }
    var field: String { edits[0].change.field }
    /// What is left to say of it, behind the names of several.
    func notes(_ did: String) -> [String] {
      (isOne ? [] : ["\(did): \(listed(ids, limit: 5))"]) + [effect.note].compactMap(\.self)
    }
  }

  static func groups(
    of edits: [RefusedEdit], in change: ClusterChange, by effect: (RefusedEdit) -> Effect
  ) -> [Group] {
    struct Cause: Hashable {
      var place: SourceRange
      var field: String
      var effect: Effect
    }
    var groups: [Group] = []
    var numbers: [Cause: Int] = [:]
    for edit in edits {
      let cause = Cause(place: edit.place(in: change), field: edit.change.field, effect: effect(edit))
      if let number = numbers[cause] {
        groups[number].edits.append(edit)
      } else {
        numbers[cause] = groups.count
        groups.append(Group(place: cause.place, effect: cause.effect, edits: [edit]))
      }
    }
    return groups
  }

  /// Where it is changed: a variable, where that is what changed.
  func place(in change: ClusterChange) -> SourceRange {
    let names = ObjectNames(base: change.base, new: change.new, change.values)
    return self.change.new.flatMap { names.causeInVariable($0, pair.owner)?.place } ?? self.change.place
  }
}

extension ClusterChange {
  /// Whether an edit that the API server refuses deletes the object and makes it again.
  func isForced(_ pair: ObjectChanges.Pair) -> Bool {
    let (old, now) = (base.object(pair.base), new.object(pair.new))
    if pair.owner.set != nil { return new.isForced(now) }
    return values.text(new.spec(pair.owner.new), "force") == "true"
      || new.hasMark("force", "enabled", now) || base.hasMark("force", "enabled", old)
  }

  /// Whether an object that is there is left as it is, whatever is built.
  func isNotApplied(_ old: AppliedObject, _ now: AppliedObject) -> Bool {
    base.isLeftAlone(old) || new.isLeftAlone(now) || new.hasMark("ssa", "IfNotPresent", now)
  }
}

/// A refused edit fails the dry run, and with it the whole Kustomization is stuck.
struct ImmutableField: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      let edits = RefusedEdit.all(in: change).filter { !$0.isForced }
      for group in RefusedEdit.groups(of: edits, in: change, by: { Self.effect($0, change) }) {
        let (it, they, object) = group.isOne ? ("it", "it", "the object") : ("them", "they", "the objects")
        report.report(
          "'\(group.field)' of \(group.subject) cannot be changed: the API server refuses \(it)",
          at: group.place, label: Self.label(group.edits[0], change), severity: group.effect.severity,
          objects: group.ids, in: change, notes: [Self.stuck(group, change)] + group.notes("refused"),
          help: "make the change under a new name, or delete \(object) by hand when \(they) may go",
          cause: group.field)
      }
    }
  }

  private static func effect(_ edit: RefusedEdit, _ change: ClusterChange) -> RefusedEdit.Effect {
    guard edit.now.id.kind == "Job", change.values.field(edit.old.root, "spec", "ttlSecondsAfterFinished") != nil else {
      return RefusedEdit.Effect()
    }
    return RefusedEdit.Effect(severity: .warning, note: "'ttlSecondsAfterFinished' may have deleted the Job already")
  }

  /// Who applies nothing any more.
  private static func stuck(_ group: RefusedEdit.Group, _ change: ClusterChange) -> String {
    var names: [String] = []
    for edit in group.edits {
      let name = change.reference(of: edit.pair.owner).displayName
      if !names.contains(name) { names.append(name) }
    }
    return names.count == 1
      ? "\(names[0]) fails and applies none of its other changes"
      : "\(names.joined(separator: ", ")) fail and apply none of their other changes"
  }

  static func label(_ edit: RefusedEdit, _ change: ClusterChange) -> String {
    func text(_ node: NodeRef?, _ kustomization: FluxKustomization) -> String? {
      guard let node, change.values.forest.kind(node) == .scalar, edit.now.id.kind != "Secret",
        !ObjectNames.holdsSecret(node, kustomization, change.values)
      else { return nil }
      return change.values.forest.text(node)
    }
    let owner = edit.pair.owner
    let old = text(edit.change.base, change.base.kustomization(owner.base))
    switch (old, text(edit.change.new, change.new.kustomization(owner.new))) {
    case (let old?, let now?): return "was '\(old)', is '\(now)'"
    case (let old?, nil) where edit.change.new == nil: return "'\(old)' is gone"
    default: return "differs from what is in the cluster"
    }
  }
}

/// With `force` a refused edit deletes the object and makes it again.
struct ObjectRecreated: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      // That is what 'force' is for.
      let edits = RefusedEdit.all(in: change).filter { $0.isForced && $0.now.id.kind != "Job" }
      let groups = RefusedEdit.groups(of: edits, in: change) { edit in
        let weight = change.base.weight(of: edit.old)
        return RefusedEdit.Effect(severity: Severity(interruptionOf: weight), note: Self.effect(edit.now.id))
      }
      for group in groups {
        report.report(
          "\(group.subject) \(group.isOne ? "is" : "are") deleted and made again, for '\(group.field)' cannot be changed",
          at: group.place, label: ImmutableField.label(group.edits[0], change), severity: group.effect.severity,
          objects: group.ids, in: change, notes: group.notes("made again"),
          help: "without 'force' \(group.isOne ? "it is" : "they are") refused instead; "
            + "make the change under a new name, and switch over",
          cause: group.field)
      }
    }
  }

  private static func effect(_ id: ObjectID) -> String {
    switch id.kind {
    case "PersistentVolumeClaim": "the volume is lost, and the claim is stuck for as long as pods use it"
    case "CustomResourceDefinition": "every object of its kind is deleted with it"
    case "Service": "it gets new addresses"
    case "Namespace": "everything in it is deleted"
    default: "it is gone until it is made and ready again"
    }
  }
}

/// A version of a definition that objects were stored in has to stay (apiextensions-apiserver, `status.storedVersions`).
struct CRDVersionRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      // Those of Flux go by its release.
      let isOtherRelease = change.base.cluster.settings.fluxVersion != change.new.cluster.settings.fluxVersion
      for pair in change.objects.edited where change.base.object(pair.base).id.isDefinition {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        let isOfFlux = old.id.name.hasSuffix(".toolkit.fluxcd.io")
        guard !change.isNotApplied(old, now), !(isOtherRelease && isOfFlux) else { continue }
        let values = change.values
        let versions = values.field(now.root, "spec", "versions").map { Array(values.forest.items($0)) } ?? []
        let left = Set(versions.compactMap { values.text($0, "name") })
        let before = values.field(old.root, "spec", "versions").map { Array(values.forest.items($0)) } ?? []
        let stored = before.filter { values.text($0, "storage") == "true" }.compactMap { values.text($0, "name") }
        guard !left.isEmpty else { continue }
        guard let lost = stored.first(where: { !left.contains($0) }) else {
          checkUses(of: now, before: before, versions: versions, in: change, &report)
          continue
        }
        let key = values.field(now.root, "spec").flatMap { values.forest.pair($0, "versions") }
        let place = versions.first.flatMap { values.field($0, "name") }.map { values.forest.range($0) }
        let isForced = change.isForced(pair)
        report.report(
          "\(now.id.shown) lacks version '\(lost)', in which objects are stored: "
            + (isForced
              ? "'force' deletes the definition with all its objects, and makes it again"
              : "the API server refuses the definition"),
          at: place ?? key.map { values.forest.range($0.key) } ?? now.origin,
          label: "'\(lost)' is not among the versions", objects: [now.id], in: change,
          gone: [change.base.namePlace(old)],
          notes: isForced
            ? [] : ["nothing of its Kustomization is applied; with 'force' the definition goes with all its objects"],
          help: "keep '\(lost)' with 'storage: false', have every object written anew, then drop it", cause: lost)
      }
    }
  }

  /// A version that was served and is not any more may go where no object is of it.
  private func checkUses(
    of definition: AppliedObject, before: [NodeRef], versions: [NodeRef], in change: ClusterChange,
    _ report: inout FindingSink
  ) {
    let values = change.values
    func served(_ versions: [NodeRef]) -> [String] {
      versions.filter { values.text($0, "served") == "true" }.compactMap { values.text($0, "name") }
    }
    let left = Set(served(versions))
    let lost = Set(served(before)).subtracting(left)
    guard !lost.isEmpty, let group = values.text(definition.root, "spec", "group"),
      let kind = values.text(definition.root, "spec", "names", "kind")
    else { return }
    let cluster = change.new.cluster
    let users = cluster.index.objects(ofKind: kind).map { cluster.objects[$0] }.filter { object in
      object.id.group == group && lost.contains(object.id.version) && object.kustomization != nil && object.isKnown
        && object.isRemote == definition.isRemote && !change.new.isLeftAlone(object)
    }
    guard let first = users.first else { return }
    let version = first.id.version
    let place = versions.first { values.text($0, "name") == version } ?? versions.first
    report.report(
      "\(definition.id.shown) does not serve version '\(version)' any more, of which \(users.count == 1 ? "an object is" : "\(users.count) objects are")",
      at: place.flatMap { values.field($0, "name") }.map { values.forest.range($0) } ?? definition.origin,
      label: "'\(version)' is not served", objects: [definition.id], along: users.map(\.id), in: change,
      notes: ["\(first.id.shown) cannot be applied, nor anything else of its Kustomization: no matches for its kind"],
      help: "give the objects a version that is served first", cause: version)
  }
}

/// Some objects are made once and then left alone.
struct ChangeNotApplied: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for pair in change.objects.edited {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        guard let mark = Self.mark(old, change.base), Self.mark(now, change.new) != nil, old.isKnown, now.isKnown
        else { continue }
        let first = change.values.forest.pairs(now.root).first.map { change.values.forest.range($0.key) }
        let isSecret = now.id.kind == "Secret" && now.id.group.isEmpty
        let found =
          change.values.difference(
            old.root, now.root, at: first ?? now.origin,
            skipping: isSecret ? ["apiVersion", "data", "stringData"] : ["apiVersion"])
          ?? (isSecret ? change.values.payloadDifference(old.root, now.root) : nil)
        guard let found else { continue }
        report.report(
          "the change of \(now.id.shown) has no effect: the object carries '\(mark)'", at: found.place,
          label: "what is in the cluster stays as it is", objects: [now.id], in: change,
          help: "remove the mark first, or change the object by hand")
      }
    }
  }

  /// What keeps an object that exists from being applied.
  private static func mark(_ object: AppliedObject, _ side: ClusterSide) -> String? {
    if side.hasMark("ssa", "IfNotPresent", object) { return "ssa: IfNotPresent" }
    if side.hasMark("ssa", "Ignore", object) { return "ssa: Ignore" }
    return side.hasMark("reconcile", "disabled", object) ? "reconcile: disabled" : nil
  }
}
