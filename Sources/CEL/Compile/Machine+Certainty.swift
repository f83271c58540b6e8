/// What an evaluation cannot lead to, whatever the values are that nobody knows.
extension Program {
  /// Why the result is never true: a failure that nothing absorbs, a value that is no bool, or false.
  ///
  /// - Parameter bindings: unknown where a value is not known; what has no binding does not exist.
  /// - Returns: What is wrong and at which bytes, and whether the expression works and is only false; nil when the result
  ///   may be true.
  package func obstacle(_ bindings: [Value]) -> (message: String, range: Range<Int>, isFalse: Bool)? {
    var machine = Machine(NoSource(), bindings)
    machine.begin(self, Program.defaultSteps)
    return machine.obstacle(of: root)
  }
}

extension Machine {
  typealias Obstacle = (message: String, range: Range<Int>, isFalse: Bool)

  /// Why an operation never gives true.
  fileprivate mutating func obstacle(of index: Int32) -> Obstacle? {
    switch program.operations[Int(index)] {
    case .and(let first, let count):
      for child in first..<first + count {
        if let found = obstacle(of: program.children[Int(child)]) { return found }
      }
      return nil
    case .or(let first, let count):
      var last: Obstacle?
      for child in first..<first + count {
        guard let found = obstacle(of: program.children[Int(child)]) else { return nil }
        last = last ?? found
      }
      return last
    case .choose(let condition, let first, let second):
      if let found = failure(of: condition) { return found }
      if case .bool(let isFirst) = evaluate(condition) { return obstacle(of: isFirst ? first : second) }
      return obstacle(of: first).flatMap { found in obstacle(of: second).map { _ in found } }
    default: break
    }
    if let found = failure(of: index) { return found }
    let range = program.ranges[Int(index)]
    switch evaluate(index) {
    case .bool(true), .unknown: return nil
    case .bool(false): return ("it is always false", range, true)
    case .failure(let failure): return (failure.message, failure.range ?? range, false)
    case let value: return ("it is '\(evaluator.type(of: value).runtimeName)', but 'bool' is expected", range, false)
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
      return (failure.message, failure.range ?? program.ranges[Int(index)], false)
    case .undeclared(let name, _, _): return (program.names[Int(name)], program.ranges[Int(index)], false)
    case .and(let first, let count), .or(let first, let count):
      // One operand can absorb the failure of another.
      var found: Obstacle?
      for child in first..<first + count {
        guard let failure = failure(of: program.children[Int(child)]) else { return nil }
        found = found ?? failure
      }
      return found
    case .choose(let condition, let first, let second):
      if let found = failure(of: condition) { return found }
      return failure(of: first).flatMap { found in failure(of: second).map { _ in found } }
    case .select(let operand, _, _), .has(let operand, _), .not(let operand), .negate(let operand),
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
