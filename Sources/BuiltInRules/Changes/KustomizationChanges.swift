import RuleEngine

/// The finalizer of a Kustomization deletes what is in its inventory (kustomize-controller `finalize`), children of
/// children too.
struct KustomizationRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
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
    }
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
      isItself = owner.base == gone.base
    }

    var severity: Severity {
      let weight: Weight = isItself ? .data : holding.weight
      return switch weight {
      case .data: .error
      case .service: .warning
      case .rest: .note
      }
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
    report.report(
      removed.isItself
        ? "\(subject) does not apply itself any more, so it deletes itself and \(what(holding))"
        : isOne
          ? "\(subject) is removed, and \(what(holding)) with it"
          : "\(subject) are removed\(directory), and \(what(holding, byOne: false)) with them",
      at: change.place(of: owner, removed.deletion),
      label: removed.isItself
        ? "its own manifest is not in what this path builds" : "what is no longer built here is deleted",
      severity: removed.severity, objects: removed.objects.map(\.id) + holding.objects,
      owner: change.new.kustomization(owner.new), in: change,
      gone: removed.objects.map { change.base.namePlace($0) },
      notes: (isOne ? [] : ["removed: \(listed(removed.objects.map(\.id), limit: 5))"])
        + notes(holding, isChance: removed.deletion == .chance),
      help: removed.isItself
        ? "keep the file of this Kustomization below its path, or move it first and change the path in a later commit"
        : "to keep the objects, commit 'deletionPolicy: Orphan' first, let it be applied, then remove the "
          + (isOne ? "Kustomization" : "Kustomizations"))
  }

  static func what(_ holding: ClusterSide.Holding, byOne: Bool = true) -> String {
    let they = byOne ? "it" : "they"
    return holding.objects.isEmpty
      ? holding.isKnown ? "nothing else" : "everything \(they) applied"
      : "\(count(of: holding.objects)) that \(they) applied"
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
