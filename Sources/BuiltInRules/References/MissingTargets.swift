import RuleEngine

/// References of one cluster to nothing, by what they name: one thing that is missing is one finding, however many name it.
struct MissingTargets {
  /// What several references name.
  struct Target {
    var kind: String
    /// `namespace/name`.
    var name: String
    /// In the order of the files; never empty.
    var edges: [Edge]
    /// The objects that hold them, in that order, each once.
    var holders: [ObjectReference]
    /// All places but the first.
    var otherPlaces: [RelatedLocation]
    /// How sure it is that it is missing: the surest of its references.
    var verdict: Absence.Verdict
    /// What makes references of several clusters to it one finding.
    var cause: String
  }

  private var edges: [ObjectKey: [Edge]] = [:]
  private var verdicts: [ObjectKey: Absence.Verdict] = [:]

  mutating func add(_ edge: Edge, _ verdict: Absence.Verdict = .certain) {
    let key = edge.targetKey
    edges[key, default: []].append(edge)
    if case .likely = verdicts[key] ?? verdict { verdicts[key] = verdict }
  }

  /// In the order of the first place of each.
  func targets(in cluster: Cluster, _ forest: Forest) -> [Target] {
    edges.map { key, edges in
      let sorted = edges.sorted { forest.range($0.location) < forest.range($1.location) }
      var holders: [ObjectReference] = []
      var known: Set<ObjectReference> = []
      var places: [SourceRange] = []
      for edge in sorted {
        let holder = ObjectReference(cluster.objects[edge.from].id)
        if known.insert(holder).inserted { holders.append(holder) }
        let place = forest.range(edge.location)
        if places.last != place { places.append(place) }
      }
      let name = ObjectReference.shown(key.name)
      return Target(
        kind: key.kind, name: key.namespace.map { "\(ObjectReference.shown($0))/\(name)" } ?? name, edges: sorted,
        holders: holders, otherPlaces: places.dropFirst().map { RelatedLocation($0, "named here too") },
        verdict: verdicts[key] ?? .certain,
        // A base that several namespaces share has one line to correct.
        cause: "\(key.kind) \(key.name)")
    }.sorted {
      let (first, second) = (forest.range($0.edges[0].location), forest.range($1.edges[0].location))
      // What one template makes in several namespaces has one place.
      return first == second ? ($0.kind, $0.name) < ($1.kind, $1.name) : first < second
    }
  }
}
