/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
  case empty
  case scalars(ScalarClass)
  case assertion(Assertion)
  case sequence([RegexNode])
  case alternatives([RegexNode])
  case repetition(RegexNode, minimum: Int, maximum: Int?)

  enum Assertion: Sendable {
    case start, end, wordBoundary, noWordBoundary

    func holds(at position: Int, in text: [Unicode.Scalar]) -> Bool {
      switch self {
      case .start: position == 0
      case .end: position == text.count
      case .wordBoundary: isBoundary(position, text)
      case .noWordBoundary: !isBoundary(position, text)
      }
    }

    private func isBoundary(_ position: Int, _ text: [Unicode.Scalar]) -> Bool {
      let word = ScalarClass(ranges: ScalarClass.word)
      let before = position > 0 && word.contains(text[position - 1])
      let after = position < text.count && word.contains(text[position])
      return before != after
    }
  }
}

/// Reads a pattern by recursive descent.
struct RegexParser {
  private let pattern: [Unicode.Scalar]
  private var position = 0
  private var ignoresCase = false
  private var dotMatchesNewline = false
  private var depth = 0

  init(_ pattern: String) { self.pattern = Array(pattern.unicodeScalars) }

  mutating func parse() throws(LinearRegex.Failure) -> RegexNode {
    let node = try alternatives()
    if position < pattern.count { throw failure("unexpected ')'") }
    return node
  }

  private func failure(_ reason: String) -> LinearRegex.Failure { LinearRegex.Failure(reason: reason) }

  private var next: Unicode.Scalar? { position < pattern.count ? pattern[position] : nil }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    position += 1
    return true
  }

  private mutating func alternatives() throws(LinearRegex.Failure) -> RegexNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw failure("expression nests too deeply") }
    var nodes = [try sequence()]
    while take("|") { nodes.append(try sequence()) }
    return nodes.count == 1 ? nodes[0] : .alternatives(nodes)
  }

  private mutating func sequence() throws(LinearRegex.Failure) -> RegexNode {
    var nodes: [RegexNode] = []
    while let scalar = next, scalar != "|", scalar != ")" { nodes.append(try repeated()) }
    return .sequence(nodes)
  }

  private mutating func repeated() throws(LinearRegex.Failure) -> RegexNode {
    let node = try atom()
    guard let (minimum, maximum) = try counts() else { return node }
    _ = take("?")  // A lazy repetition matches the same texts.
    if try counts() != nil { throw failure("invalid nested repetition operator") }
    return .repetition(node, minimum: minimum, maximum: maximum)
  }

  /// How often what stands before is repeated; nil when no repetition follows.
  private mutating func counts() throws(LinearRegex.Failure) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    return next == "{" ? try bracedCounts() : nil
  }

  /// `{n}`, `{n,}` or `{n,m}`; nil when the brace is a literal.
  private mutating func bracedCounts() throws(LinearRegex.Failure) -> (Int, Int?)? {
    guard let close = pattern[position...].firstIndex(of: "}") else { return nil }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: pattern[(position + 1)..<close])
    let parts = String(text).split(separator: ",", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let minimum = Int(parts[0]), minimum >= 0 else { return nil }
    var maximum: Int? = minimum
    if parts.count == 2 {
      if parts[1].isEmpty {
        maximum = nil
      } else {
        guard let number = Int(parts[1]) else { return nil }
        maximum = number
      }
    }
    guard minimum <= 1_000, maximum ?? 0 <= 1_000, maximum.map({ $0 >= minimum }) ?? true else {
      throw failure("invalid repeat count")
    }
    position = close + 1
    return (minimum, maximum)
  }

  private mutating func atom() throws(LinearRegex.Failure) -> RegexNode {
    guard let scalar = next else { return .empty }
    position += 1
    switch scalar {
    case "(": return try group()
    case "[": return .scalars(try scalarClass())
    case ".":
      return .scalars(ScalarClass(ranges: dotMatchesNewline ? [] : [0x0A...0x0A], isNegated: true))
    case "^": return .assertion(.start)
    case "$": return .assertion(.end)
    case "*", "+", "?": throw failure("missing argument to repetition operator '\(scalar)'")
    case "\\": return try escape()
    default: return literal(scalar)
    }
  }

  private func literal(_ scalar: Unicode.Scalar) -> RegexNode {
    .scalars(ScalarClass(ranges: [scalar.value...scalar.value], ignoresCase: ignoresCase))
  }

  private mutating func group() throws(LinearRegex.Failure) -> RegexNode {
    let outer = (ignoresCase, dotMatchesNewline)
    if take("?") {
      if take("P") || next == "<" {
        guard take("<"), let close = pattern[position...].firstIndex(of: ">") else {
          throw failure("invalid named group")
        }
        position = close + 1
      } else if try flags() {
        return .empty  // `(?i)`: to the end of the enclosing group.
      }
    }
    let node = try alternatives()
    guard take(")") else { throw failure("missing closing ')'") }
    (ignoresCase, dotMatchesNewline) = outer
    return node
  }

  /// The flags of `(?i)` or `(?i:`. Whether the group ends with them.
  private mutating func flags() throws(LinearRegex.Failure) -> Bool {
    var value = true
    while let scalar = next {
      position += 1
      switch scalar {
      case "-": value = false
      case "i": ignoresCase = value
      case "s": dotMatchesNewline = value
      case "m", "U": break
      case ":": return false
      case ")": return true
      default: throw failure("invalid or unsupported syntax '(?\(scalar)'")
      }
    }
    throw failure("missing closing ')'")
  }

  private mutating func escape() throws(LinearRegex.Failure) -> RegexNode {
    guard let scalar = next else { throw failure("trailing backslash") }
    position += 1
    switch scalar {
    case "A": return .assertion(.start)
    case "z": return .assertion(.end)
    case "b": return .assertion(.wordBoundary)
    case "B": return .assertion(.noWordBoundary)
    default:
      if let (ranges, isNegated) = Self.shorthand(scalar) {
        return .scalars(ScalarClass(ranges: ranges, isNegated: isNegated))
      }
      return literal(try Self.escaped(scalar))
    }
  }

  private static func shorthand(_ scalar: Unicode.Scalar) -> ([ClosedRange<UInt32>], Bool)? {
    switch scalar {
    case "d": (ScalarClass.digits, false)
    case "D": (ScalarClass.digits, true)
    case "w": (ScalarClass.word, false)
    case "W": (ScalarClass.word, true)
    case "s": (ScalarClass.space, false)
    case "S": (ScalarClass.space, true)
    default: nil
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) throws(LinearRegex.Failure) -> Unicode.Scalar {
    switch scalar {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "f": return "\u{0C}"
    case "v": return "\u{0B}"
    case "a": return "\u{07}"
    default:
      let isWord = ScalarClass(ranges: ScalarClass.word).contains(scalar)
      if isWord && scalar != "_" || scalar.value > 0x7F {
        throw LinearRegex.Failure(reason: "invalid escape sequence '\\\(scalar)'")
      }
      return scalar
    }
  }

  // MARK: Classes

  private mutating func scalarClass() throws(LinearRegex.Failure) -> ScalarClass {
    var result = ScalarClass(ranges: [], isNegated: take("^"), ignoresCase: ignoresCase)
    var isFirst = true
    while let scalar = next, scalar != "]" || isFirst {
      isFirst = false
      position += 1
      if scalar == "[", next == ":" {
        result.ranges += try namedClass()
        continue
      }
      var lower = scalar
      if scalar == "\\" {
        guard let escaped = next else { throw failure("missing closing ']'") }
        position += 1
        if let (ranges, isNegated) = Self.shorthand(escaped) {
          result.ranges += isNegated ? Self.complement(ranges) : ranges
          continue
        }
        lower = try Self.escaped(escaped)
      }
      let upper = try rangeEnd() ?? lower
      guard lower.value <= upper.value else { throw failure("invalid character class range") }
      result.ranges.append(lower.value...upper.value)
    }
    guard take("]") else { throw failure("missing closing ']'") }
    return result
  }

  private mutating func rangeEnd() throws(LinearRegex.Failure) -> Unicode.Scalar? {
    guard next == "-", position + 1 < pattern.count, pattern[position + 1] != "]" else { return nil }
    position += 1
    guard let scalar = next else { return nil }
    position += 1
    guard scalar == "\\" else { return scalar }
    guard let escaped = next else { throw failure("missing closing ']'") }
    position += 1
    return try Self.escaped(escaped)
  }

  private mutating func namedClass() throws(LinearRegex.Failure) -> [ClosedRange<UInt32>] {
    let names: [(String, [ClosedRange<UInt32>])] = [
      ("[:alnum:]", [0x30...0x39, 0x41...0x5A, 0x61...0x7A]), ("[:alpha:]", [0x41...0x5A, 0x61...0x7A]),
      ("[:digit:]", ScalarClass.digits), ("[:lower:]", [0x61...0x7A]), ("[:upper:]", [0x41...0x5A]),
      ("[:space:]", [0x09...0x0D, 0x20...0x20]), ("[:word:]", ScalarClass.word),
      ("[:punct:]", [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
      ("[:xdigit:]", [0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]
    for (name, ranges) in names where pattern[(position - 1)...].starts(with: name.unicodeScalars) {
      position += name.unicodeScalars.count - 1
      return ranges
    }
    throw failure("invalid character class")
  }

  private static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var lower: UInt32 = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if lower < range.lowerBound { result.append(lower...(range.lowerBound - 1)) }
      lower = range.upperBound + 1
    }
    result.append(lower...0x10FFFF)
    return result
  }
}
