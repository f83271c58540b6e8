/// What an evaluation cannot lead to, whatever the values are that nobody knows.
extension Program {
  /// What keeps a result from being true.
  package struct Obstacle: Sendable {
    package enum Kind: Sendable {
      /// A failure that nothing absorbs, or a value that is no bool.
      case failure
      /// The expression works, and is false.
      case isFalse
      /// The steps do not suffice to say it.
      case tooLong
    }

    package var kind: Kind
    /// What is wrong, one sentence in lower case without a final stop.
    package var message: String
    /// Bytes of the expression.
    package var range: Range<Int>
  }

  /// Why the result is never true; nil when it may be.
  ///
  /// - Parameter bindings: unknown where a value is not known; what has no binding does not exist.
  package func obstacle(_ bindings: [Value]) -> Obstacle? { find(bindings) { $0.obstacle(of: root) } }

  /// Why the result is never a bool; nil when it may be, also where one operand has to absorb the failure of another.
  ///
  /// - Parameter bindings: as those of `obstacle`.
  package func certainFailure(_ bindings: [Value]) -> Obstacle? { find(bindings) { $0.indecision(of: root) } }

  private func find(_ bindings: [Value], _ search: (inout Machine) -> Obstacle?) -> Obstacle? {
    var machine = Machine(NoSource(), bindings)
    machine.begin(self, Program.defaultSteps)
    let found = search(&machine)
    if machine.evaluator.steps > 0 { return found }
    return Obstacle(kind: .tooLong, message: "evaluation takes too many steps", range: ranges[Int(root)])
  }
}

extension Machine {
  private typealias Obstacle = Program.Obstacle

  /// Why an operation never gives true.
  fileprivate mutating func obstacle(of index: Int32) -> Program.Obstacle? {
    switch program.operations[Int(index)] {
    case .and(let first, let count):
      for child in first..<first + count {
        if let found = obstacle(of: program.children[Int(child)]) { return found }
      }
      return nil
    case .or(let first, let count):
      return ofAll(first, count) { $0.obstacle(of: $1) }
    case .choose(let condition, let first, let second):
      if let found = indecision(of: condition) { return found }
      if case .bool(let isFirst) = evaluate(condition) { return obstacle(of: isFirst ? first : second) }
      return obstacle(of: first).flatMap { found in obstacle(of: second).map { _ in found } }
    default:
      if let found = indecision(of: index) { return found }
      guard case .bool(false) = evaluate(index) else { return nil }
      return Obstacle(kind: .isFalse, message: "it is always false", range: program.ranges[Int(index)])
    }
  }

  /// Why an operation never gives a bool.
  fileprivate mutating func indecision(of index: Int32) -> Program.Obstacle? {
    switch program.operations[Int(index)] {
    case .and(let first, let count), .or(let first, let count):
      if let found = ofAll(first, count, { $0.indecision(of: $1) }) { return found }
    case .choose(let condition, let first, let second):
      if let found = indecision(of: condition) { return found }
      if case .bool(let isFirst) = evaluate(condition) { return indecision(of: isFirst ? first : second) }
      return indecision(of: first).flatMap { found in indecision(of: second).map { _ in found } }
    default: if let found = failure(of: index) { return found }
    }
    let range = program.ranges[Int(index)]
    switch evaluate(index) {
    case .bool: return nil
    case .unknown: return typeProblem(of: index)
    case .failure(let failure):
      return Obstacle(kind: .failure, message: failure.message, range: failure.range ?? range)
    case let value: return noBool("'\(evaluator.type(of: value).runtimeName)'", range)
    }
  }

  /// The first of what keeps each of some operands; nil when nothing keeps one of them.
  private mutating func ofAll(
    _ first: Int32, _ count: Int32, _ search: (inout Machine, Int32) -> Obstacle?
  ) -> Obstacle? {
    var result: Obstacle?
    for child in first..<first + count {
      guard let found = search(&self, program.children[Int(child)]) else { return nil }
      result = result ?? found
    }
    return result
  }

  private func noBool(_ what: String, _ range: Range<Int>) -> Obstacle {
    Obstacle(kind: .failure, message: "the result is \(what), but 'bool' is expected", range: range)
  }

  /// Why an operation is no bool, whatever its operands are.
  private func typeProblem(of index: Int32) -> Obstacle? {
    let range = program.ranges[Int(index)]
    switch program.operations[Int(index)] {
    case .list: return noBool("'list'", range)
    case .map: return noBool("'map'", range)
    case .negate: return noBool("a number", range)
    case .optionalPath, .optionalMap, .select(_, _, isOptional: true), .index(_, _, isOptional: true):
      return noBool("an optional", range)
    case .binary(let operation, _, _):
      return operation.isComparison ? nil : noBool("that of '\(operation.symbol)'", range)
    case .loop(let number):
      switch program.loops[Int(number)].kind {
      case .all, .exists, .existsOne: return nil
      case .filter, .map, .sortBy: return noBool("'list'", range)
      case .transformMap, .transformMapEntry: return noBool("a list or a map", range)
      }
    case .call(let builtin, _, _, _):
      let name = String(builtin.rawValue.prefix { $0 != "@" || builtin.rawValue.hasPrefix("math") })
      let results = Library.overloads(of: name, in: Library.allCases).map(\.result)
      guard let first = results.first, results.allSatisfy({ !$0.mayBeBool }) else { return nil }
      return noBool(Set(results).count == 1 ? "'\(first.description)'" : "no bool", range)
    case .bind(_, _, let body): return typeProblem(of: body)
    default: return nil
    }
  }

  /// Why an operation always fails, as far as it can be said without the values that are not known.
  private mutating func failure(of index: Int32) -> Obstacle? {
    switch program.operations[Int(index)] {
    case .constant, .local: return nil
    case .path(let operand, _, _), .optionalPath(let operand, _, _): return failure(of: operand)
    case .hasOptionalPath(let path), .equalsOptional(let path, _, _), .optionalPathOr(let path, _):
      return failure(of: path)
    case .variable:
      guard case .failure(let failure) = evaluate(index) else { return nil }
      return Obstacle(kind: .failure, message: failure.message, range: failure.range ?? program.ranges[Int(index)])
    case .undeclared(let name, _, _):
      return Obstacle(kind: .failure, message: program.names[Int(name)], range: program.ranges[Int(index)])
    case .and(let first, let count), .or(let first, let count):
      // One operand can absorb the failure of another.
      return ofAll(first, count) { $0.failure(of: $1) }
    case .choose(let condition, let first, let second):
      if let found = failure(of: condition) ?? typeProblem(of: condition) { return found }
      return failure(of: first).flatMap { found in failure(of: second).map { _ in found } }
    case .not(let operand): return failure(of: operand) ?? typeProblem(of: operand)
    case .select(let operand, _, _), .has(let operand, _), .negate(let operand),
      .matches(let operand, _), .optionalElement(let operand):
      return failure(of: operand)
    case .index(let left, let right, _), .binary(_, let left, let right):
      return failure(of: left) ?? failure(of: right)
    case .call(_, let first, let count, _), .host(_, let first, let count, _), .list(let first, let count),
      .map(let first, let count):
      for child in first..<first + count {
        if let found = failure(of: program.children[Int(child)]) { return found }
      }
      return nil
    case .loop(let index): return failure(of: program.loops[Int(index)].range)
    case .bind(_, let value, _): return failure(of: value)
    case .optionalMap(let target, _, _, _): return failure(of: target)
    }
  }
}

extension CELType {
  /// Whether a value of the type may be a bool.
  fileprivate var mayBeBool: Bool {
    switch self {
    case .bool, .dyn, .parameter, .variable: true
    default: false
    }
  }
}
