import RuleEngine

/// Two owners of one object in one change: whoever reconciles first decides whether it is deleted in between.
struct ObjectMoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      let moves = change.objects.moved.filter { !change.isHarmless($0) }
      let groups = Dictionary(grouping: moves) { move -> [Int] in
        let from = [move.from.new, move.from.set?.new ?? -1]
        switch move.to {
        case .kustomization(let number): return from + [0, number]
        case .resourceSet(let number): return from + [1, number]
        }
      }
      for (_, moves) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        check(moves, change, &report)
      }
    }
  }

  private func check(_ moves: [ObjectChanges.Move], _ change: ClusterChange, _ report: inout FindingSink) {
    let byBase = Dictionary(moves.map { ($0.base, $0) }, uniquingKeysWith: { first, _ in first })
    let sorted = change.gravestFirst(moves.map(\.base)).compactMap { byBase[$0] }
    guard let first = sorted.first else { return }
    let ids = sorted.map { change.new.object($0.new).id }
    let (from, to) = (change.reference(of: first.from), ObjectReference(change.name(of: first.to)))
    let isIdle = change.isIdle(first.to)
    let isDeletedAnyway = change.isDeletedAnyway(first)
    let condition =
      isIdle
      ? ", which is suspended: "
      : isDeletedAnyway
        ? ": "
        : change.isOldOwnerFirst(first) ? ", which waits for the old owner: " : ": if the old owner is first, "
    let (them, are) = ids.count == 1 ? ("it", "it is") : ("them", "they are")
    let weight = change.base.weight(of: change.base.object(first.base))
    var notes: [String] = ids.count == 1 ? [] : ["moved: \(listed(ids, limit: 5))"]
    if isDeletedAnyway {
      notes.append("the labels of the Flux Operator stay, so that it deletes what it made, whoever is first")
    }
    if isIdle { notes.append("a new owner that does nothing does not make again what is deleted") }
    if case .resourceSet(let set) = first.to, first.from.set == nil,
      change.new.object(set).kustomization == first.from.new
    {
      notes.append(
        "the old owner deletes right after it has applied the ResourceSet, when the operator has hardly begun")
    }
    if change.base.object(first.base).id.isHelmRelease {
      notes.append("deleting a HelmRelease uninstalls its release")
    }
    report.report(
      "\(counted(ids.map { ObjectReference($0) })) \(ids.count == 1 ? "goes" : "go") from "
        + "\(from.displayName) to \(to.displayName)"
        + "\(condition)\(are) deleted\(isIdle ? "" : " and made again")",
      at: change.new.namePlace(change.new.object(first.new)), label: "has another owner now",
      severity: Severity(interruptionOf: weight), objects: ids, owner: from, in: change,
      gone: sorted.map { change.base.namePlace(change.base.object($0.base)) }, notes: notes,
      help: "commit the annotation '\(change.keepingMark(of: first.from))' on \(them) first, then move \(them), "
        + "then remove the annotation")
  }
}

/// An object with another name of its own is another object: the new one is made, the old one is deleted at once.
struct ObjectRenamed: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for renaming in Renaming.all(in: change) where renaming.cause.isOwn && !renaming.isRelease {
        let (old, now) = (renaming.old, renaming.now)
        // The API server takes a FluxInstance under one name only.
        if now.id.isFluxInstance, now.id.name != old.id.name { continue }
        let weight = change.base.weight(of: old)
        let made = old.id.isResourceSet ? change.base.holding(ofResourceSet: renaming.pair.base) : nil
        report.report(
          "\(old.id.shown) becomes \(now.id.shown): the new one is made, and the old one is deleted at once",
          at: renaming.cause.place, label: "to the cluster this is another object",
          severity: Severity(interruptionOf: weight), objects: [now.id, old.id],
          along: made?.objects ?? [], subjects: [[now.id, old.id]], in: change, gone: [change.base.namePlace(old)],
          notes: made.map { KustomizationRemoved.notes($0, "made", isChance: false) } ?? Self.notes(old),
          help: Self.help)
      }
    }
  }

  static let help = "make the new one beside the old one, switch over, and remove the old one in a later commit"

  private static func notes(_ old: AppliedObject) -> [String] {
    switch old.id.kind {
    case "PersistentVolumeClaim": ["the new claim gets an empty volume"]
    case "Service": ["its DNS name and its addresses change"]
    case "Namespace": ["everything in the old namespace is deleted"]
    default: ["the old one goes before the new one is ready"]
    }
  }
}

/// One field that is part of many names.
struct ObjectsRenamed: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      // Releases have a finding of their own.
      let all = Renaming.all(in: change).filter { !$0.cause.isOwn && !$0.isRelease }
      for (place, renamings) in Dictionary(grouping: all, by: \.cause.place).sorted(by: { $0.key < $1.key }) {
        let owners = Set(renamings.map(\.pair.owner))
          .sorted { ($0.new, $0.set?.new ?? -1) < ($1.new, $1.set?.new ?? -1) }.map { change.name(of: $0) }
        let weight = renamings.map { change.base.weight(of: $0.old) }.max() ?? .rest
        let first = renamings[0]
        report.report(
          "\(first.cause.text) gives \(renamings.count == 1 ? "an object" : "\(renamings.count) objects") of "
            + "\(counted(owners.map { ObjectReference($0) })) another name: new ones are made, "
            + "and the old ones are deleted",
          at: place, label: "\(first.old.id.shown) becomes \(first.now.id.shown)",
          severity: Severity(interruptionOf: weight), objects: owners + renamings.map(\.now.id),
          subjects: renamings.map { [$0.now.id, $0.old.id] + owners },
          owner: owners.count == 1 ? ObjectReference(owners[0]) : nil, in: change,
          notes: ["deleted: \(listed(renamings.map(\.old.id), limit: 5))"], help: ObjectRenamed.help)
      }
    }
  }
}

/// An object under another name, and what gave it that name.
struct Renaming {
  var pair: ObjectChanges.Pair
  var old: AppliedObject
  var now: AppliedObject
  var cause: ObjectNames.Cause

  var isRelease: Bool { old.id.isHelmRelease }

  /// Those whose old object is deleted.
  static func all(in change: ClusterChange) -> [Renaming] {
    let names = ObjectNames(base: change.base, new: change.new, change.values)
    var all = change.objects.renamed.compactMap { (pair: ObjectChanges.Pair) -> Renaming? in
      let old = change.base.object(pair.base)
      guard !change.base.isKept(old), change.objects.deletion(pair.owner) != .none else { return nil }
      return Renaming(pair: pair, old: old, now: change.new.object(pair.new), cause: names.cause(of: pair))
    }
    // A template that is filled in many times is no object's own.
    var counts: [SourceRange: Int] = [:]
    for renaming in all where renaming.now.maker != nil { counts[renaming.cause.place, default: 0] += 1 }
    for index in all.indices where counts[all[index].cause.place, default: 0] > 1 && all[index].cause.isOwn {
      all[index].cause.isOwn = false
      all[index].cause.text = "the template"
    }
    return all
  }
}

/// The inventory knows objects by group and kind: with another one both are there until the old one goes.
struct ObjectKindChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for pair in change.objects.kindChanged {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        guard !change.base.isKept(old), change.objects.deletion(pair.owner) != .none else { continue }
        let field = old.id.kind == now.id.kind ? change.values.field(now.root, "apiVersion") : nil
        let place = (field ?? change.values.field(now.root, "kind")).map { change.values.forest.range($0) }
        report.report(
          "\(old.id.shown) becomes \(now.id.kind == old.id.kind ? "one of '\(now.id.group)'" : now.id.kind.withArticle): "
            + "both exist until the old one is deleted",
          at: place ?? now.origin, label: "to the cluster this is another object",
          severity: Severity(interruptionOf: change.base.weight(of: old)), objects: [now.id, old.id],
          subjects: [[now.id, old.id]], in: change, gone: [change.base.namePlace(old)],
          notes: [
            "the old one goes before the new one is ready; if its kind is no longer served, it cannot be deleted"
          ],
          help: ObjectRenamed.help, cause: now.maker.map { _ in "\(old.id.kind) becomes \(now.id.kind)" })
      }
    }
  }
}
