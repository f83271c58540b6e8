/// Regular expressions of the RE2 kind, matched in time proportional to pattern and text, whatever either is.
///
/// Supported: literals, `.`, classes (`[a-z]`, `[^x]`, `\d \w \s`, `[[:alpha:]]`), groups, alternatives, `* + ?` and
/// `{n,m}` (with a lazy `?`, which does not change whether a text matches), `^ $ \A \z \b \B`, and the flags `i` and
/// `s` at the start. Everything else is an error, as back references and look-around are upstream.
package struct LinearRegex: Sendable {
  private let program: [Instruction]

  package struct Failure: Error, Hashable, Sendable {
    /// What is wrong with the pattern, in lower case without a final stop.
    var reason: String
  }

  package init(_ pattern: String) throws(Failure) {
    var parser = RegexParser(pattern)
    let node = try parser.parse()
    var compiler = RegexCompiler()
    try compiler.compile(node)
    program = compiler.program + [.match]
  }

  /// Whether the whole text matches, as `^(?:pattern)$` does.
  package func matchesWhole(_ text: String) -> Bool { isMatched(Array(text.unicodeScalars), whole: true) }

  /// Whether some part of the text matches.
  func matchesPart(_ text: String) -> Bool { isMatched(Array(text.unicodeScalars), whole: false) }

  enum Instruction: Sendable {
    case scalar(ScalarClass)
    case split(Int, Int)
    case jump(Int)
    case assertion(RegexNode.Assertion)
    case match
  }

  /// Runs all threads of the program side by side; each instruction is visited once for each position.
  private func isMatched(_ text: [Unicode.Scalar], whole: Bool) -> Bool {
    var current: [Int] = []
    var next: [Int] = []
    var visited = Array(repeating: -1, count: program.count)
    for position in 0...text.count {
      // A match of a part may begin anywhere.
      if position == 0 || !whole { add(0, at: position, to: &current, &visited, text) }
      if current.isEmpty, whole { return false }
      for index in current {
        switch program[index] {
        case .match: if !whole || position == text.count { return true }
        case .scalar(let scalars) where position < text.count && scalars.contains(text[position]):
          add(index + 1, at: position + 1, to: &next, &visited, text)
        default: break
        }
      }
      swap(&current, &next)
      next.removeAll(keepingCapacity: true)
    }
    return false
  }

  private func add(
    _ start: Int, at position: Int, to threads: inout [Int], _ visited: inout [Int], _ text: [Unicode.Scalar]
  ) {
    var pending = [start]
    while let index = pending.popLast() {
      guard visited[index] != position else { continue }
      visited[index] = position
      switch program[index] {
      case .jump(let target): pending.append(target)
      case .split(let first, let second): pending += [second, first]
      case .assertion(let assertion): if assertion.holds(at: position, in: text) { pending.append(index + 1) }
      case .scalar, .match: threads.append(index)
      }
    }
  }
}

/// A set of characters.
struct ScalarClass: Sendable {
  var ranges: [ClosedRange<UInt32>]
  var isNegated = false
  var ignoresCase = false

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    var found = ranges.contains { $0.contains(scalar.value) }
    if !found, ignoresCase, let other = Self.otherCase(scalar.value) { found = ranges.contains { $0.contains(other) } }
    return found != isNegated
  }

  private static func otherCase(_ value: UInt32) -> UInt32? {
    switch value {
    case 0x41...0x5A, 0x61...0x7A: value ^ 0x20
    default: nil
    }
  }

  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let space: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]
}

/// Turns a parsed pattern into instructions.
private struct RegexCompiler {
  var program: [LinearRegex.Instruction] = []
  private var steps = 0
  /// Counted repetitions are written out; this bounds how far.
  private static let limit = 20_000

  mutating func compile(_ node: RegexNode) throws(LinearRegex.Failure) {
    steps += 1
    guard steps <= Self.limit else { throw LinearRegex.Failure(reason: "expression is too large") }
    switch node {
    case .empty: break
    case .scalars(let scalars): program.append(.scalar(scalars))
    case .assertion(let assertion): program.append(.assertion(assertion))
    case .sequence(let nodes): for node in nodes { try compile(node) }
    case .alternatives(let nodes): try compile(alternatives: nodes[...])
    case .repetition(let node, let minimum, let maximum):
      for _ in 0..<minimum { try compile(node) }
      guard let maximum else { return try compile(star: node) }
      for _ in minimum..<max(minimum, maximum) { try compile(optional: node) }
    }
  }

  private mutating func compile(alternatives nodes: ArraySlice<RegexNode>) throws(LinearRegex.Failure) {
    guard let first = nodes.first else { return }
    guard nodes.count > 1 else { return try compile(first) }
    let split = program.count
    program.append(.split(split + 1, 0))
    try compile(first)
    let jump = program.count
    program.append(.jump(0))
    program[split] = .split(split + 1, program.count)
    try compile(alternatives: nodes.dropFirst())
    program[jump] = .jump(program.count)
  }

  private mutating func compile(star node: RegexNode) throws(LinearRegex.Failure) {
    let split = program.count
    program.append(.split(split + 1, 0))
    try compile(node)
    program.append(.jump(split))
    program[split] = .split(split + 1, program.count)
  }

  private mutating func compile(optional node: RegexNode) throws(LinearRegex.Failure) {
    let split = program.count
    program.append(.split(split + 1, 0))
    try compile(node)
    program[split] = .split(split + 1, program.count)
  }
}
