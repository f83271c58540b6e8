import RuleEngine

/// The finalizer of a Kustomization deletes what is in its inventory (kustomize-controller `finalize`), children of
/// children too.
struct KustomizationRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for gone in change.objects.kustomizations where gone.new == nil {
        guard case .deleted(let holding, let isChance) = change.fate(of: gone) else { continue }
        let kustomization = change.base.kustomization(gone.base)
        let owner = gone.removal.owner
        let isItself = owner.base == gone.base
        let weight = isItself ? Weight.data : holding.weight
        let name = kustomization.reference.displayName
        report.report(
          isItself
            ? "\(name) does not apply itself any more, so it deletes itself and \(Self.what(holding))"
            : "\(name) is removed, and \(Self.what(holding)) with it",
          at: change.place(of: owner, gone.removal.deletion),
          label: isItself
            ? "its own manifest is not in what this path builds" : "what is no longer built here is deleted",
          severity: weight == .data ? .error : weight == .service ? .warning : .note,
          objects: [change.base.object(gone.removal.base).id] + holding.objects,
          owner: change.new.kustomization(owner.new), in: change,
          gone: [change.base.namePlace(change.base.object(gone.removal.base))],
          notes: Self.notes(holding, isChance: isChance),
          help: isItself
            ? "keep the file of this Kustomization below its path, or move it first and change the path in a later commit"
            : "to keep the objects, commit 'deletionPolicy: Orphan' first, let it be applied, then remove the Kustomization"
        )
      }
    }
  }

  static func what(_ holding: ClusterSide.Holding) -> String {
    holding.objects.isEmpty
      ? holding.isKnown ? "nothing else" : "everything it applied"
      : "\(count(of: holding.objects)) that it applied"
  }

  static func notes(_ holding: ClusterSide.Holding, isChance: Bool) -> [String] {
    var notes: [String] = []
    if !holding.objects.isEmpty { notes.append("deleted: \(listed(holding.objects, limit: 5))") }
    if !holding.isKnown { notes.append("not all of what it applied is known here") }
    if isChance { notes.append(ClusterChange.chanceNote) }
    return notes
  }
}

/// A new name or namespace is another Kustomization to the cluster. Its parent applies the new one and then deletes the old
/// one, whose finalizer is done before the new one has fetched and built.
struct KustomizationRenamed: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for gone in change.objects.kustomizations {
        guard let successor = gone.new, case .deleted(let holding, let isChance) = change.fate(of: gone) else {
          continue
        }
        let (old, now) = (change.base.kustomization(gone.base), change.new.kustomization(successor))
        let before = change.base.object(gone.removal.base)
        let place = now.root.flatMap { root in
          let field = old.namespace != now.namespace && old.name == now.name ? "namespace" : "name"
          return change.values.field(root, "metadata", field).map { change.values.forest.range($0) }
        }
        let id = now.root.flatMap { change.values.forest.objectID(ManifestObject(root: $0)) }
        report.report(
          "\(old.reference.displayName) becomes \(now.reference.displayName): "
            + "the old one deletes \(KustomizationRemoved.what(holding)), and the new one makes it again",
          at: place ?? now.origin, label: "to the cluster this is another Kustomization",
          severity: Severity(interruptionOf: holding.weight),
          objects: [id ?? before.id, before.id] + holding.objects, owner: old, in: change,
          gone: [change.base.namePlace(before)], notes: KustomizationRemoved.notes(holding, isChance: isChance),
          help:
            "in three commits, each applied before the next: 'deletionPolicy: Orphan' on the old one; the new name; "
            + "without 'deletionPolicy' again")
      }
    }
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
    let applied = change.base.objects(of: gone.base).map { change.base.object($0).id }
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
      objects: [change.base.object(gone.removal.base).id] + applied,
      owner: change.new.kustomization(gone.removal.owner.new), in: change,
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
      let kustomization = change.new.kustomization(owner.new)
      report.report(
        "\(objects.count == 1 ? objects[0].id.shown : count(of: objects.map(\.id))) "
          + "\(objects.count == 1 ? "is" : "are") not built any more by \(kustomization.reference.displayName), "
          + "which does not prune: \(objects.count == 1 ? "it stays" : "they stay"), managed by nobody",
        at: change.place(of: owner, .none), label: "deletes nothing", severity: .note, objects: objects.map(\.id),
        owner: kustomization, in: change, gone: objects.map { change.base.namePlace($0) },
        help: "delete by hand what is not wanted any more")
    }
  }
}
