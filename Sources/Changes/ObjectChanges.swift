import FluxGraph
import Manifests
import SourceText
import YAMLSyntax

/// What became of the objects of a cluster between two revisions. Every object is in one of the lists at most: who pairs
/// what is decided here, and what it means is for the rules.
///
/// Nothing is said of a Kustomization that is suspended now, that applies to another cluster than before, or of which one
/// revision does not show all that it applies.
package struct ObjectChanges: Sendable {
  /// Who applies objects and deletes what goes: a Kustomization that is there in both revisions, by its numbers, or a
  /// ResourceSet that it applies.
  package struct Owner: Hashable, Sendable {
    package var base: Int
    package var new: Int
    /// The ResourceSet that makes the objects.
    package var set: ResourceSet? = nil

    /// A ResourceSet by its numbers among the objects.
    package struct ResourceSet: Hashable, Sendable {
      package var base: Int
      package var new: Int
    }
  }

  /// Two objects, by their numbers, of which the second one takes the place of the first.
  package struct Pair: Sendable {
    package var base: Int
    package var new: Int
    package var owner: Owner

    package init(base: Int, new: Int, owner: Owner) {
      (self.base, self.new, self.owner) = (base, new, owner)
    }
  }

  package struct Move: Sendable {
    package var base: Int
    package var new: Int
    package var from: Owner
    package var to: Taker
  }

  /// Who has an object now, by its number in the new revision.
  package enum Taker: Hashable, Sendable {
    case kustomization(Int)
    case resourceSet(Int)
  }

  package struct Removal: Sendable {
    package var base: Int
    package var owner: Owner
    package var deletion: Deletion

    package init(base: Int, owner: Owner, deletion: Deletion) {
      (self.base, self.owner, self.deletion) = (base, owner, deletion)
    }
  }

  /// What the owner of an object does when it is no longer built.
  package enum Deletion: Sendable {
    case certain
    /// `prune` goes off in the same revision: which of the two the controller sees first is chance.
    case chance
    /// `prune` is off.
    case none
  }

  package struct KustomizationChange: Sendable {
    /// The number of the Kustomization that is gone, in the base.
    package var base: Int
    /// The number of the one that has its objects now; nil when it is simply gone.
    package var new: Int?
    package var removal: Removal
  }

  /// Kustomizations of both revisions, whether anything is known of their objects or not.
  package private(set) var owners: [Owner] = []
  /// The same object, built differently.
  package private(set) var edited: [Pair] = []
  package private(set) var moved: [Move] = []
  package private(set) var renamed: [Pair] = []
  package private(set) var kindChanged: [Pair] = []
  package private(set) var removed: [Removal] = []
  package private(set) var kustomizations: [KustomizationChange] = []
  /// Kustomizations that build nothing any more, with what was deleted.
  package private(set) var emptied: [Owner: [Int]] = [:]

  private let base: ClusterSide
  private let new: ClusterSide
  private let values: Values
  private var gone: [Removal] = []
  private var added: [(object: Int, owner: Owner)] = []

  init(base: ClusterSide, new: ClusterSide, _ values: Values) {
    (self.base, self.new, self.values) = (base, new, values)
    for (number, kustomization) in base.cluster.kustomizations.enumerated() where !kustomization.isDirectory {
      guard let now = new.number(namespace: kustomization.namespace, name: kustomization.name),
        base.number(namespace: kustomization.namespace, name: kustomization.name) == number
      else { continue }
      owners.append(Owner(base: number, new: now))
    }
    // An entry point under another name: the old one is what builds the new revision, until it has deleted itself.
    if base.cluster.hasEntryPoint, new.cluster.hasEntryPoint, !owners.contains(where: { $0.base == 0 || $0.new == 0 }),
      [base, new].allSatisfy({ $0.cluster.kustomizations.first.map { $0.parent == nil && !$0.isDirectory } ?? false })
    {
      owners.insert(Owner(base: 0, new: 0), at: 0)
    }
    for owner in owners where isJudged(owner) { compare(owner) }
    for owner in setOwners() { compare(owner) }
    guard !gone.isEmpty else { return }
    gone.removeAll { base.object($0.base).id.isFluxSource }
    takeMoved()
    takeKustomizations()
    takeRenamed()
    takeKindChanged()
    takeEmptied()
    removed = gone
    gone = []
    added = []
  }

  // MARK: - Who is judged

  /// Whether the spec of a Kustomization becomes that of the new revision: somebody applies it.
  package func isInForce(_ owner: Owner) -> Bool {
    var current = new.kustomization(owner.new).parent
    if let parent = current, new.kustomization(parent).status != .built { return false }
    var steps = 0
    while let here = current, steps < new.cluster.kustomizations.count {
      if new.isSuspended(here) { return false }
      current = new.kustomization(here).parent
      steps += 1
    }
    return true
  }

  private func isJudged(_ owner: Owner) -> Bool {
    guard base.isSettled(owner.base), new.isSettled(owner.new), !new.isSuspended(owner.new),
      base.target(owner.base) == new.target(owner.new)
    else { return false }
    return isInForce(owner) || values.areEqual(base.spec(owner.base), new.spec(owner.new))
  }

  /// ResourceSets that the same Kustomization applies in both revisions, and that make different objects. Nothing is said of
  /// one that makes more than is known, and of one that is switched off now.
  private func setOwners() -> [Owner] {
    guard base.hasResourceSets, new.hasResourceSets else { return [] }
    let byBase = Dictionary(owners.map { ($0.base, $0) }, uniquingKeysWith: { first, _ in first })
    return base.cluster.index.objects(ofKind: "ResourceSet").compactMap { number in
      let set = base.object(number)
      guard set.id.isResourceSet, set.isKnown, let applier = set.kustomization, var owner = byBase[applier],
        isInForce(owner), !new.isSuspended(owner.new), base.target(owner.base).isEmpty, new.target(owner.new).isEmpty,
        base.isSettled(owner.base), new.isSettled(owner.new),
        let now = new.cluster.index.objects(ofKind: "ResourceSet", namespace: set.id.namespace, name: set.id.name)
          .first(
            where: { new.object($0).kustomization == owner.new }),
        new.object(now).isKnown, new.object(now).root != set.root || new.takesInputs(resourceSet: now),
        base.isWhole(resourceSet: number), new.isWhole(resourceSet: now), !new.isSwitchedOff(new.object(now))
      else { return nil }
      owner.set = Owner.ResourceSet(base: number, new: now)
      return owner
    }
  }

  package func deletion(_ owner: Owner) -> Deletion {
    // The Flux Operator always deletes what a ResourceSet makes no longer.
    if owner.set != nil { return .certain }
    return switch (base.prunes(owner.base), new.prunes(owner.new)) {
    case (_, true): .certain
    case (true, false): .chance
    case (false, false): .none
    }
  }

  // MARK: - Pairing

  private mutating func compare(_ owner: Owner) {
    let (old, now) = (base.objects(of: owner, .base), new.objects(of: owner, .new))
    // What was built once for both revisions differs after substitution only if a variable does.
    let scopes = (base.kustomization(owner.base).substitution, new.kustomization(owner.new).substitution)
    let hasSameVariables = scopes.0.isActive == scopes.1.isActive && scopes.0.values == scopes.1.values
    func isSame(_ one: Int, _ other: Int) -> Bool {
      let (before, after) = (base.object(one), new.object(other))
      if before.root == after.root || hasSameVariables && before.built == after.built { return true }
      // What is filled in is made anew for each revision.
      return owner.set != nil && values.areEqual(before.root, after.root)
    }
    if old.count == now.count, zip(old, now).allSatisfy(isSame) { return }
    // The operator applies to its own cluster.
    let target = owner.set == nil ? new.target(owner.new) : ""
    var numbers: [AppliedKey: Int] = [:]
    for number in now { numbers[AppliedKey(new.object(number).id, target: target)] = number }
    let deletion = deletion(owner)
    for number in old {
      let object = base.object(number)
      if let other = numbers.removeValue(forKey: AppliedKey(object.id, target: target)) {
        if !isSame(number, other) {
          edited.append(Pair(base: number, new: other, owner: owner))
        }
      } else if Self.isDecided(object.id) {
        gone.append(Removal(base: number, owner: owner, deletion: deletion))
      }
    }
    added += numbers.values.sorted().filter { Self.isDecided(new.object($0).id) }.map { ($0, owner) }
  }

  /// Whether a name has no variable in it whose value nobody knows, and is no ciphertext.
  private static func isDecided(_ id: ObjectID) -> Bool {
    [id.name, id.namespace ?? "", id.kind].allSatisfy { !$0.contains("${") && !$0.hasPrefix("ENC[") }
  }

  private mutating func takeMoved() {
    let wanted = Set(gone.map { base.key(of: base.object($0.base)) })
    var places: [AppliedKey: [Int]] = [:]
    for number in new.cluster.objects.indices {
      let key = new.key(of: new.object(number))
      if wanted.contains(key) { places[key, default: []].append(number) }
    }
    gone.removeAll { removal in
      let object = base.object(removal.base)
      let key = base.key(of: object)
      guard let now = places[key] else { return false }
      // What several have, a Kustomization has in the first place.
      let found = now.first { new.object($0).kustomization != nil } ?? now.first { new.object($0).maker != nil }
      guard let number = found, let to = new.taker(of: new.object(number)) else { return true }
      // Two had it before, and one of them still has it.
      if base.objects(of: to, in: new).contains(where: { base.key(of: base.object($0)) == key }) { return true }
      moved.append(Move(base: removal.base, new: number, from: removal.owner, to: to))
      return true
    }
  }

  private mutating func takeKustomizations() {
    var candidates = added.compactMap { new.number(of: new.object($0.object)) }
    var ownRemovals: Set<Int> = []
    var rest: [Removal] = []
    for removal in gone {
      let object = base.object(removal.base)
      guard object.id.isKustomization else {
        rest.append(removal)
        continue
      }
      guard let number = base.number(of: object) else { continue }
      var successor: Int?
      if let index = candidates.firstIndex(where: { hasObjects(of: number, $0) }) {
        successor = candidates.remove(at: index)
      }
      kustomizations.append(KustomizationChange(base: number, new: successor, removal: removal))
      if number == removal.owner.base, removal.owner.set == nil { ownRemovals.insert(number) }
    }
    gone = rest
    added.removeAll { new.object($0.object).id.isKustomization }
    // Whoever deletes himself deletes with it what he applied.
    gone.removeAll { ownRemovals.contains($0.owner.base) }
    moved.removeAll { ownRemovals.contains($0.from.base) }
    // One that goes with another one that goes has no finding of its own.
    let numbers = Set(kustomizations.filter { $0.new == nil }.map(\.base))
    kustomizations.removeAll { change in
      numbers.contains { $0 != change.base && base.isDescendant(change.base, of: $0) }
    }
  }

  /// Whether a Kustomization of the new revision applies what one of the base did.
  private func hasObjects(of number: Int, _ other: Int) -> Bool {
    guard base.target(number) == new.target(other) else { return false }
    guard base.isSettled(number), new.isSettled(other), !base.objects(of: number).isEmpty else {
      return base.kustomization(number).path == new.kustomization(other).path
        && values.areEqual(values.field(base.spec(number), "sourceRef"), values.field(new.spec(other), "sourceRef"))
    }
    let before = Set(base.objects(of: number).map { AppliedKey(base.object($0).id, target: "") })
    let now = Set(new.objects(of: other).map { AppliedKey(new.object($0).id, target: "") })
    return 2 * before.intersection(now).count >= before.count
  }

  private mutating func takeRenamed() {
    guard !gone.isEmpty, !added.isEmpty else { return }
    let names = ObjectNames(base: base, new: new, values)
    var candidates = RenamingCandidates(added, names)
    var taken: Set<Int> = []
    gone.removeAll { removal in
      guard let number = candidates.take(for: removal.base, of: removal.owner) else { return false }
      // Of other inputs a ResourceSet makes other objects.
      if removal.owner.set != nil, !names.areWrittenDifferently(removal.base, number) { return false }
      taken.insert(number)
      if !names.differByHash(removal.base, number) {
        renamed.append(Pair(base: removal.base, new: number, owner: removal.owner))
      }
      return true
    }
    added.removeAll { taken.contains($0.object) }
  }

  private mutating func takeKindChanged() {
    var taken: Set<Int> = []
    gone.removeAll { removal in
      let id = base.object(removal.base).id
      let same = added.filter { candidate in
        let other = new.object(candidate.object).id
        return candidate.owner == removal.owner && !taken.contains(candidate.object) && other.name == id.name
          && other.namespace == id.namespace && (other.kind, other.group) != (id.kind, id.group)
      }
      let path = values.path(of: base.object(removal.base).origin.file)
      guard
        let other = same.first(where: { values.path(of: new.object($0.object).origin.file) == path }) ?? same.first
      else { return false }
      taken.insert(other.object)
      kindChanged.append(Pair(base: removal.base, new: other.object, owner: removal.owner))
      return true
    }
    added.removeAll { taken.contains($0.object) }
  }

  private mutating func takeEmptied() {
    for removal in gone
    where removal.owner.set == nil && new.objects(of: removal.owner.new).isEmpty && new.prunes(removal.owner.new) {
      emptied[removal.owner, default: []].append(removal.base)
    }
    gone.removeAll { emptied[$0.owner] != nil }
    kustomizations.removeAll { $0.new == nil && emptied[$0.removal.owner] != nil && $0.base != $0.removal.owner.base }
  }
}
