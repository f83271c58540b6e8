import RuleEngine

/// The finalizer of a Kustomization deletes what is in its inventory (kustomize-controller `finalize`), children of
/// children too.
struct KustomizationRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for lost in comparison.lostEntries { Self.tell(lost, &report) }
    for change in comparison.clusters {
      var groups: [Removed] = []
      for gone in change.objects.kustomizations where gone.new == nil {
        guard let removed = Removed(gone, change) else { continue }
        // What one parent no longer builds is one deletion, however many Kustomizations it takes along.
        if let index = groups.firstIndex(where: { $0.isOneDeletion(with: removed) }) {
          groups[index].add(removed)
        } else {
          groups.append(removed)
        }
      }
      for removed in groups { Self.tell(removed, in: change, &report) }
      let others = RemovedObjects(change)
      for group in others.groups(.resourceSet) { Self.tell(resourceSets: group, &report) }
      for group in others.groups(.flux) { Self.tell(flux: group, &report) }
    }
  }

  /// ResourceSets whose finalizers delete what they made.
  private static func tell(resourceSets group: RemovedObjects.Group, _ report: inout FindingSink) {
    let side = group.change.base
    for object in group.objects {
      guard let number = side.facts.object(at: object.root) else { continue }
      let holding = side.holding(ofResourceSet: number)
      report.report(
        "\(object.id.shown) is removed, and \(what(holding, "made")) with it", at: group.place,
        label: "what is no longer built here is deleted",
        severity: Severity(lossOf: holding.gravity),
        objects: [object.id], along: holding.objects, owner: group.ownerReference, in: group.change,
        gone: [side.namePlace(object)], notes: notes(holding, "made", isChance: group.isChance),
        help: "to keep what it made, commit the annotation 'fluxcd.controlplane.io/reconcile: disabled' on it first, "
          + "let it be applied, then remove the ResourceSet")
    }
  }

  /// What the Flux of the cluster comes from: without it the operator uninstalls Flux (flux-operator
  /// `internal/controller/fluxinstance_uninstaller.go`).
  private static func tell(flux group: RemovedObjects.Group, _ report: inout FindingSink) {
    for object in group.objects where !group.change.base.isSwitchedOff(object) {
      tell(
        flux: object, at: group.place, owner: group.ownerReference, in: group.change, notes: group.chance, &report)
    }
  }

  private static func tell(
    flux object: AppliedObject, at place: SourceRange, owner: ObjectReference, in change: ClusterChange,
    notes: [String] = [], _ report: inout FindingSink
  ) {
    let isEntry = object.root == change.base.entryObject?.root
    report.report(
      "\(object.id.shown) is \(isEntry ? "not in what it synchronises any more" : "no longer built"), "
        + "so it is deleted, and Flux with it",
      at: place,
      label: isEntry ? "its own manifest is not in what this path builds" : "deletes what is no longer built",
      severity: .error,
      objects: [object.id], owner: owner, in: change, gone: [change.base.namePlace(object)],
      notes: [
        "the controllers, the definitions of Flux and all its objects go",
        "what they applied stays, managed by nobody",
      ] + notes,
      help: isEntry
        ? "keep its file below the path, or move it first and change the path in a later commit"
        : "to keep Flux, commit 'fluxcd.controlplane.io/reconcile: disabled' on it first, let it be applied, "
          + "then remove it")
  }

  /// What nothing in the repository shows any more, so that there is no cluster to compare with.
  private static func tell(_ lost: LostEntry, _ report: inout FindingSink) {
    let (change, object) = (lost.change, lost.object)
    let owner = change.base.kustomization(lost.owner).reference
    if lost.isSyncOnly {
      let holding = change.base.holding(of: 0)
      let sync = change.base.id(ofKustomization: 0)
      report.report(
        "\(object.id.shown) synchronises nothing any more: the Flux Operator deletes \(sync.shown), "
          + "and \(what(holding)) with it",
        at: lost.place, label: "'sync' is gone", severity: .error, objects: [sync], along: holding.objects,
        owner: ObjectReference(object.id), in: change, gone: [change.base.namePlace(object)],
        notes: notes(holding, isChance: false),
        help: "to keep what it applied, give the Kustomization 'deletionPolicy: Orphan' by a patch in "
          + "'spec.kustomize.patches' first, let it be applied, then remove 'sync'")
      return
    }
    guard let number = change.base.number(of: object) else {
      tell(flux: object, at: lost.place, owner: owner, in: change, &report)
      return
    }
    let holding = change.base.holding(of: number)
    report.report(
      "\(object.id.shown) is gone from '\(change.base.kustomization(number).path)', which it builds: "
        + "it deletes itself and \(what(holding))",
      at: lost.place, label: "what is left here is what it builds now", severity: .error,
      objects: [object.id], along: holding.objects, owner: owner, in: change, gone: [change.base.namePlace(object)],
      notes: notes(holding, isChance: false),
      help: "to take a cluster out of the repository remove its directory as a whole; "
        + "to hand it over let the Flux Operator take over Flux first")
  }

  /// Kustomizations that their parent no longer builds and deletes, with what they applied.
  private struct Removed {
    /// Their numbers in the base.
    var kustomizations: [Int]
    var objects: [AppliedObject]
    var owner: ObjectChanges.Owner
    var deletion: ObjectChanges.Deletion
    var holding: ClusterSide.Holding
    var isItself: Bool

    /// Nil for one that is not deleted with what it applied.
    init?(_ gone: ObjectChanges.KustomizationChange, _ change: ClusterChange) {
      guard case .deleted(let holding, _) = change.fate(of: gone) else { return nil }
      kustomizations = [gone.base]
      objects = [change.base.object(gone.removal.base)]
      owner = gone.removal.owner
      deletion = gone.removal.deletion
      self.holding = holding
      isItself = owner.base == gone.base && owner.set == nil
      if isItself, Self.isTakenOver(change.base.kustomization(gone.base), in: change) { return nil }
    }

    /// Whether the Flux Operator has the entry point already: it marks all that it installs with `ssa: Ignore`, so that
    /// nothing of what `flux bootstrap` wrote is deleted with its files (flux-operator `internal/builder/templates.go`).
    private static func isTakenOver(_ entry: FluxKustomization, in change: ClusterChange) -> Bool {
      // One that nothing here applies somebody applies by hand.
      if change.isHandedToOperator, !change.isEntryNew { return true }
      return [change.base, change.new].allSatisfy { side in
        side.cluster.index.objects(ofKind: "FluxInstance").contains { number in
          let instance = side.object(number)
          let name = side.values.text(instance.root, "spec", "sync", "name") ?? instance.id.namespace
          return side.values.field(instance.root, "spec", "sync", "path") != nil && name == entry.name
            && instance.id.namespace == entry.namespace
        }
      }
    }

    var severity: Severity {
      Severity(lossOf: isItself ? .data : holding.gravity)
    }

    func isOneDeletion(with other: Removed) -> Bool {
      owner == other.owner && deletion == other.deletion && severity == other.severity && !isItself && !other.isItself
    }

    mutating func add(_ other: Removed) {
      kustomizations += other.kustomizations
      objects += other.objects
      holding.add(other.holding)
    }

    /// The directory of all their manifests, if it is gone.
    func directory(in change: ClusterChange) -> String? {
      let directories = Set(objects.map { RelativePath.parent(of: change.values.path(of: $0.origin.file)) })
      guard objects.count > 1, directories.count == 1, let only = directories.first, !only.isEmpty,
        !change.values.hasNewFiles(in: only)
      else { return nil }
      return only
    }
  }

  private static func tell(_ removed: Removed, in change: ClusterChange, _ report: inout FindingSink) {
    let (holding, owner) = (removed.holding, removed.owner)
    let names = removed.kustomizations.map { change.base.kustomization($0).reference }
    let isOne = names.count == 1
    let subject = counted(names)
    let directory = removed.directory(in: change).map { " with '\($0)'" } ?? ""
    if removed.isItself, change.isHandedToOperator {
      let instance = change.new.entryObject?.id.shown ?? "a FluxInstance"
      report.report(
        "\(subject) gives way to \(instance) in one change, so it deletes itself and \(what(holding)) "
          + "before the operator has taken over",
        at: change.place(of: owner, removed.deletion), label: "takes over what is deleted", severity: .error,
        objects: removed.objects.map(\.id), along: holding.objects, owner: change.reference(of: owner), in: change,
        gone: removed.objects.map { change.base.namePlace($0) },
        notes: notes(holding, isChance: removed.deletion == .chance),
        help: "add the FluxInstance first, wait until the operator has taken over Flux, "
          + "then remove what 'flux bootstrap' wrote")
      return
    }
    report.report(
      removed.isItself
        ? "\(subject) does not apply itself any more, so it deletes itself and \(what(holding))"
        : isOne
          ? "\(subject) is removed, and \(what(holding)) with it"
          : "\(subject) are removed\(directory), and \(what(holding, byOne: false)) with them",
      at: change.place(of: owner, removed.deletion),
      label: removed.isItself
        ? "its own manifest is not in what this path builds" : "what is no longer built here is deleted",
      severity: removed.severity, objects: removed.objects.map(\.id), along: holding.objects,
      owner: change.reference(of: owner), in: change,
      gone: removed.objects.map { change.base.namePlace($0) },
      notes: (isOne ? [] : ["removed: \(listed(removed.objects.map(\.id), limit: 5))"])
        + notes(holding, isChance: removed.deletion == .chance),
      help: removed.isItself
        ? "keep the file of this Kustomization below its path, or move it first and change the path in a later commit"
        : "to keep the objects, commit 'deletionPolicy: Orphan' first, let it be applied, then remove the "
          + (isOne ? "Kustomization" : "Kustomizations"))
  }

  /// - Parameter did: how what goes came to be.
  static func what(_ holding: ClusterSide.Holding, _ did: String = "applied", byOne: Bool = true) -> String {
    let they = byOne ? "it" : "they"
    return holding.objects.isEmpty
      ? holding.isKnown ? "nothing else" : "everything \(they) \(did)"
      : "\(count(of: holding.objects)) that \(they) \(did)"
  }

  static func notes(_ holding: ClusterSide.Holding, _ did: String = "applied", isChance: Bool) -> [String] {
    var notes: [String] = []
    if !holding.objects.isEmpty { notes.append("deleted: \(listed(holding.objects, limit: 5))") }
    if !holding.isKnown { notes.append("not all of what it \(did) is known here") }
    if isChance { notes.append(ClusterChange.chanceNote) }
    return notes
  }
}

/// A new name or namespace is another Kustomization to the cluster. Its parent applies the new one and then deletes the old
/// one, whose finalizer is done before the new one has fetched and built.
struct KustomizationRenamed: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      let names = ObjectNames(base: change.base, new: change.new, change.values)
      let all = change.objects.kustomizations.compactMap { Renamed($0, change, names) }
      // One prefix, or one template, may be part of many names.
      for (_, renamed) in Dictionary(grouping: all, by: \.place).sorted(by: { $0.key < $1.key }) {
        Self.tell(renamed, in: change, &report)
      }
      if let place = change.placeOfRenamedSync { Self.tell(syncAt: place, in: change, &report) }
    }
  }

  /// What a FluxInstance synchronises under another name.
  private static func tell(syncAt place: SourceRange, in change: ClusterChange, _ report: inout FindingSink) {
    let (old, now) = (change.base.id(ofKustomization: 0), change.new.id(ofKustomization: 0))
    let holding = change.base.holding(of: 0)
    report.report(
      "\(old.shown) becomes \(now.shown): the Flux Operator deletes the old one, which deletes "
        + KustomizationRemoved.what(holding),
      at: place, label: "to the cluster this is another Kustomization", severity: .error, objects: [now, old],
      along: holding.objects, subjects: [[now, old]], owner: ObjectReference(old), in: change,
      notes: KustomizationRemoved.notes(holding, isChance: false), help: "keep its name: 'name: \(old.name)'")
  }

  /// A Kustomization under another name, with what the old one deletes.
  private struct Renamed {
    var old: FluxKustomization
    var now: FluxKustomization
    var before: AppliedObject
    var id: ObjectID
    var holding: ClusterSide.Holding
    var isChance: Bool
    /// Whether it is an entry point that applies itself.
    var isItself: Bool
    /// Where the name comes from.
    var place: SourceRange
    /// What it comes from, where that is not its own manifest.
    var cause: String?

    init?(_ gone: ObjectChanges.KustomizationChange, _ change: ClusterChange, _ names: ObjectNames) {
      guard let successor = gone.new, case .deleted(let holding, let isChance) = change.fate(of: gone) else {
        return nil
      }
      (old, now) = (change.base.kustomization(gone.base), change.new.kustomization(successor))
      before = change.base.object(gone.removal.base)
      (self.holding, self.isChance) = (holding, isChance)
      isItself = gone.removal.owner.set == nil && gone.removal.owner.base == gone.base
      let found = change.new.cluster.index.objects(ofKind: "Kustomization", namespace: now.namespace, name: now.name)
        .first { change.new.object($0).id.isKustomization }
      id = found.map { change.new.object($0).id } ?? before.id
      let field = old.namespace != now.namespace && old.name == now.name ? "namespace" : "name"
      let own = change.values.field(now.root, "metadata", field).map { change.values.forest.range($0) } ?? now.origin
      let cause = found.map {
        names.cause(of: ObjectChanges.Pair(base: gone.removal.base, new: $0, owner: gone.removal.owner))
      }
      guard let cause, !cause.isOwn, cause.place != change.new.pathPlace(gone.removal.owner.new) else {
        place = own
        return
      }
      (place, self.cause) = (cause.place, cause.text)
    }
  }

  private static func tell(_ renamed: [Renamed], in change: ClusterChange, _ report: inout FindingSink) {
    guard let first = renamed.first else { return }
    var holding = ClusterSide.Holding()
    for one in renamed { holding.add(one.holding) }
    let isOne = renamed.count == 1
    let what = KustomizationRemoved.what(holding, byOne: isOne)
    let isItself = renamed.contains(where: \.isItself)
    let again = holding.objects.count == 1 ? "it" : holding.objects.isEmpty && holding.isKnown ? "the same" : "them"
    report.report(
      isOne
        ? "\(first.old.reference.displayName) becomes \(first.now.reference.displayName): "
          + (isItself
            ? "the old one is not in what it applies any more, and deletes itself and \(what)"
            : "the old one deletes \(what), and the new one makes \(again) again")
        : "\(renamed.count) Kustomizations get other names\(first.cause.map { " by \($0)" } ?? ""): "
          + "the old ones delete \(what), and the new ones make \(again) again",
      at: first.place,
      label: isOne
        ? "to the cluster this is another Kustomization"
        : "\(first.old.reference.displayName) becomes \(first.now.reference.displayName)",
      severity: isItself ? .error : Severity(interruptionOf: holding.gravity),
      objects: renamed.flatMap { [$0.id, $0.before.id] }, along: holding.objects,
      subjects: renamed.map { [$0.id, $0.before.id] },
      owner: isOne ? first.old.reference : nil, in: change, gone: renamed.map { change.base.namePlace($0.before) },
      notes: KustomizationRemoved.notes(holding, isChance: renamed.contains(where: \.isChance)),
      help:
        "in three commits, each applied before the next: 'deletionPolicy: Orphan' on the old \(isOne ? "one" : "ones"); "
        + "the new \(isOne ? "name" : "names"); without 'deletionPolicy' again")
  }
}

/// What is no longer built and not deleted stays in the cluster, and nobody looks after it.
struct ObjectsOrphaned: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for gone in change.objects.kustomizations { check(gone, change, &report) }
      checkObjects(change, &report)
    }
  }

  private func check(
    _ gone: ObjectChanges.KustomizationChange, _ change: ClusterChange, _ report: inout FindingSink
  ) {
    let kustomization = change.base.kustomization(gone.base)
    let name = kustomization.reference.displayName
    let applied = change.base.objects(of: gone.base).map(change.base.object)
      .filter { change.base.number(of: $0) != gone.base }.map(\.id)
    let (message, severity, notes): (String, Severity, [String])
    switch change.fate(of: gone) {
    case .orphaned where gone.new == nil:
      message =
        "\(name) is removed without 'prune': \(count(of: applied)) that it applied "
        + "\(applied.count == 1 ? "stays" : "stay"), managed by nobody"
      (severity, notes) = (.note, [])
    case .goesOn:
      message = "\(name) is not built any more, but what built it does not prune: it stays and goes on reconciling"
      (severity, notes) = (.note, ["it fails once the folder that it builds is gone"])
    case .race(let account):
      message = "\(name) is removed together with \(account.shown), without which it cannot delete what it applied"
      (severity, notes) = (
        .warning,
        ["both are deleted at once; mostly the finalizer comes too late, and what it applied stays for ever"]
      )
    default: return
    }
    report.report(
      message, at: change.place(of: gone.removal.owner, .none), label: "not built here any more", severity: severity,
      objects: [change.base.object(gone.removal.base).id], along: applied,
      owner: change.reference(of: gone.removal.owner), in: change,
      gone: [change.base.namePlace(change.base.object(gone.removal.base))], notes: notes,
      help: severity == .warning
        ? "remove the Kustomization first, and what it needs one commit later"
        : "delete by hand what is not wanted any more")
  }

  private func checkObjects(_ change: ClusterChange, _ report: inout FindingSink) {
    var left: [ObjectChanges.Removal] = change.objects.removed.filter { $0.deletion == .none }
    for pair in change.objects.renamed + change.objects.kindChanged where change.objects.deletion(pair.owner) == .none {
      left.append(ObjectChanges.Removal(base: pair.base, owner: pair.owner, deletion: .none))
    }
    left.removeAll { change.base.isKept(change.base.object($0.base)) }
    for (owner, removals) in change.byOwner(left) {
      let objects = removals.map { change.base.object($0.base) }
      let reference = change.reference(of: owner)
      report.report(
        "\(objects.count == 1 ? objects[0].id.shown : count(of: objects.map(\.id))) "
          + "\(objects.count == 1 ? "is" : "are") not built any more by \(reference.displayName), "
          + "which does not prune: \(objects.count == 1 ? "it stays" : "they stay"), managed by nobody",
        at: change.place(of: owner, .none), label: "deletes nothing", severity: .note, objects: objects.map(\.id),
        owner: reference, in: change, gone: objects.map { change.base.namePlace($0) },
        help: "delete by hand what is not wanted any more")
    }
  }
}
