package import Facts
package import FluxGraph
import FluxModel
package import Manifests
import SourceText
package import YAMLSyntax

/// What the cluster knows an object by: the version is no part of it (kustomize-controller
/// `internal/inventory/inventory.go`). `target` tells clusters apart that `spec.kubeConfig` names.
struct AppliedKey: Hashable, Sendable {
  var group: String
  var kind: String
  var namespace: String
  var name: String
  var target: String

  init(_ id: ObjectID, target: String) {
    group = id.group
    kind = id.kind
    name = id.name
    namespace = KindScope.isClusterScoped(group: id.group, kind: id.kind) ? "" : id.namespace ?? ""
    self.target = target
  }
}

/// One revision of a cluster, by what decides over what becomes of its objects.
package struct ClusterSide: Sendable {
  package let facts: ClusterFacts
  package let values: Values
  private let numbers: [Name: Int]
  /// The objects that each ResourceSet makes, by its number.
  private let made: [Int: [Int]]

  private struct Name: Hashable, Sendable {
    var namespace: String?
    var name: String
  }

  init(_ facts: ClusterFacts, _ values: Values) {
    self.facts = facts
    self.values = values
    var numbers: [Name: Int] = [:]
    for (number, kustomization) in facts.cluster.kustomizations.enumerated() where !kustomization.isDirectory {
      let name = Name(namespace: kustomization.namespace, name: kustomization.name)
      if numbers[name] == nil { numbers[name] = number }
    }
    self.numbers = numbers
    var made: [Int: [Int]] = [:]
    if !facts.cluster.index.objects(ofKind: "ResourceSet").isEmpty {
      for (number, object) in facts.cluster.objects.enumerated() {
        if let maker = object.maker { made[maker, default: []].append(number) }
      }
    }
    self.made = made
  }

  package var cluster: Cluster { facts.cluster }
  package func kustomization(_ number: Int) -> FluxKustomization { cluster.kustomizations[number] }
  package func object(_ number: Int) -> AppliedObject { cluster.objects[number] }

  package func number(namespace: String?, name: String) -> Int? { numbers[Name(namespace: namespace, name: name)] }

  /// The Kustomization that an object is.
  package func number(of object: AppliedObject) -> Int? {
    guard object.id.isKustomization else { return nil }
    return number(namespace: object.id.namespace, name: object.id.name)
  }

  // MARK: - Kustomizations

  package func spec(_ number: Int) -> NodeRef? { values.field(kustomization(number).root, "spec") }

  /// Whether what is no longer built is deleted. The Flux Operator turns it on.
  package func prunes(_ number: Int) -> Bool {
    guard kustomization(number).root != nil else { return true }
    return values.text(spec(number), "prune") == "true"
  }

  package func isSuspended(_ number: Int) -> Bool { values.text(spec(number), "suspend") == "true" }

  /// What becomes of everything that a Kustomization applied when it is deleted itself (kustomize-controller
  /// `finalizerShouldDeleteResources`).
  package enum Finalization: Sendable {
    case deletes
    /// `prune` is off.
    case leaves
    /// Suspended, or `deletionPolicy: Orphan`: somebody asked for it.
    case leavesOnPurpose
  }

  package func finalization(_ number: Int) -> Finalization {
    if isSuspended(number) { return .leavesOnPurpose }
    switch values.text(spec(number), "deletionPolicy") {
    case "Orphan": return .leavesOnPurpose
    case "Delete", "WaitForTermination": return .deletes
    default: return prunes(number) ? .deletes : .leaves
    }
  }

  /// The cluster that a Kustomization applies to: empty for the one that it is in.
  package func target(_ number: Int) -> String { Self.target(spec(number), values) }

  static func target(_ spec: NodeRef?, _ values: Values) -> String {
    guard let config = values.field(spec, "kubeConfig") else { return "" }
    for kind in ["secretRef", "configMapRef"] {
      if let name = values.text(config, kind, "name") {
        return "\(kind) \(name) \(values.text(config, kind, "key") ?? "value")"
      }
    }
    return "unknown"
  }

  /// Whether all that it applies is known, and it is applied.
  package func isSettled(_ number: Int) -> Bool {
    let kustomization = kustomization(number)
    return kustomization.isFullyBuilt && kustomization.failure(cluster.settings) == nil
  }

  /// Objects that it applies, by their numbers.
  package func objects(of number: Int) -> [Int] { facts.objects(of: number) }

  /// Whether a Kustomization of the cluster applies something directly or by others.
  func isDescendant(_ number: Int, of other: Int) -> Bool {
    var current = kustomization(number).parent
    var steps = 0
    while let here = current, steps < cluster.kustomizations.count {
      if here == other { return true }
      current = kustomization(here).parent
      steps += 1
    }
    return false
  }

  /// The source that the entry point is synchronised from, as the cluster applies it.
  package var ownSource: AppliedObject? {
    guard let entry = cluster.kustomizations.first, entry.parent == nil else { return nil }
    let reference = values.field(entry.root, "spec", "sourceRef")
    guard let kind = values.text(reference, "kind"), let name = values.text(reference, "name") else { return nil }
    let namespace = values.text(reference, "namespace") ?? entry.namespace
    return cluster.index.objects(ofKind: kind, namespace: namespace, name: name).first.map(object)
  }

  // MARK: - Objects

  func key(of object: AppliedObject) -> AppliedKey {
    let applier = object.kustomization ?? object.maker.flatMap { self.object($0).kustomization }
    return AppliedKey(object.id, target: applier.map(target) ?? "")
  }

  /// Whether nothing deletes an object in the cluster, as its metadata say, or those that its Kustomization gives it
  /// (kustomize-controller `prune`; fluxcd/pkg `ssa/utils/meta.go`).
  package func isKept(_ object: AppliedObject) -> Bool {
    if object.maker != nil { return hasOperatorMark("prune", "disabled", object) }
    return hasMark("prune", "disabled", object) || isLeftAlone(object)
  }

  /// Whether an object is never applied, though it is built.
  package func isLeftAlone(_ object: AppliedObject) -> Bool { facts.isLeftAlone(object) }

  /// Whether an object has a label or annotation of kustomize-controller, in any case.
  package func hasMark(_ key: String, _ value: String, _ object: AppliedObject) -> Bool {
    facts.hasMark(key, value, object)
  }

  /// Objects that a ResourceSet makes, by their numbers.
  func objects(ofResourceSet number: Int) -> [Int] { made[number] ?? [] }

  // MARK: - What a deletion takes along

  /// What goes with a Kustomization.
  package struct Holding: Sendable {
    package var objects: [ObjectID] = []
    package var weight = Weight.rest
    /// Whether all of it is known.
    package var isKnown = true

    package init() {}

    /// What their deletion loses. What is not built here may be anything; a service is the least that one applies for.
    package var gravity: Weight { isKnown ? weight : max(.service, weight) }

    package mutating func add(_ other: Holding) {
      objects += other.objects
      weight = max(weight, other.weight)
      isKnown = isKnown && other.isKnown
    }
  }

  /// Everything that the finalizer of a Kustomization deletes, children of children too.
  package func holding(of number: Int) -> Holding {
    var path: Set<Int> = []
    return holding(of: number, &path)
  }

  private func holding(of number: Int, _ path: inout Set<Int>) -> Holding {
    var holding = Holding()
    guard path.insert(number).inserted else { return holding }
    defer { path.remove(number) }
    holding.isKnown = isSettled(number)
    for object in objects(of: number) { add(object, to: &holding, &path) }
    return holding
  }

  /// Everything that the finalizer of a ResourceSet deletes (flux-operator `internal/controller/resourceset_controller.go`,
  /// `uninstall`).
  package func holding(ofResourceSet number: Int) -> Holding {
    var path: Set<Int> = []
    return holding(ofResourceSet: number, &path)
  }

  private func holding(ofResourceSet number: Int, _ path: inout Set<Int>) -> Holding {
    var holding = Holding()
    guard !isSwitchedOff(object(number)) else { return holding }
    holding.isKnown = object(number).isKnown && isWhole(resourceSet: number)
    // One that another one makes is not followed into.
    for made in made[number] ?? [] where !object(made).id.isResourceSet { add(made, to: &holding, &path) }
    return holding
  }

  /// Adds an object, and what goes with it.
  private func add(_ number: Int, to holding: inout Holding, _ path: inout Set<Int>) {
    let object = object(number)
    guard !isKept(object) else { return }
    let child = self.number(of: object)
    // One that applies itself does not hold itself.
    if let child, path.contains(child) { return }
    holding.objects.append(object.id)
    holding.weight = max(holding.weight, weight(of: object, &path))
    if let child, finalization(child) == .deletes { holding.add(self.holding(of: child, &path)) }
    if made[number] != nil { holding.add(self.holding(ofResourceSet: number, &path)) }
  }

  /// What the deletion of an object loses.
  package func weight(of object: AppliedObject) -> Weight {
    var path: Set<Int> = []
    return weight(of: object, &path)
  }

  private func weight(of object: AppliedObject, _ path: inout Set<Int>) -> Weight {
    if let child = number(of: object) {
      if kustomization(child).parent == nil { return .data }
      guard !path.contains(child), finalization(child) == .deletes else { return .rest }
      return holding(of: child, &path).gravity
    }
    if object.id.isResourceSet, let number = facts.object(at: object.root), made[number] != nil {
      return holding(ofResourceSet: number, &path).gravity
    }
    if object.id.isFluxInstance { return .data }
    if object.id.isClaim, isRetained(object) { return .service }
    if object.id.isStatefulSet,
      values.text(object.root, "spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted") == "Delete"
    {
      return .data
    }
    return Weight(object.id)
  }
}

extension ClusterSide {
  /// Whether the volume of a claim outlives it, as far as Git says: a volume or class of this repository with the reclaim
  /// policy Retain, which volumes have where nothing says one.
  fileprivate func isRetained(_ claim: AppliedObject) -> Bool {
    let name = values.text(claim.root, "spec", "volumeName")
    for volume in cluster.index.objects(ofKind: "PersistentVolume").map(object) {
      let reference = values.field(volume.root, "spec", "claimRef")
      let isBound =
        volume.id.name == name
        || values.text(reference, "name") == claim.id.name && values.text(reference, "namespace") == claim.id.namespace
      if isBound { return values.text(volume.root, "spec", "persistentVolumeReclaimPolicy") ?? "Retain" == "Retain" }
    }
    guard let name = values.text(claim.root, "spec", "storageClassName") else { return false }
    return cluster.index.objects(ofKind: "StorageClass", name: name).map(object).contains {
      values.text($0.root, "reclaimPolicy") == "Retain"
    }
  }
}

/// What the deletion of an object loses; the order is that of gravity.
package enum Weight: Int, Comparable, Sendable {
  case rest, service, data

  package static func < (lhs: Weight, rhs: Weight) -> Bool { lhs.rawValue < rhs.rawValue }

  init(_ id: ObjectID) {
    switch (id.group, id.kind) {
    case ("", "PersistentVolumeClaim"), ("", "Namespace"), ("apiextensions.k8s.io", "CustomResourceDefinition"):
      self = .data
    case ("", "Pod"), ("", "ReplicationController"), ("", "Service"), ("apps", _), ("batch", _), ("extensions", _),
      ("networking.k8s.io", "Ingress"), ("networking.k8s.io", "NetworkPolicy"):
      self = .service
    default:
      // The operator of a custom resource may delete more.
      self = Self.ownGroups.contains(id.group) ? .rest : .service
    }
  }

  /// The groups of Kubernetes itself.
  private static let ownGroups: Set<String> = [
    "", "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io",
    "authorization.k8s.io", "autoscaling", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
    "events.k8s.io", "flowcontrol.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io", "policy",
    "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
  ]
}

extension ObjectID {
  package var isKustomization: Bool { kind == "Kustomization" && group == FluxKinds.kustomizeGroup }
  package var isHelmRelease: Bool { kind == "HelmRelease" && group == FluxKinds.helmGroup }
  package var isFluxSource: Bool { group == FluxKinds.sourceGroup }
  package var isStatefulSet: Bool { kind == "StatefulSet" && group == "apps" }
  package var isNamespace: Bool { kind == "Namespace" && group.isEmpty }
  package var isDefinition: Bool { kind == "CustomResourceDefinition" && group == "apiextensions.k8s.io" }
  package var isFluxInstance: Bool { kind == "FluxInstance" && group == FluxKinds.operatorGroup }
  package var isResourceSet: Bool { kind == "ResourceSet" && group == FluxKinds.operatorGroup }
  package var isClaim: Bool { kind == "PersistentVolumeClaim" && group.isEmpty }
}
