import RuleEngine

/// A field of a Kustomization that has another value, where somebody applies the new one.
private func changes(
  of field: String, in change: ClusterChange,
  _ body: (ObjectChanges.Owner, Values.Difference, FluxKustomization, AppliedObject?) -> Void
) {
  for owner in change.objects.owners {
    let (old, now) = (change.base.spec(owner.base), change.new.spec(owner.new))
    guard old != now, change.objects.isInForce(owner) else { continue }
    let place = now.flatMap { spec in
      change.values.forest.pairs(spec).first { change.values.forest.text($0.key) == field }
        .map { change.values.forest.range($0.key) }
    }
    guard
      let found = change.values.difference(
        change.values.field(old, field), change.values.field(now, field), at: place ?? change.new.specKey(owner.new))
    else { continue }
    let kustomization = change.new.kustomization(owner.new)
    let object = change.new.cluster.index.objects(
      ofKind: "Kustomization", namespace: kustomization.namespace, name: kustomization.name
    ).first.map(change.new.object)
    body(owner, found, kustomization, object)
  }
}

extension FluxKustomization {
  /// The object, for findings.
  fileprivate func id(_ object: AppliedObject?) -> ObjectID {
    object?.id
      ?? ObjectID(
        group: FluxKinds.kustomizeGroup, version: "v1", kind: "Kustomization", namespace: namespace, name: name)
  }
}

/// `prune` decides what later changes do, and of what was no longer built while it was off nobody knows.
struct PruneChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      changes(of: "prune", in: change) { owner, found, kustomization, object in
        let (before, after) = (change.base.prunes(owner.base), change.new.prunes(owner.new))
        guard before != after else { return }
        // The API server refuses what is no boolean.
        if let new = found.new, !change.values.isBoolean(new) { return }
        report.report(
          "\(kustomization.reference.displayName) \(after ? "prunes from now on" : "does not prune any more")",
          at: found.place,
          label: after ? "later removals delete objects" : "what is no longer built stays, managed by nobody",
          objects: [kustomization.id(object)], in: change,
          notes: [
            after
              ? "what went from the repository while it was off stays in the cluster"
              : "what leaves the inventory meanwhile is not found again when it is turned on"
          ], help: after ? "delete by hand what was left behind" : "turn it on again before objects are to go",
          cause: after ? "on" : "off")
      }
    }
  }
}

/// A Kustomization that wakes up applies at once all that was committed while it slept.
struct SuspendChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      changes(of: "suspend", in: change) { owner, found, kustomization, object in
        let (before, after) = (change.base.isSuspended(owner.base), change.new.isSuspended(owner.new))
        guard before != after else { return }
        report.report(
          after
            ? "\(kustomization.reference.displayName) is suspended: nothing of what it builds takes effect any more"
            : "\(kustomization.reference.displayName) is resumed: all that was committed meanwhile is applied at once",
          at: found.place, label: after ? "nothing is applied, nothing is deleted" : "what is stale is deleted",
          severity: after ? .note : .warning, objects: [kustomization.id(object)], in: change,
          help: after
            ? "resume it when the work is done"
            : "look at 'flux diff kustomization \(kustomization.name)' before this is merged",
          cause: after ? "on" : "off")
      }
    }
  }
}

/// The inventory names no cluster: with another kubeconfig the old cluster is never visited again.
struct TargetClusterChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    let help = "delete in the old cluster by hand what is not wanted there; remove objects in a commit of its own"
    for change in comparison.clusters {
      changes(of: "kubeConfig", in: change) { owner, found, kustomization, object in
        guard change.base.target(owner.base) != change.new.target(owner.new) else { return }
        let applied = change.base.objects(of: owner.base).map { change.base.object($0).id }
        report.report(
          "\(kustomization.reference.displayName) applies to another cluster from now on",
          at: found.place, label: "the old cluster is never visited again", objects: [kustomization.id(object)],
          in: change,
          notes: [
            "\(applied.isEmpty ? "what it applied" : count(of: applied)) in the old cluster "
              + "\(applied.count == 1 ? "stays" : "stay"), managed by nobody",
            "what is removed in the same change is looked for in the new cluster only",
          ], help: help)
      }
      for pair in change.objects.edited where change.base.object(pair.base).id.isHelmRelease {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        guard let found = ObjectField("kubeConfig", old, now, change) else { continue }
        report.report(
          "\(now.id.shown) goes to another cluster from now on", at: found.place,
          label: "the release in the old cluster stays", objects: [now.id], in: change,
          notes: ["the release in the old cluster is not uninstalled, and nobody upgrades it any more"],
          help: "uninstall it in the old cluster by hand")
      }
    }
  }
}

/// A field of `spec` that differs between two forms of an object.
struct ObjectField {
  var place: SourceRange
  var base: NodeRef?
  var new: NodeRef?

  init?(_ field: String, _ old: AppliedObject, _ now: AppliedObject, _ change: ClusterChange) {
    let values = change.values
    let (before, after) = (values.field(old.root, "spec"), values.field(now.root, "spec"))
    guard before != after else { return nil }
    let key = after.flatMap { spec in
      values.forest.pairs(spec).first { values.forest.text($0.key) == field }.map { values.forest.range($0.key) }
    }
    let spec = values.forest.pair(now.root, "spec").map { values.forest.range($0.key) }
    guard
      let found = values.difference(
        values.field(before, field), values.field(after, field), at: key ?? spec ?? now.origin)
    else { return nil }
    (place, base, new) = (found.place, found.base, found.new)
  }
}

/// Applying and deleting run as the account.
struct ServiceAccountChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      changes(of: "serviceAccountName", in: change) { _, found, kustomization, object in
        let name = found.new.map { "'\(change.values.forest.text($0))'" } ?? "the controller's own account"
        report.report(
          "\(kustomization.reference.displayName) applies and deletes as \(name) from now on", at: found.place,
          label: "another identity", objects: [kustomization.id(object)], in: change,
          help: "see that the account may do all that the old one did, and nothing more", cause: name)
      }
    }
  }
}

/// Another source, or another state of it, has other content: what it lacks is pruned.
struct SourceChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      checkOwnSource(change, &report)
      changes(of: "sourceRef", in: change) { owner, found, kustomization, object in
        guard case .external = kustomization.status, change.base.isSettled(owner.base) else { return }
        let applied = change.base.objects(of: owner.base).map { change.base.object($0).id }
        report.report(
          "\(kustomization.reference.displayName) is built from another source, which is not this repository",
          at: found.place, label: "what this source lacks is deleted", objects: [kustomization.id(object)], in: change,
          notes: ["\(count(of: applied)) of now; what the other source has is not checked"],
          help: "see that the other source has them all, or set 'deletionPolicy: Orphan' and 'prune: false' first")
      }
      checkSources(change, &report)
    }
  }

  /// Sources that were this repository, as Kustomizations refer to them, and are another one now, or another state of it.
  private func checkSources(_ change: ClusterChange, _ report: inout FindingSink) {
    for pair in change.objects.edited where change.new.object(pair.new).id.isFluxSource {
      let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
      let name = AppliedName(now.id)
      let users = change.objects.owners.filter { owner in
        guard case .external = change.new.kustomization(owner.new).status, change.base.isSettled(owner.base),
          change.objects.isInForce(owner)
        else { return false }
        return [(change.base, owner.base), (change.new, owner.new)].allSatisfy { side, number in
          let reference = side.values.field(side.spec(number), "sourceRef")
          return side.values.text(reference, "kind") == name.kind && side.values.text(reference, "name") == name.name
            && side.values.text(reference, "namespace") ?? side.kustomization(number).namespace == name.namespace
        }
      }
      guard !users.isEmpty, let (fields, place) = Self.changedFields(old, now, change) else { continue }
      let ids = users.map { change.new.id(ofKustomization: $0.new) }
      report.report(
        "\(now.id.shown), which \(counted(ids.map { ObjectReference($0) })) \(ids.count == 1 ? "is" : "are") built from, "
          + "has another \(Self.listed(fields))",
        at: place, label: "what the other content lacks is deleted", objects: [now.id], along: ids, in: change,
        notes: ["this check sees only the content that is here"],
        help: "compare the two states of the repository before this is merged")
    }
  }

  /// The fields of a source that say what is in it, as far as they differ, and where the first one does.
  private static func changedFields(
    _ old: AppliedObject, _ now: AppliedObject, _ change: ClusterChange
  ) -> (names: [String], place: SourceRange)? {
    let found = ["url", "ref", "ignore", "bucketName", "endpoint", "prefix"].compactMap { field in
      ObjectField(field, old, now, change).map { (name: field, place: $0.place) }
    }
    return found.first.map { (found.map(\.name), $0.place) }
  }

  /// The source that the cluster itself follows.
  private func checkOwnSource(_ change: ClusterChange, _ report: inout FindingSink) {
    if let old = change.base.instance, let now = change.new.instance, old.root != now.root {
      let values = change.values
      let sync = values.field(now.root, "spec").flatMap { values.forest.pair($0, "sync") }
      let found = ["url", "ref", "kind"].compactMap { field -> (name: String, place: SourceRange)? in
        let key = sync.flatMap { sync in
          values.forest.pairs(sync.value).first { values.forest.text($0.key) == field }
        }
        return values.difference(
          values.field(old.root, "spec", "sync", field), values.field(now.root, "spec", "sync", field),
          at: (key?.key ?? sync?.key).map { values.forest.range($0) } ?? now.origin
        ).map { (field, $0.place) }
      }
      if let first = found.first {
        tell(
          "\(now.id.shown) synchronises the cluster from another \(Self.listed(found.map(\.name)))", at: first.place,
          now.id, change, &report)
        return
      }
    }
    guard let old = change.base.ownSource, let now = change.new.ownSource,
      AppliedName(old.id) == AppliedName(now.id), old.root != now.root,
      let (fields, place) = Self.changedFields(old, now, change)
    else { return }
    tell(
      "\(now.id.shown), which the cluster is synchronised from, has another \(Self.listed(fields))",
      at: place, now.id, change, &report)
  }

  private func tell(
    _ message: String, at place: SourceRange, _ id: ObjectID, _ change: ClusterChange, _ report: inout FindingSink
  ) {
    report.report(
      message, at: place, label: "what the other content lacks is deleted", objects: [id], in: change,
      notes: ["this check sees only the content that is here"],
      help: "compare the two states of the repository before this is merged")
  }

  /// `'url'`, `'url' and 'ref'`.
  private static func listed(_ fields: [String]) -> String {
    let quoted = fields.map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }
}

/// Kind, namespace and name.
struct AppliedName: Hashable {
  var kind: String
  var namespace: String?
  var name: String

  init(kind: String, namespace: String?, name: String) {
    (self.kind, self.namespace, self.name) = (kind, namespace, name)
  }

  init(_ id: ObjectID) { self.init(kind: id.kind, namespace: id.namespace, name: id.name) }
}
