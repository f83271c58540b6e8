/// Turns a parsed pattern into instructions.
struct RegexCompiler {
  var program: [RegexInstruction] = []
  var classes: [ScalarClass] = []
  private var steps = 0
  /// Counted repetitions are written out; this bounds how far.
  private static let limit = 20_000

  mutating func compile(_ node: RegexNode) throws(LinearRegex.Failure) {
    steps += 1
    guard steps <= Self.limit else { throw LinearRegex.Failure(reason: "expression is too large", isLimit: true) }
    switch node {
    case .empty: break
    case .scalar(let value): program.append(.scalar(value))
    case .any(let isNewlineIncluded): program.append(isNewlineIncluded ? .any : .anyButNewline)
    case .oneOf(let scalars):
      program.append(.oneOf(classes.count))
      classes.append(scalars)
    case .assertion(let assertion): program.append(.assertion(assertion))
    case .group(let index, let node):
      program.append(.save(2 * index))
      try compile(node)
      program.append(.save(2 * index + 1))
    case .sequence(let nodes): for node in nodes { try compile(node) }
    case .alternatives(let nodes): try compile(alternatives: nodes)
    case .repetition(let node, let minimum, let maximum, let isLazy):
      if minimum == 1, maximum == nil { return try compile(plus: node, isLazy) }
      for _ in 0..<minimum { try compile(node) }
      guard let maximum else {
        return node.canBeEmpty
          ? try compile(optional: .repetition(node, minimum: 1, maximum: nil, isLazy: isLazy), isLazy)
          : try compile(star: node, isLazy)
      }
      // `x{0,3}` is `(x(x(x)?)?)?`: behind the first that is left out there are no more.
      var splits: [Int] = []
      for _ in minimum..<max(minimum, maximum) {
        splits.append(program.count)
        program.append(.split(0, 0))
        try compile(node)
      }
      for split in splits { program[split] = choice(split + 1, program.count, isLazy) }
    }
  }

  private func choice(_ inside: Int, _ outside: Int, _ isLazy: Bool) -> RegexInstruction {
    isLazy ? .split(outside, inside) : .split(inside, outside)
  }

  private mutating func compile(alternatives nodes: [RegexNode]) throws(LinearRegex.Failure) {
    var jumps: [Int] = []
    for (index, node) in nodes.enumerated() {
      guard index < nodes.count - 1 else {
        try compile(node)
        break
      }
      let split = program.count
      program.append(.split(split + 1, 0))
      try compile(node)
      jumps.append(program.count)
      program.append(.jump(0))
      program[split] = .split(split + 1, program.count)
    }
    for jump in jumps { program[jump] = .jump(program.count) }
  }

  private mutating func compile(star node: RegexNode, _ isLazy: Bool) throws(LinearRegex.Failure) {
    let split = program.count
    program.append(.split(split + 1, 0))
    try compile(node)
    program.append(.jump(split))
    program[split] = choice(split + 1, program.count, isLazy)
  }

  private mutating func compile(plus node: RegexNode, _ isLazy: Bool) throws(LinearRegex.Failure) {
    let start = program.count
    try compile(node)
    program.append(choice(start, program.count + 1, isLazy))
  }

  private mutating func compile(optional node: RegexNode, _ isLazy: Bool) throws(LinearRegex.Failure) {
    let split = program.count
    program.append(.split(split + 1, 0))
    try compile(node)
    program[split] = choice(split + 1, program.count, isLazy)
  }

  /// The literal bytes that every match begins with.
  static func literalPrefix(of node: RegexNode) -> [UInt8] {
    switch node {
    case .scalar(let value): return Unicode.Scalar(value).map { Array(String($0).utf8) } ?? []
    case .group(_, let node): return literalPrefix(of: node)
    case .sequence(let nodes):
      guard let first = nodes.first(where: { if case .empty = $0 { false } else { true } }) else { return [] }
      return literalPrefix(of: first)
    case .repetition(let node, let minimum, _, _): return minimum > 0 ? literalPrefix(of: node) : []
    default: return []
    }
  }
}
