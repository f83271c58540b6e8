package import FluxGraph
package import Manifests
import YAMLSyntax

// What becomes of what is gone.
extension ClusterChange {
  /// What becomes of the objects of a Kustomization that is no longer built.
  package enum Fate: Sendable {
    /// Nothing happens, or somebody asked for what happens.
    case nothing
    /// Its finalizer deletes all that it applied.
    case deleted(ClusterSide.Holding, isChance: Bool)
    /// It goes, what it applied stays.
    case orphaned
    /// It stays itself and goes on, for its parent does not prune.
    case goesOn
    /// What the finalizer needs to delete anything is deleted along with it.
    case race(ObjectID)
  }

  package func fate(of change: ObjectChanges.KustomizationChange) -> Fate {
    let object = base.object(change.removal.base)
    if base.isKept(object) { return .nothing }
    let finalization = base.finalization(change.base)
    if finalization == .leavesOnPurpose { return .nothing }
    if change.removal.deletion == .none { return .goesOn }
    if finalization == .leaves { return .orphaned }
    if change.new == nil, let account = lostAccess(of: object, owner: change.base) { return .race(account) }
    return .deleted(base.holding(of: change.base), isChance: change.removal.deletion == .chance)
  }

  /// The account or kubeconfig that a Flux object works with, if somebody else deletes it at the same time.
  ///
  /// - Parameter number: the Kustomization that the object is; what it applies itself goes by its own finalizer.
  package func lostAccess(of object: AppliedObject, owner number: Int? = nil) -> ObjectID? {
    let spec = values.field(object.root, "spec")
    let needs = [
      ("ServiceAccount", values.text(spec, "serviceAccountName")),
      ("Secret", values.text(spec, "kubeConfig", "secretRef", "name")),
    ]
    for (kind, name) in needs {
      guard let name, let before = find(kind, object.id.namespace, name, in: base),
        find(kind, object.id.namespace, name, in: new) == nil, let applier = before.kustomization,
        number.map({ applier != $0 && !base.isDescendant(applier, of: $0) }) ?? true, isDeleted(before, by: applier)
      else { continue }
      return before.id
    }
    return nil
  }

  /// Whether an object that is not built any more is deleted, by who applied it or with them.
  private func isDeleted(_ object: AppliedObject, by applier: Int) -> Bool {
    guard !base.isKept(object) else { return false }
    let pairs = objects.renamed + objects.kindChanged
    let losses =
      objects.removed
      + pairs.map { ObjectChanges.Removal(base: $0.base, owner: $0.owner, deletion: objects.deletion($0.owner)) }
    if losses.contains(where: { base.object($0.base).root == object.root && $0.deletion != .none }) { return true }
    guard base.finalization(applier) == .deletes else { return false }
    return objects.kustomizations.contains { gone in
      (gone.base == applier || base.isDescendant(applier, of: gone.base)) && gone.removal.deletion != .none
        && base.finalization(gone.base) == .deletes && !base.isKept(base.object(gone.removal.base))
    }
  }

  private func find(_ kind: String, _ namespace: String?, _ name: String, in side: ClusterSide) -> AppliedObject? {
    side.cluster.index.objects(ofKind: kind, namespace: namespace, name: name).first.map(side.object)
  }

  /// Whether nobody loses anything when an object goes from one owner to another, whoever is first.
  package func isHarmless(_ move: ObjectChanges.Move) -> Bool {
    let object = base.object(move.base)
    if base.isKept(object) || objects.deletion(move.from) == .none { return true }
    if object.id.isHelmRelease, values.text(object.root, "spec", "suspend") == "true" { return true }
    if let number = base.number(of: object), base.finalization(number) != .deletes { return true }
    if let old = move.from.set, case .resourceSet(let now) = move.to {
      guard let before = base.counterpart(ofResourceSet: now, in: new) else { return false }
      return comesLater(old.base, than: before, in: base) && comesLater(old.new, than: now, in: new)
    }
    guard move.from.set == nil, let (before, now) = appliers(of: move.to) else { return false }
    if case .resourceSet = move.to {
      // Applied is only the ResourceSet; the operator makes the object some time later.
      let both = [base.spec(before), new.spec(now)]
      guard both.allSatisfy({ values.text($0, "wait") == "true" }) else { return false }
    }
    return waits(move.from.base, for: before, in: base) && waits(move.from.new, for: now, in: new)
  }

  /// Whether the new owner of an object waits for the old one, in both revisions, so that the object is deleted before it is
  /// made again.
  package func isOldOwnerFirst(_ move: ObjectChanges.Move) -> Bool {
    guard move.from.set == nil, objects.deletion(move.from) == .certain, let (before, now) = appliers(of: move.to)
    else { return false }
    return waits(before, for: move.from.base, in: base) && waits(now, for: move.from.new, in: new)
  }

  /// Whether the old owner deletes an object that has a new owner already: the labels of the Flux Operator stay, while it
  /// takes those of others off (flux-operator `internal/controller/resourceset_controller.go`, `apply`).
  package func isDeletedAnyway(_ move: ObjectChanges.Move) -> Bool {
    guard move.from.set != nil, case .kustomization = move.to else { return false }
    return true
  }

  /// The Kustomization that is the new owner of an object or applies it, in both revisions; nil for one that is new.
  private func appliers(of taker: ObjectChanges.Taker) -> (base: Int, new: Int)? {
    let applier: Int? =
      switch taker {
      case .kustomization(let number): number
      case .resourceSet(let number): new.object(number).kustomization
      }
    guard let applier, let before = base.counterpart(of: applier, in: new) else { return nil }
    return (before, applier)
  }

  /// Whether a ResourceSet is not reconciled before another one that one Kustomization applies ahead of it: it waits until
  /// that is ready (flux-operator `checkDependencies`), which an older state of it would be, too.
  private func comesLater(_ number: Int, than other: Int, in side: ClusterSide) -> Bool {
    let (set, target) = (side.object(number), side.object(other))
    func name(_ id: ObjectID) -> [String] { [id.namespace ?? "", id.name] }
    guard set.kustomization == target.kustomization, name(target.id).lexicographicallyPrecedes(name(set.id)),
      let list = values.field(set.root, "spec", "dependsOn")
    else { return false }
    return values.forest.items(list).contains { entry in
      values.text(entry, "kind") == target.id.kind && values.text(entry, "name") == target.id.name
        && values.text(entry, "namespace") ?? set.id.namespace == target.id.namespace
        && values.text(entry, "ready") == "true" && values.text(entry, "readyExpr") == nil
    }
  }

  /// Whether a Kustomization is not reconciled at a revision before another one was: both have one source, and `dependsOn`
  /// leads from the one to the other (kustomize-controller `checkDependencies`).
  private func waits(_ number: Int, for other: Int, in side: ClusterSide) -> Bool {
    func source(_ number: Int) -> [String?] {
      let reference = values.field(side.spec(number), "sourceRef")
      let namespace = values.text(reference, "namespace") ?? side.kustomization(number).namespace
      return [values.text(reference, "kind"), namespace, values.text(reference, "name")]
    }
    var seen: Set<Int> = [number]
    var open = [number]
    while let next = open.popLast() {
      guard let list = values.field(side.spec(next), "dependsOn") else { continue }
      // An expression takes the place of the comparison of revisions.
      for entry in values.forest.items(list) where values.text(entry, "readyExpr") == nil {
        guard let name = values.text(entry, "name"),
          let target = side.number(
            namespace: values.text(entry, "namespace") ?? side.kustomization(next).namespace, name: name),
          source(target) == source(next), seen.insert(target).inserted
        else { continue }
        if target == other { return true }
        open.append(target)
      }
    }
    return false
  }
}
