import RuleEngine

// How findings of changes are told: their data, the places of what is gone, and how grave a loss is.

extension FindingSink {
  /// Reports what a change does to a cluster.
  ///
  /// - Parameters:
  ///   - objects: what the finding is about; who accepts it names each of them.
  ///   - along: what it happens to besides.
  ///   - subjects: the names of what it is about, where something has two.
  ///   - owner: the Kustomization or ResourceSet that does it; it tells findings with one object apart.
  ///   - gone: where things were that are not there any more.
  mutating func report(
    _ message: String, at range: SourceRange, label: String = "", severity: Severity? = nil, objects: [ObjectID],
    along: [ObjectID] = [], subjects: [[ObjectID]]? = nil, owner: ObjectReference? = nil, in change: ClusterChange,
    gone: [SourceRange] = [],
    related: [RelatedLocation] = [], notes: [String] = [], help: String, cause: String? = nil
  ) {
    let subjects = (subjects ?? objects.map { [$0] }).map { names in names.map { ObjectReference($0) } }
    let objects = (objects + along).map { ObjectReference($0) }
    var data: [String: Fact] = ["change": .string(rule.name)]
    if let owner { data["owner"] = .string(owner.displayName) }
    // Of a template many things come.
    var places: Set<SourceRange> = []
    let gone = gone.filter { places.insert($0).inserted }
    report(
      message, at: range, label: label, severity: severity, object: objects.first, objects: objects,
      subjects: subjects, cluster: change.cluster, related: gone.map { RelatedLocation($0, "was here") } + related,
      notes: notes,
      help: help, data: data, cause: cause)
  }
}

/// Where it is said that several clusters lose the same: what one base had is one cause, whoever deletes it where.
struct SharedPlaces {
  private struct Key: Hashable {
    var origins: [SourceRange]
    var owner: String
    /// Where `prune` goes off, it decides.
    var isChance: Bool
  }
  private var places: [Key: SourceRange] = [:]

  /// The place for the first cluster, for all of them.
  mutating func place(
    _ place: SourceRange, of origins: [SourceRange], _ owner: String, isChance: Bool
  ) -> SourceRange {
    let key = Key(origins: origins, owner: owner, isChance: isChance)
    if let known = places[key] { return known }
    places[key] = place
    return place
  }
}

extension Severity {
  /// How grave it is that an object goes and comes back: moved, renamed or made again.
  init(interruptionOf weight: Weight) { self.init(lossOf: weight) }

  /// How grave it is that a Kustomization or ResourceSet goes with what it applied.
  init(lossOf weight: Weight) {
    switch weight {
    case .data: self = .error
    case .service: self = .warning
    case .rest: self = .note
    }
  }
}

extension ObjectID {
  var shown: String { ObjectReference(self).displayName }
}

/// The first names of a list, and how many more there are.
func listed(_ objects: [ObjectID], limit: Int = 3) -> String {
  let names = objects.prefix(limit).map(\.shown)
  let rest = objects.count - names.count
  if rest > 0 { return names.joined(separator: ", ") + " and \(rest) more" }
  guard let last = names.last, names.count > 1 else { return names.first ?? "" }
  return names.dropLast().joined(separator: ", ") + " and " + last
}

/// `1 object`, `12 objects`.
func count(of objects: [ObjectID]) -> String { objects.count == 1 ? "1 object" : "\(objects.count) objects" }

extension ClusterChange {
  /// What is left of some objects of the base when they are sorted by what their loss means, the gravest first.
  func gravestFirst(_ numbers: [Int]) -> [Int] {
    numbers.enumerated().sorted { lhs, rhs in
      let weights = (base.weight(of: base.object(lhs.element)), base.weight(of: base.object(rhs.element)))
      return weights.0 != weights.1 ? weights.0 > weights.1 : lhs.offset < rhs.offset
    }.map(\.element)
  }

  /// Removals by who removes, in the order of the Kustomizations.
  func byOwner(_ removals: [ObjectChanges.Removal]) -> [(owner: ObjectChanges.Owner, removals: [ObjectChanges.Removal])]
  {
    Dictionary(grouping: removals, by: \.owner)
      .sorted { ($0.key.new, $0.key.set?.new ?? -1) < ($1.key.new, $1.key.set?.new ?? -1) }.map { ($0.key, $0.value) }
  }

  /// The annotation with which an owner leaves an object in the cluster.
  func keepingMark(of owner: ObjectChanges.Owner) -> String {
    "\(owner.set == nil ? FluxKinds.kustomizeGroup : FluxKinds.operatorGroup)/prune: disabled"
  }

  func reference(of owner: ObjectChanges.Owner) -> ObjectReference { ObjectReference(name(of: owner)) }

  /// Where the owner of something that is gone says that it is to be deleted: its path, or `prune` where that decides.
  func place(of owner: ObjectChanges.Owner, _ deletion: ObjectChanges.Deletion) -> SourceRange {
    if let set = owner.set { return place(of: set) }
    if deletion == .chance, let prune = values.field(new.spec(owner.new), "prune") { return values.forest.range(prune) }
    return new.pathPlace(owner.new)
  }

  static let chanceNote =
    "'prune' is turned off in the same change: whether the controller sees that before it deletes is chance"
}

extension String {
  /// The name of a kind behind `a` or `an`, as its first letter is spoken.
  var withArticle: String {
    let isVowel = first.map { "AEIO".contains($0) } ?? false
    return "\(isVowel ? "an" : "a") \(self)"
  }
}
