import RuleEngine

/// Objects that are not built any more and are deleted, by what their deletion means: each is in one class.
struct RemovedObjects {
  enum Class {
    case object, namespace, definition, claim, release
    /// A ResourceSet that takes along what it makes.
    case resourceSet
    /// What the Flux of the cluster itself comes from.
    case flux
  }

  private let change: ClusterChange
  private var classes: [Class: [ObjectChanges.Removal]] = [:]
  /// What goes with a namespace or definition that is removed in the same change.
  private var folded: [ObjectChanges.Removal] = []

  init(_ change: ClusterChange) {
    self.change = change
    let removals = change.objects.removed.filter { removal in
      removal.deletion != .none && !change.base.isKept(change.base.object(removal.base))
    }
    let ids = removals.map { change.base.object($0.base).id }
    let namespaces = Set(ids.filter(\.isNamespace).map(\.name))
    let definitions = Set(
      removals.map { change.base.object($0.base) }.filter(\.id.isDefinition).compactMap { object in
        let spec = change.values.field(object.root, "spec")
        return change.values.text(spec, "names", "kind").map {
          ObjectKind($0, change.values.text(spec, "group") ?? "")
        }
      })
    let flux = change.base.entryObject?.root
    for removal in removals {
      let object = change.base.object(removal.base)
      let type: Class = object.root == flux || object.id.isFluxInstance ? .flux : Self.type(of: object, change)
      let goesAlong =
        type == .object
        && (object.id.namespace.map(namespaces.contains) ?? false
          || definitions.contains(ObjectKind(object.id.kind, object.id.group)))
      if goesAlong { folded.append(removal) } else { classes[type, default: []].append(removal) }
    }
  }

  private static func type(of object: AppliedObject, _ change: ClusterChange) -> Class {
    if object.id.isNamespace { return .namespace }
    if object.id.isDefinition { return .definition }
    if object.id.isHelmRelease { return .release }
    // One that is switched off leaves what it made.
    if object.id.isResourceSet { return change.base.isSwitchedOff(object) ? .object : .resourceSet }
    return change.base.weight(of: object) == .data ? .claim : .object
  }

  /// Those of a class, by who deletes them, the gravest first.
  func groups(_ type: Class) -> [Group] {
    change.byOwner(classes[type] ?? []).map { owner, removals in
      let numbers = change.gravestFirst(removals.map(\.base))
      let isChance = removals.contains { $0.deletion == .chance }
      return Group(owner: owner, objects: numbers.map(change.base.object), isChance: isChance, change: change)
    }
  }

  /// Objects of a namespace, or of a kind, that go with it.
  func goingAlong(_ isMeant: (AppliedObject) -> Bool) -> [ObjectID] {
    folded.map { change.base.object($0.base) }.filter(isMeant).map(\.id)
  }

  struct Group {
    var owner: ObjectChanges.Owner
    var objects: [AppliedObject]
    var isChance: Bool
    var change: ClusterChange

    var ids: [ObjectID] { objects.map(\.id) }
    var place: SourceRange { change.place(of: owner, isChance ? .chance : .certain) }
    var ownerReference: ObjectReference { change.reference(of: owner) }
    var gone: [SourceRange] { objects.map { change.base.namePlace($0) } }
    var chance: [String] { isChance ? [ClusterChange.chanceNote] : [] }

    func report(
      _ message: String, label: String, severity: Severity? = nil, along: [ObjectID] = [], notes: [String] = [],
      help: String, _ places: inout SharedPlaces, to sink: inout FindingSink
    ) {
      let name = ownerReference.displayName
      let shared = places.place(place, of: objects.map(\.origin), name, isChance: isChance)
      sink.report(
        message, at: shared, label: label, severity: severity, objects: ids, along: along, owner: ownerReference,
        in: change,
        gone: gone, notes: notes + chance, help: help, cause: name)
    }

    /// `ConfigMap web/a`, or `3 Deployments`.
    var subject: String { counted(ids.map { ObjectReference($0) }) }
    var isOne: Bool { objects.count == 1 }
    /// The annotation that keeps an object.
    var keepingMark: String { change.keepingMark(of: owner) }
  }
}

/// What leaves the inventory is deleted (kustomize-controller `prune`).
struct ObjectRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    var places = SharedPlaces()
    for change in comparison.clusters {
      for group in RemovedObjects(change).groups(.object) {
        var notes: [String] = group.isOne ? [] : ["deleted: \(listed(group.ids, limit: 5))"]
        if group.objects.contains(where: \.id.isStatefulSet) {
          notes.append("the claims of a StatefulSet stay, with their volumes")
        }
        group.report(
          "\(group.subject) \(group.isOne ? "is" : "are") no longer built by "
            + "\(group.ownerReference.displayName) and \(group.isOne ? "is" : "are") deleted",
          label: "deletes what is no longer built", severity: group.isChance ? .warning : nil, notes: notes,
          help: group.isChance
            ? "turn 'prune' off first, let it be applied, then remove the \(group.isOne ? "object" : "objects")"
            : "to keep \(group.isOne ? "it" : "them"), commit the annotation '\(group.keepingMark)' first",
          &places, to: &report)
      }
    }
  }
}

/// A namespace takes along everything that is in it, also what is not in Git and what carries `prune: disabled`.
struct NamespaceRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    var places = SharedPlaces()
    for change in comparison.clusters {
      let removed = RemovedObjects(change)
      for group in removed.groups(.namespace) {
        let names = Set(group.ids.map(\.name))
        let along = removed.goingAlong { $0.id.namespace.map(names.contains) ?? false }
        let left = change.base.cluster.objects.filter { $0.id.namespace.map(names.contains) ?? false }
        var notes = ["also what is not in Git, and what carries 'prune: disabled'"]
        if !left.isEmpty { notes.append("in this repository: \(listed(left.map(\.id), limit: 5))") }
        if left.contains(where: { $0.id.isKustomization || $0.id.isHelmRelease }) {
          notes.append("Kustomizations and HelmReleases in it delete what they made in other namespaces, too")
        }
        group.report(
          "\(group.subject) \(group.isOne ? "is" : "are") no longer built and \(group.isOne ? "is" : "are") deleted, "
            + "with everything in \(group.isOne ? "it" : "them")",
          label: "deletes what is no longer built", along: along, notes: notes,
          help:
            "to keep it, commit the annotation '\(group.keepingMark)' first, let it be applied, then remove the manifest",
          &places, to: &report)
      }
    }
  }
}

/// A definition takes along all objects of its kind, in every namespace.
struct CRDRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    var places = SharedPlaces()
    for change in comparison.clusters {
      let removed = RemovedObjects(change)
      for group in removed.groups(.definition) {
        let kinds = Set(
          group.objects.compactMap { object in
            let spec = change.values.field(object.root, "spec")
            return change.values.text(spec, "names", "kind").map {
              ObjectKind($0, change.values.text(spec, "group") ?? "")
            }
          })
        let isOfKind = { (object: AppliedObject) in kinds.contains(ObjectKind(object.id.kind, object.id.group)) }
        let left = change.new.cluster.objects.filter(isOfKind)
        group.report(
          "\(group.subject) \(group.isOne ? "is" : "are") no longer built and \(group.isOne ? "is" : "are") deleted, "
            + "with every object of \(group.isOne ? "its kind" : "their kinds") in all namespaces",
          label: "deletes what is no longer built", along: removed.goingAlong(isOfKind),
          notes: left.isEmpty
            ? ["finalizers hang if the operator goes at the same time"]
            : ["still built, and then refused for want of the kind: \(listed(left.map(\.id), limit: 5))"],
          help: "remove the objects first, wait until they are gone, then remove the definition", &places, to: &report)
      }
    }
  }
}

/// The reclaim policy decides over the volume of a claim that is deleted; by default it is deleted too.
struct VolumeClaimRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    var places = SharedPlaces()
    for change in comparison.clusters {
      for group in RemovedObjects(change).groups(.claim) {
        let isSet = group.objects.contains(where: \.id.isStatefulSet)
        group.report(
          "\(group.subject) \(group.isOne ? "is" : "are") no longer built and \(group.isOne ? "is" : "are") deleted: "
            + "the data \(group.isOne ? "is" : "are") lost unless the reclaim policy is Retain",
          label: "deletes what is no longer built",
          notes: (isSet ? ["'whenDeleted: Delete' takes the claims of the StatefulSet along"] : [])
            + (group.isOne ? [] : ["deleted: \(listed(group.ids, limit: 5))"]),
          help: "set the reclaim policy of the volume to Retain, and commit the annotation "
            + "'\(group.keepingMark)' before the manifest goes",
          &places, to: &report)
      }
    }
  }
}

/// The finalizer of a HelmRelease uninstalls it (helm-controller `reconcileDelete`).
struct ReleaseRemoved: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    var places = SharedPlaces()
    for change in comparison.clusters {
      for var group in RemovedObjects(change).groups(.release) {
        // Suspended ones and those without access leave what they installed.
        group.objects.removeAll { object in
          change.values.text(object.root, "spec", "suspend") == "true" || change.lostAccess(of: object) != nil
        }
        guard !group.objects.isEmpty else { continue }
        group.report(
          "\(group.subject) \(group.isOne ? "is" : "are") no longer built, so Helm uninstalls "
            + "\(group.isOne ? "the release" : "the releases")",
          label: "deletes what is no longer built",
          notes: ["claims of the chart go, too, unless they carry 'helm.sh/resource-policy: keep'"]
            + (group.isOne ? [] : ["uninstalled: \(listed(group.ids, limit: 5))"]),
          help:
            "to keep what it installed, commit 'suspend: true' first, let it be applied, then remove the HelmRelease",
          &places, to: &report)
      }
    }
  }
}
