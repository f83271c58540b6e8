/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
  case empty
  case scalar(UInt32)
  case any(isNewlineIncluded: Bool)
  case oneOf(ScalarClass)
  case assertion(Assertion)
  /// A capturing group; the first is 1.
  case group(Int, RegexNode)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  case repetition(RegexNode, minimum: Int, maximum: Int?, isLazy: Bool)

  enum Assertion: Sendable { case start, end, lineStart, lineEnd, wordBoundary, noWordBoundary }

  /// Whether it can match without taking anything.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .assertion: true
    case .scalar, .any, .oneOf: false
    case .group(_, let node): node.canBeEmpty
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternatives(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    }
  }
}

/// Reads a pattern by recursive descent.
struct RegexParser {
  let pattern: [Unicode.Scalar]
  var position = 0
  var flags = Flags()
  /// The names of the groups that capture, empty for one without.
  private(set) var groupNames: [String] = []
  private var takenNames: Set<String> = []
  private var depth = 0
  /// How deep groups may nest; far less than a stack holds.
  private static let deepest = 200

  struct Flags {
    var ignoresCase = false
    var isMultiline = false
    var dotMatchesNewline = false
    var isUngreedy = false
  }

  init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  /// In code points; more than anyone writes.
  private static let longest = 20_000

  mutating func parse() throws(LinearRegex.Failure) -> RegexNode {
    guard pattern.count <= Self.longest else {
      throw LinearRegex.Failure(reason: "expression is too large", isLimit: true)
    }
    let node = try alternatives()
    if position < pattern.count { throw failure("unexpected ')'") }
    return node
  }

  func failure(_ reason: String) -> LinearRegex.Failure { LinearRegex.Failure(reason: reason) }

  var next: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(LinearRegex.Failure) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw LinearRegex.Failure(reason: "expression nests too deeply", isLimit: true) }
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(LinearRegex.Failure) -> RegexNode {
    var nodes: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" {
      if scalar == "\\", position + 1 < pattern.count, pattern[position + 1] == "Q" {
        nodes += try quoted()
      } else {
        nodes.append(try repeated())
      }
    }
    return nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  /// `\Q…\E`: text as it is; a repetition behind it is of its last character.
  private mutating func quoted() throws(LinearRegex.Failure) -> [RegexNode] {
    position += 2
    var nodes: [RegexNode] = []
    while let scalar = next {
      if scalar == "\\", position + 1 < pattern.count, pattern[position + 1] == "E" {
        position += 2
        break
      }
      position += 1
      nodes.append(literal(scalar))
    }
    if let last = nodes.popLast() { nodes.append(try repetitions(of: last)) }
    return nodes
  }

  private mutating func repeated() throws(LinearRegex.Failure) -> RegexNode {
    let start = position
    let node = try atom()
    // Flags by themselves, `(?i)`, are nothing that could be repeated.
    if case .empty = node, position > start + 2, pattern[start] == "(", pattern[start + 1] == "?" {
      if let next, "*+?".unicodeScalars.contains(next) {
        throw failure("missing argument to repetition operator '\(next)'")
      }
      return node
    }
    return try repetitions(of: node)
  }

  private mutating func repetitions(of atom: RegexNode) throws(LinearRegex.Failure) -> RegexNode {
    guard let (minimum, maximum) = try repetition() else { return atom }
    let isLazy = take("?") != flags.isUngreedy
    let end = position
    if try repetition() != nil {
      position = end
      throw failure("invalid nested repetition operator")
    }
    return .repetition(atom, minimum: minimum, maximum: maximum, isLazy: isLazy)
  }

  private mutating func repetition() throws(LinearRegex.Failure) -> (Int, Int?)? {
    switch next {
    case "*": position += 1; return (0, nil)
    case "+": position += 1; return (1, nil)
    case "?": position += 1; return (0, 1)
    case "{": return try counts()
    default: return nil
    }
  }

  /// `{n}`, `{n,}` or `{n,m}`; nil when the brace is a literal.
  private mutating func counts() throws(LinearRegex.Failure) -> (Int, Int?)? {
    var index = position + 1
    func number() -> Int? {
      var value: Int?
      let isPadded = index + 1 < pattern.count && pattern[index] == "0" && ScalarClass.isDigit(pattern[index + 1])
      while index < pattern.count, ScalarClass.isDigit(pattern[index]) {
        value = min((value ?? 0) * 10 + Int(pattern[index].value - 0x30), 100_000)
        index += 1
      }
      return isPadded ? nil : value
    }
    guard let minimum = number() else { return nil }
    var maximum: Int? = minimum
    if index < pattern.count, pattern[index] == "," {
      index += 1
      if index < pattern.count, pattern[index] == "}" {
        maximum = nil
      } else {
        guard let upper = number() else { return nil }
        maximum = upper
      }
    }
    guard index < pattern.count, pattern[index] == "}" else { return nil }
    guard minimum <= 1_000, maximum ?? 0 <= 1_000, maximum.map({ $0 >= minimum }) ?? true else {
      throw failure("invalid repeat count")
    }
    position = index + 1
    return (minimum, maximum)
  }

  private mutating func atom() throws(LinearRegex.Failure) -> RegexNode {
    guard let scalar = next else { return .empty }
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": return .oneOf(try scalarClass())
    case ".": return .any(isNewlineIncluded: flags.dotMatchesNewline)
    case "^": return .assertion(flags.isMultiline ? .lineStart : .start)
    case "$": return .assertion(flags.isMultiline ? .lineEnd : .end)
    case "*", "+", "?": throw failure("missing argument to repetition operator '\(scalar)'")
    case "{":
      position -= 1
      guard try counts() == nil else { throw failure("missing argument to repetition operator '{'") }
      position += 1
      return literal(scalar)
    case "\\": return try escape()
    default: return literal(scalar)
    }
  }

  func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    if flags.ignoresCase, !ScalarClass.cases(of: scalar).isEmpty {
      return .oneOf(ScalarClass([scalar.value...scalar.value], folding: true))
    }
    return .scalar(scalar.value)
  }

  private mutating func group() throws(LinearRegex.Failure) -> RegexNode {
    let outer = flags
    var index: Int?
    if take("?") {
      if next == "P" || next == "<" {
        groupNames.append(try groupName())
        index = groupNames.count
      } else if try readFlags() {
        return .empty  // `(?i)`: to the end of the enclosing group.
      }
    } else {
      groupNames.append("")
      index = groupNames.count
    }
    let node = try alternatives()
    guard take(")") else { throw failure("missing closing ')'") }
    flags = outer
    return index.map { .group($0, node) } ?? (node.isAtomic ? node : .sequence([node]))
  }

  private mutating func groupName() throws(LinearRegex.Failure) -> String {
    _ = take("P")
    guard take("<"), let close = pattern[position...].firstIndex(of: ">") else { throw failure("invalid named group") }
    var name = String.UnicodeScalarView()
    name.append(contentsOf: pattern[position..<close])
    let word = ScalarClass(ScalarClass.word)
    guard !name.isEmpty, name.allSatisfy({ word.contains($0.value) }) else { throw failure("invalid named group") }
    guard takenNames.insert(String(name)).inserted else { throw failure("duplicate group name '\(String(name))'") }
    position = close + 1
    return String(name)
  }

  /// The flags of `(?i)` or `(?i:`. Whether the group ends with them.
  private mutating func readFlags() throws(LinearRegex.Failure) -> Bool {
    var (value, isAnyRead) = (true, false)
    while let scalar = next {
      position += 1
      switch scalar {
      case "i": flags.ignoresCase = value
      case "s": flags.dotMatchesNewline = value
      case "m": flags.isMultiline = value
      case "U": flags.isUngreedy = value
      case "-":
        guard value else { throw failure("invalid or unsupported syntax '(?-'") }
        (value, isAnyRead) = (false, false)
        continue
      case ":", ")":
        guard value || isAnyRead, isAnyRead || scalar == ":" else { throw failure("missing argument to flags") }
        return scalar == ")"
      default: throw failure("invalid or unsupported syntax '(?\(scalar)'")
      }
      isAnyRead = true
    }
    throw failure("missing closing ')'")
  }
}

extension RegexNode {
  /// Whether it stands for one character, so that it needs no group to be repeated.
  fileprivate var isAtomic: Bool {
    switch self {
    case .scalar, .any, .oneOf: true
    default: false
    }
  }
}

extension ScalarClass {
  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
}
