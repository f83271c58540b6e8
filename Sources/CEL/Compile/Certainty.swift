/// What an evaluation cannot lead to, whatever the values are that nobody knows.
extension Program {
  /// What keeps a result from being what is wanted.
  package struct Obstacle: Sendable {
    package enum Kind: Sendable {
      /// A failure that nothing absorbs, or a value that is no bool.
      case failure
      /// The expression works, and is false.
      case isFalse
      /// The same, and true.
      case isTrue
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
  /// - Parameters:
  ///   - bindings: unknown where a value is not known; what has no binding does not exist.
  ///   - types: what is known of values that are not, in the same order. A number is a `double`, an object has the fields
  ///     that its type knows.
  package func obstacle(_ bindings: [Value], _ types: [CELType] = []) -> Obstacle? {
    find(bindings, types) { $0.obstacle(of: root) }
  }

  /// Why the result is never false: it is always true, or never a bool. Nil when it may be false, also where one operand
  /// has to absorb the failure of another.
  ///
  /// - Parameters: as those of `obstacle`.
  package func certainty(_ bindings: [Value], _ types: [CELType] = []) -> Obstacle? {
    find(bindings, types) { search in search.indecision(of: root) ?? search.truth(of: root) }
  }

  private func find(
    _ bindings: [Value], _ types: [CELType], _ search: (inout Certainty) -> Obstacle?
  ) -> Obstacle? {
    var certainty = Certainty(self, bindings, types)
    let found = search(&certainty)
    if certainty.machine.evaluator.steps > 0 { return found }
    return Obstacle(kind: .tooLong, message: "evaluation takes too many steps", range: ranges[Int(root)])
  }
}

/// A search through the operations of a program for what is the same for all values.
private struct Certainty {
  private typealias Obstacle = Program.Obstacle

  var machine: Machine
  let program: Program
  let types: [CELType]

  init(_ program: Program, _ bindings: [Value], _ types: [CELType]) {
    (self.program, self.types) = (program, types)
    machine = Machine(NoSource(), bindings)
    machine.begin(program, Program.defaultSteps)
  }

  private func operation(_ index: Int32) -> Operation { program.operations[Int(index)] }
  private func range(_ index: Int32) -> Range<Int> { program.ranges[Int(index)] }
  private func children(_ first: Int32, _ count: Int32) -> ArraySlice<Int32> {
    program.children[Int(first)..<Int(first + count)]
  }

  // MARK: What a result is not

  /// Why an operation never gives true.
  mutating func obstacle(of index: Int32) -> Program.Obstacle? {
    switch operation(index) {
    case .and(let first, let count):
      for child in children(first, count) {
        if let found = obstacle(of: child) { return found }
      }
      return nil
    case .or(let first, let count): return ofAll(first, count) { $0.obstacle(of: $1) }
    case .choose(let condition, let first, let second):
      if let found = indecision(of: condition) { return found }
      if let isFirst = decided(condition) { return obstacle(of: isFirst ? first : second) }
      return obstacle(of: first).flatMap { found in obstacle(of: second).map { _ in found } }
    default:
      if let found = indecision(of: index) { return found }
      guard decided(index) == false else { return nil }
      return Obstacle(kind: .isFalse, message: reason(of: index) ?? "it is always false", range: range(index))
    }
  }

  /// Whether an operation never gives false.
  mutating func truth(of index: Int32) -> Program.Obstacle? {
    guard decided(index) == true else { return nil }
    return Obstacle(kind: .isTrue, message: reason(of: index) ?? "it is always true", range: range(index))
  }

  /// Why an operation never gives a bool.
  mutating func indecision(of index: Int32) -> Program.Obstacle? {
    switch operation(index) {
    case .and(let first, let count), .or(let first, let count):
      if let found = ofAll(first, count, { $0.indecision(of: $1) }) { return found }
    case .choose(let condition, let first, let second):
      if let found = indecision(of: condition) { return found }
      if let isFirst = decided(condition) { return indecision(of: isFirst ? first : second) }
      return indecision(of: first).flatMap { found in indecision(of: second).map { _ in found } }
    default: if let found = failure(of: index) { return found }
    }
    switch value(of: index) {
    case .bool: return nil
    case .unknown: return typeProblem(of: index)
    case .failure(let failure):
      return Obstacle(kind: .failure, message: failure.message, range: failure.range ?? range(index))
    case let value: return noBool("'\(machine.evaluator.type(of: value).runtimeName)'", range(index))
    }
  }

  /// The first of what keeps each of some operands; nil when nothing keeps one of them.
  private mutating func ofAll(
    _ first: Int32, _ count: Int32, _ search: (inout Certainty, Int32) -> Obstacle?
  ) -> Obstacle? {
    var result: Obstacle?
    for child in children(first, count) {
      guard let found = search(&self, child) else { return nil }
      result = result ?? found
    }
    return result
  }

  private func noBool(_ what: String, _ range: Range<Int>) -> Obstacle {
    Obstacle(kind: .failure, message: "the result is \(what), but 'bool' is expected", range: range)
  }

  /// Why an operation is no bool, whatever its operands are.
  private func typeProblem(of index: Int32) -> Obstacle? {
    let range = range(index)
    switch operation(index) {
    case .negate: return noBool("a number", range)
    case .binary(let operation, _, _):
      return operation.isComparison ? nil : noBool("that of '\(operation.symbol)'", range)
    case .call(let builtin, _, _, _):
      let results = Self.results(of: builtin)
      guard let first = results.first, results.allSatisfy({ !$0.mayBeBool }) else { return nil }
      return noBool(Set(results).count == 1 ? "'\(first.description)'" : "no bool", range)
    case .loop(let number):
      switch program.loops[Int(number)].kind {
      case .transformMap, .transformMapEntry: return noBool("a list or a map", range)
      default: break
      }
    case .bind(_, _, let body): return typeProblem(of: body)
    default: break
    }
    switch type(of: index) {
    case .bool, .dyn, .parameter, .variable: return nil
    case .optional: return noBool("an optional", range)
    case .double: return noBool("a number", range)
    case let type: return noBool("'\(TypeClass(type)?.words ?? type.runtimeName)'", range)
    }
  }

  private static func results(of builtin: Builtin) -> [CELType] {
    let name = String(builtin.rawValue.prefix { $0 != "@" || builtin.rawValue.hasPrefix("math") })
    return Library.overloads(of: name, in: Library.allCases).map(\.result)
  }

  /// Why an operation always fails, as far as it can be said without the values that are not known.
  private mutating func failure(of index: Int32) -> Obstacle? {
    switch operation(index) {
    case .constant, .local: return nil
    case .path(let operand, let firstKey, let count):
      return failure(of: operand) ?? missing(firstKey, count, below: operand)
    case .optionalPath(let operand, _, _): return failure(of: operand)
    case .hasOptionalPath(let path), .equalsOptional(let path, _, _), .optionalPathOr(let path, _):
      return failure(of: path)
    case .variable:
      guard case .failure(let failure) = machine.evaluate(index) else { return nil }
      return Obstacle(kind: .failure, message: failure.message, range: failure.range ?? range(index))
    case .undeclared(let name, _, _):
      return Obstacle(kind: .failure, message: program.names[Int(name)], range: range(index))
    case .and(let first, let count), .or(let first, let count):
      // One operand can absorb the failure of another.
      return ofAll(first, count) { $0.failure(of: $1) }
    case .choose(let condition, let first, let second):
      if let found = failure(of: condition) ?? typeProblem(of: condition) { return found }
      return failure(of: first).flatMap { found in failure(of: second).map { _ in found } }
    case .not(let operand): return failure(of: operand) ?? typeProblem(of: operand)
    case .select(let operand, let key, false): return failure(of: operand) ?? missing(key, 1, below: operand)
    case .select(let operand, _, _), .has(let operand, _), .negate(let operand),
      .matches(let operand, _), .optionalElement(let operand):
      return failure(of: operand)
    case .binary(let operation, let left, let right):
      return failure(of: left) ?? failure(of: right) ?? mismatch(operation, left, right, index)
    case .index(let left, let right, let isOptional):
      if let found = failure(of: left) ?? failure(of: right) { return found }
      guard !isOptional, case .constant(let number) = operation(right),
        case .string(let name) = program.constants[Int(number)],
        case .absent(let why) = Self.member(name, of: type(of: left))
      else { return nil }
      return Obstacle(kind: .failure, message: why, range: range(right))
    case .call(_, let first, let count, _), .host(_, let first, let count, _), .list(let first, let count),
      .map(let first, let count):
      for child in children(first, count) {
        if let found = failure(of: child) { return found }
      }
      return nil
    case .loop(let index): return failure(of: program.loops[Int(index)].range)
    case .bind(_, let value, _): return failure(of: value)
    case .optionalMap(let target, _, _, _): return failure(of: target)
    }
  }

  // MARK: What types say

  /// Why a field below an operand is never there.
  private func missing(_ firstKey: Int32, _ count: Int32, below operand: Int32) -> Obstacle? {
    var type = type(of: operand)
    for key in firstKey..<firstKey + count {
      let name = program.keys.name(key)
      switch Self.member(name, of: type) {
      case .found(let next): type = next
      case .absent(let why):
        let range = Int(key) < program.keyRanges.count ? program.keyRanges[Int(key)] : range(operand)
        return Obstacle(kind: .failure, message: why, range: range)
      }
    }
    return nil
  }

  private enum Member {
    case found(CELType)
    /// Why it is never there.
    case absent(String)
  }

  private static func member(_ name: String, of type: CELType) -> Member {
    switch type {
    case .object(let object):
      return object.field(name).map { .found($0.type) } ?? .absent("there is never a field '\(name)'")
    case .map(_, let value): return .found(value)
    case .null, .bool, .int, .uint, .double, .string, .list:
      return .absent("there is no field '\(name)' in \(TypeClass(type)?.article ?? "it")")
    default: return .found(.dyn)
    }
  }

  /// Why two operands never fit an operator.
  private func mismatch(_ operation: BinaryOperator, _ left: Int32, _ right: Int32, _ index: Int32) -> Obstacle? {
    let (first, second) = (TypeClass(type(of: left)), TypeClass(type(of: right)))
    let isWrong: Bool
    switch operation {
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let first, let second else { return nil }
      isWrong = first != second || !first.hasOrder
    case .contains: isWrong = second.map { $0 != .list && $0 != .map } ?? false
    default: return nil
    }
    guard isWrong else { return nil }
    let words = [first, second].map { $0?.article ?? "a value" }
    return Obstacle(
      kind: .failure, message: "'\(operation.symbol)' does not take \(words[0]) and \(words[1])", range: range(index))
  }

  /// The type of a value, where there is one.
  private func type(of index: Int32) -> CELType {
    switch operation(index) {
    case .constant(let number): return machine.evaluator.type(of: program.constants[Int(number)])
    case .variable(let slot): return types.indices.contains(Int(slot)) ? types[Int(slot)] : .dyn
    case .path(let operand, let firstKey, let count):
      return (firstKey..<firstKey + count).reduce(type(of: operand)) { type, key in
        if case .found(let next) = Self.member(program.keys.name(key), of: type) { next } else { .dyn }
      }
    case .select(let operand, let key, false):
      guard case .found(let type) = Self.member(program.keys.name(key), of: type(of: operand)) else { return .dyn }
      return type
    case .index(let operand, _, false):
      switch type(of: operand) {
      case .list(let element): return element
      case .map(_, let value): return value
      default: return .dyn
      }
    case .optionalPath, .optionalMap, .select(_, _, true), .index(_, _, true): return .optional(.dyn)
    case .has, .hasOptionalPath, .equalsOptional, .and, .or, .not, .matches: return .bool
    case .binary(let operation, _, _): return operation.isComparison ? .bool : .dyn
    case .choose(_, let first, let second):
      let type = type(of: first)
      return type == self.type(of: second) ? type : .dyn
    case .list: return .anyList
    case .map: return .anyMap
    case .loop(let number):
      switch program.loops[Int(number)].kind {
      case .all, .exists, .existsOne: return .bool
      case .filter, .map, .sortBy: return .anyList
      case .transformMap, .transformMapEntry: return .dyn
      }
    case .call(let builtin, _, _, _):
      let results = Set(Self.results(of: builtin))
      return results.count == 1 ? results.first ?? .dyn : .dyn
    case .local, .optionalPathOr, .negate, .host, .undeclared, .bind, .optionalElement: return .dyn
    }
  }

  // MARK: What is decided

  /// A value as far as nothing but what is known makes it.
  private mutating func value(of index: Int32) -> Value {
    let value = machine.evaluate(index)
    guard case .unknown = value else { return value }
    if case .optionalPathOr(let path, let other) = operation(index), isAbsent(path) { return self.value(of: other) }
    return decided(index).map { .bool($0) } ?? value
  }

  /// What a result is wherever it is a bool; nil when it may be either.
  private mutating func decided(_ index: Int32) -> Bool? {
    switch operation(index) {
    case .and(let first, let count): return decided(first, count, deciding: false)
    case .or(let first, let count): return decided(first, count, deciding: true)
    case .not(let operand): return decided(operand).map { !$0 }
    case .choose(let condition, let first, let second):
      if let isFirst = decided(condition) { return decided(isFirst ? first : second) }
      let value = decided(first)
      return value == decided(second) ? value : nil
    case .has(let operand, let key):
      if case .absent = Self.member(program.keys.name(key), of: type(of: operand)) { return false }
    case .hasOptionalPath(let path): if isAbsent(path) { return false }
    case .equalsOptional(let path, let constant, let isNegated):
      if case .optional(let wanted) = program.constants[Int(constant)], wanted.value != nil, isAbsent(path) {
        return isNegated
      }
    case .binary(let operation, let left, let right) where operation == .equal || operation == .notEqual:
      if areUnlike(left, right) { return operation == .notEqual }
      let (left, right) = (value(of: left), value(of: right))
      if case .bool(let result) = machine.evaluator.apply(operation, left, right) { return result }
      return nil
    default: break
    }
    if case .bool(let result) = machine.evaluate(index) { return result }
    return nil
  }

  private mutating func decided(_ first: Int32, _ count: Int32, deciding: Bool) -> Bool? {
    var isOpen = false
    for child in children(first, count) {
      switch decided(child) {
      case deciding: return deciding
      case nil: isOpen = true
      default: break
      }
    }
    return isOpen ? nil : !deciding
  }

  /// Whether an optional path leads nowhere.
  private func isAbsent(_ path: Int32) -> Bool {
    guard case .optionalPath(let operand, let firstKey, let count) = operation(path) else { return false }
    var type = type(of: operand)
    for key in firstKey..<firstKey + count {
      switch (type, Self.member(program.keys.name(key), of: type)) {
      case (.object, .absent): return true
      case (_, .found(let next)): type = next
      default: return false
      }
    }
    return false
  }

  /// Whether two values are of kinds that are never equal.
  private func areUnlike(_ left: Int32, _ right: Int32) -> Bool {
    guard let first = TypeClass(type(of: left)), let second = TypeClass(type(of: right)) else { return false }
    return first != second
  }

  /// Why a comparison is always the same; nil where its operands say it.
  private func reason(of index: Int32) -> String? {
    guard case .binary(let operation, let left, let right) = operation(index),
      operation == .equal || operation == .notEqual, areUnlike(left, right)
    else { return nil }
    let words = [left, right].map { TypeClass(type(of: $0))?.article ?? "a value" }
    return "\(words[0]) is never equal to \(words[1])"
  }
}

/// Values that can be equal, or have an order. Null may stand for any of them.
private enum TypeClass {
  case bool, number, string, list, map, optional

  init?(_ type: CELType) {
    switch type {
    case .bool: self = .bool
    case .int, .uint, .double: self = .number
    case .string: self = .string
    case .list: self = .list
    case .map, .object: self = .map
    case .optional: self = .optional
    default: return nil
    }
  }

  var hasOrder: Bool { self == .bool || self == .number || self == .string }

  var words: String {
    switch self {
    case .bool: "bool"
    case .number: "number"
    case .string: "string"
    case .list: "list"
    case .map: "map"
    case .optional: "optional"
    }
  }

  var article: String { (self == .optional ? "an " : "a ") + words }
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
