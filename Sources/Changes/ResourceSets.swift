package import FluxGraph
import FluxModel
package import Manifests
package import SourceText
import YAMLSyntax

// Objects that the Flux Operator makes of ResourceSets, and deletes when they are made no longer (flux-operator
// `internal/controller/resourceset_controller.go`).
extension ClusterSide {
  package enum Revision { case base, new }

  var hasResourceSets: Bool { !cluster.index.objects(ofKind: "ResourceSet").isEmpty }

  /// Whether all that a ResourceSet makes is known.
  func isWhole(resourceSet number: Int) -> Bool { cluster.isWhole(object(number)) }

  /// Whether it may make something else where its own text is as it was.
  func takesInputs(resourceSet number: Int) -> Bool { values.field(object(number).root, "spec", "inputsFrom") != nil }

  /// The providers of inputs beside a ResourceSet, by their names.
  fileprivate func providers(ofResourceSet number: Int) -> [String: AppliedObject] {
    let numbers = cluster.index.objects(ofKind: "ResourceSetInputProvider", namespace: object(number).id.namespace)
    return Dictionary(numbers.map { (object($0).id.name, object($0)) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the operator leaves an object of its own alone, and deletes nothing with it either.
  package func isSwitchedOff(_ object: AppliedObject) -> Bool { hasOperatorMark("reconcile", "disabled", object) }

  /// Whether the operator deletes an object that it may not change, and makes it again.
  package func isForced(_ object: AppliedObject) -> Bool { hasOperatorMark("force", "enabled", object) }

  /// Whether an object has a label or annotation of the operator, or `commonMetadata` of its ResourceSet gives it one.
  func hasOperatorMark(_ name: String, _ value: String, _ object: AppliedObject) -> Bool {
    let common = object.maker.flatMap { values.field(self.object($0).root, "spec", "commonMetadata") }
    return ["annotations", "labels"].contains { field in
      [common, values.field(object.root, "metadata")].contains { metadata in
        values.text(values.field(metadata, field), "\(FluxKinds.operatorGroup)/\(name)")?.lowercased() == value
      }
    }
  }

  /// Who has an object: the Kustomization that applies it, or the ResourceSet that makes it.
  func taker(of object: AppliedObject) -> ObjectChanges.Taker? {
    object.kustomization.map { .kustomization($0) } ?? object.maker.map { .resourceSet($0) }
  }

  /// The Kustomization that one of the other revision is here.
  func counterpart(of number: Int, in other: ClusterSide) -> Int? {
    let name = other.kustomization(number)
    return self.number(namespace: name.namespace, name: name.name)
  }

  /// The ResourceSet that one of the other revision is here.
  func counterpart(ofResourceSet number: Int, in other: ClusterSide) -> Int? {
    let id = other.object(number).id
    return cluster.index.objects(ofKind: id.kind, namespace: id.namespace, name: id.name).first
  }

  /// What one who has objects in the other revision has here, by their numbers.
  func objects(of taker: ObjectChanges.Taker, in other: ClusterSide) -> [Int] {
    switch taker {
    case .kustomization(let number): counterpart(of: number, in: other).map { objects(of: $0) } ?? []
    case .resourceSet(let number):
      counterpart(ofResourceSet: number, in: other).map { objects(ofResourceSet: $0) } ?? []
    }
  }

  /// The objects of an owner, by their numbers.
  func objects(of owner: ObjectChanges.Owner, _ revision: Revision) -> [Int] {
    guard let set = owner.set else { return objects(of: revision == .base ? owner.base : owner.new) }
    return objects(ofResourceSet: revision == .base ? set.base : set.new)
  }
}

extension ClusterChange {
  /// Who deletes what is gone, as messages name it.
  package func name(of owner: ObjectChanges.Owner) -> ObjectID {
    name(of: owner.set.map { .resourceSet($0.new) } ?? .kustomization(owner.new))
  }

  package func name(of taker: ObjectChanges.Taker) -> ObjectID {
    switch taker {
    case .resourceSet(let number): return new.object(number).id
    case .kustomization(let number): return new.id(ofKustomization: number)
    }
  }

  /// Whether one who has an object now does nothing.
  package func isIdle(_ taker: ObjectChanges.Taker) -> Bool {
    switch taker {
    case .kustomization(let number): new.isSuspended(number)
    case .resourceSet(let number):
      new.isSwitchedOff(new.object(number)) || new.object(number).kustomization.map(new.isSuspended) ?? false
    }
  }

  /// Whether the Flux Operator has the cluster's Flux now, and it began otherwise.
  package var isHandedToOperator: Bool {
    base.cluster.entry.kind != .fluxInstance && new.cluster.entry.kind == .fluxInstance
  }

  /// Where a ResourceSet was changed so that it makes something else.
  package func place(of set: ObjectChanges.Owner.ResourceSet) -> SourceRange {
    ObjectNames(base: base, new: new, values).place(of: set)
  }
}

extension ObjectNames {
  /// Where a ResourceSet was changed so that it makes something else: its inputs, else its templates, else those of its
  /// providers, else its name.
  func place(of set: ObjectChanges.Owner.ResourceSet) -> SourceRange {
    let (old, now) = (base.object(set.base).root, new.object(set.new).root)
    guard let spec = values.field(now, "spec") else { return new.namePlace(new.object(set.new)) }
    for field in ["inputs", "inputsFrom", "inputStrategy", "resources", "resourcesTemplate", "steps"] {
      let (before, after) = (values.field(old, "spec", field), values.field(now, "spec", field))
      let key = values.forest.pairs(spec).first { values.forest.text($0.key) == field }
        .map { values.forest.range($0.key) }
      let nearest = key ?? values.forest.pair(now, "spec").map { values.forest.range($0.key) }
      guard let nearest, let found = values.difference(before, after, at: nearest) else { continue }
      // A text is shown by its key, and of a list that lost entries the rest has moved up.
      let counts = (before.map(values.forest.count) ?? 0, after.map(values.forest.count) ?? 0)
      return field == "resourcesTemplate" || counts.0 > counts.1 ? nearest : found.place
    }
    guard new.takesInputs(resourceSet: set.new) else { return new.namePlace(new.object(set.new)) }
    let providers = new.providers(ofResourceSet: set.new)
    for (name, old) in base.providers(ofResourceSet: set.base).sorted(by: { $0.key < $1.key }) {
      guard let provider = providers[name], provider.root != old.root,
        let found = values.difference(
          values.field(old.root, "spec", "defaultValues"), values.field(provider.root, "spec", "defaultValues"),
          at: new.namePlace(provider))
      else { continue }
      return found.place
    }
    let key = values.forest.pairs(spec).first { values.forest.text($0.key) == "inputsFrom" }
    if let key { return values.forest.range(key.key) }
    return new.namePlace(new.object(set.new))
  }
}
