import RuleEngine

/// Which references of a cluster lead nowhere: those that nothing can satisfy, and those that something out of sight
/// could, but which are a slip away from a name that is there.
struct Absence {
  private let cluster: Cluster
  private var names: [Target: [[UInt8]]] = [:]
  private var slips: [Target: Bool] = [:]

  private struct Target: Hashable {
    var kind: String
    var namespace: String?
    var name = ""
  }

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
    let target = Target(kind: edge.targetKind, namespace: edge.targetNamespace, name: edge.targetName)
    if let known = slips[target] { return known }
    let name = Array(edge.targetName.utf8)
    let isSlip = name.count > 3 && neighbours(of: edge).contains { Slip.isOne(between: name, and: $0) }
    slips[target] = isSlip
    return isSlip
  }

  private mutating func neighbours(of edge: Edge) -> [[UInt8]] {
    let group = Target(kind: edge.targetKind, namespace: edge.targetNamespace)
    if let known = names[group] { return known }
    // One that only names itself so is no neighbour.
    let found = cluster.objects.filter {
      $0.id.kind == group.kind && $0.id.namespace == group.namespace && !$0.isRemote
    }.map { Array($0.id.name.utf8) }
    names[group] = found
    return found
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

/// A slip of the keyboard.
enum Slip {
  /// Whether one letter is wrong, missing or too many, or two are swapped. Numbers that differ are no slip: objects are
  /// numbered.
  static func isOne(between left: [UInt8], and right: [UInt8]) -> Bool {
    guard abs(left.count - right.count) <= 1, left != right else { return false }
    let head = zip(left, right).prefix { $0 == $1 }.count
    let tail = zip(left.dropFirst(head).reversed(), right.dropFirst(head).reversed()).prefix { $0 == $1 }.count
    let (before, after) = (left[head..<(left.count - tail)], right[head..<(right.count - tail)])
    guard !(before + after).contains(where: { (0x30...0x39).contains($0) }) else { return false }
    return before.count <= 1 && after.count <= 1 || before.count == 2 && after.elementsEqual(before.reversed())
  }
}
