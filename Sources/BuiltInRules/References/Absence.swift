import RuleEngine

/// Which references of a cluster lead nowhere: those that nothing can satisfy, and those that something out of sight
/// could, but which are a slip away from a name that is there.
struct Absence {
  private let cluster: Cluster
  private var slips: [ObjectKey: Bool] = [:]

  init(_ cluster: Cluster) { self.cluster = cluster }

  /// How sure it is that a reference leads nowhere.
  enum Verdict {
    case certain
    /// Something out of sight may make the object, for this reason.
    case likely(String)
  }

  /// Nil when it leads somewhere, as far as this repository says.
  mutating func verdict(of edge: Edge) -> Verdict? {
    switch edge.target {
    case .missing: .certain
    case .unknown(let reason): cluster.hasEntryPoint && isSlip(edge) ? .likely(reason) : nil
    case .object, .implicit: nil
    }
  }

  /// Whether the name is a slip away from that of an object of the same kind in the same namespace.
  private mutating func isSlip(_ edge: Edge) -> Bool {
    if let known = slips[edge.targetKey] { return known }
    let isSlip =
      edge.targetName.utf8.count > 3
      && cluster.index.objects(ofKind: edge.targetKind, namespace: edge.targetNamespace).contains {
        Suggestion.isSlip(between: edge.targetName, and: cluster.objects[$0].id.name)
      }
    slips[edge.targetKey] = isSlip
    return isSlip
  }
}

extension Absence.Verdict {
  /// Nil for the severity of the rule.
  var severity: Severity? {
    switch self {
    case .certain: nil
    case .likely: .warning
    }
  }

  /// What stands before "applies" in a message.
  var place: String {
    switch self {
    case .certain: ""
    case .likely: "in this repository "
    }
  }

  var notes: [String] {
    switch self {
    case .certain: []
    case .likely(let reason): ["it may come from elsewhere: \(reason)"]
    }
  }
}
