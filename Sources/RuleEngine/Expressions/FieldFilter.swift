import CEL
import FluxGraph
import RuleFiles
import YAMLSyntax

/// Which rules in expressions have nothing to say about an object of one kind, by the fields that it has: each field is
/// looked up once, and most rules end with one or two of them.
struct FieldFilter {
  fileprivate struct Field {
    /// What it is a field of; nil for the object.
    var parent: Int?
    var key: [UInt8]
    /// How many keys lead to its parent.
    var depth: Int
  }

  private struct Condition {
    var field: Int
    var isThere: Bool
    var known: Int
  }

  fileprivate private(set) var fields: [Field] = []
  /// By the number of the rule; empty where nothing is asked first.
  private var conditions: [[Condition]] = []
  /// Of each rule whether it sees objects before substitution.
  private var areWritten: [Bool] = []

  /// A filter for each kind.
  ///
  /// - Parameter wantedKinds: of each rule whether it wants a kind, by the number of the kind.
  static func all(_ rules: [ActiveRule], _ wantedKinds: [[Bool]], kindCount: Int) -> [FieldFilter] {
    let found = rules.indices.map { number -> (conditions: [FieldConditions.Condition], isWritten: Bool) in
      guard case .expressions(let rule) = rules[number].rule.check, !wantedKinds[number].isEmpty else {
        return ([], false)
      }
      return (rule.conditions?.all ?? [], rule.check.looksAtWritten)
    }
    return (0..<kindCount).map { kind in
      var filter = FieldFilter()
      filter.areWritten = found.map(\.isWritten)
      var numbers: [Place: Int] = [:]
      filter.conditions = rules.indices.map { number in
        guard !found[number].conditions.isEmpty, wantedKinds[number][kind] else { return [] }
        return found[number].conditions.compactMap { filter.condition($0, &numbers) }
      }
      return filter
    }
  }

  /// Where a field is among others.
  private struct Place: Hashable {
    var parent: Int?
    var key: String
  }

  private mutating func condition(_ condition: FieldConditions.Condition, _ numbers: inout [Place: Int]) -> Condition? {
    var field: Int?
    for (depth, key) in condition.path.enumerated() {
      let place = Place(parent: field, key: key)
      if let known = numbers[place] {
        field = known
      } else {
        numbers[place] = fields.count
        fields.append(Field(parent: field, key: Array(key.utf8), depth: depth))
        field = fields.count - 1
      }
    }
    return field.map { Condition(field: $0, isThere: condition.isThere, known: condition.known) }
  }

  func rejects(_ object: inout ObjectFields, _ rule: Int) -> Bool {
    let asked = conditions[rule]
    if asked.isEmpty || areWritten[rule] && object.hasVariables { return false }
    for condition in asked {
      switch object.presence(of: condition.field, self) {
      case .isThere: if !condition.isThere { return true }
      case .absent(let known): if condition.isThere, known >= condition.known { return true }
      case .unclear: break
      }
    }
    return false
  }
}

/// Which of the fields that rules ask for an object has, as far as somebody asked.
struct ObjectFields {
  enum Presence {
    case isThere
    /// Null or not there, where this many of the keys that lead to it are.
    case absent(known: Int)
    /// What would have it is no map.
    case unclear
  }

  private let forest: Forest
  private let root: NodeRef
  /// Whether substitution made it another one.
  let hasVariables: Bool
  private var found: [(presence: Presence, node: NodeRef)?]

  init(_ object: AppliedObject, _ filter: FieldFilter, _ forest: Forest) {
    (self.forest, root) = (forest, object.root)
    hasVariables = object.built != object.root
    found = Array(repeating: nil, count: filter.fields.count)
  }

  mutating func presence(of number: Int, _ filter: FieldFilter) -> Presence { look(number, filter).presence }

  private mutating func look(_ number: Int, _ filter: FieldFilter) -> (presence: Presence, node: NodeRef) {
    if let known = found[number] { return known }
    let field = filter.fields[number]
    let parent = field.parent.map { look($0, filter) } ?? (.isThere, root)
    var result = parent
    if case .isThere = parent.presence {
      if forest.kind(parent.node) != .mapping {
        result.presence = .unclear
      } else if let value = field.key.withUnsafeBufferPointer({ forest.pair(parent.node, bytes: $0) })?.value,
        !forest.isNull(value)
      {
        result.node = value
      } else {
        result.presence = .absent(known: field.depth)
      }
    }
    found[number] = result
    return result
  }
}
