import TextMatching

/// Turns a checked expression into operations, and folds what is constant.
struct Compiler {
  let environment: Environment
  private let bindings: TypeBindings
  private(set) var operations: ContiguousArray<Operation> = []
  private(set) var ranges: [Range<Int>] = []
  private(set) var children: ContiguousArray<Int32> = []
  private(set) var constants: ContiguousArray<Value> = []
  private(set) var keys: [String] = []
  private(set) var keyRanges: [Range<Int>] = []
  private(set) var loops: [LoopOperation] = []
  private(set) var guards: [Guard] = []
  private(set) var patterns: [LinearRegex] = []
  private(set) var names: [String] = []
  private var depthOfLocals: Int32 = 0

  init(_ environment: Environment, _ bindings: TypeBindings) {
    self.environment = environment
    self.bindings = bindings
  }

  private mutating func emit(_ operation: Operation, _ expression: Expression) -> Int32 {
    operations.append(operation)
    ranges.append(expression.mark)
    return Int32(operations.count - 1)
  }

  private mutating func emit(constant: Value, _ expression: Expression) -> Int32 {
    constants.append(constant)
    return emit(.constant(Int32(constants.count - 1)), expression)
  }

  private func constant(_ operation: Int32) -> Value? {
    if case .constant(let index) = operations[Int(operation)] { constants[Int(index)] } else { nil }
  }

  private mutating func key(_ name: String, _ expression: Expression) -> Int32 {
    keys.append(name)
    keyRanges.append(expression.mark)
    return Int32(keys.count - 1)
  }

  private mutating func group(_ members: [Int32]) -> Int32 {
    children.append(contentsOf: members)
    return Int32(children.count - members.count)
  }

  private mutating func name(_ text: String) -> Int32 {
    names.append(text)
    return Int32(names.count - 1)
  }

  mutating func compile(_ expression: Expression) throws(CELError) -> Int32 {
    switch expression.meaning {
    case .variable(let slot): return emit(.variable(Int32(slot)), expression)
    case .local(let slot): return emit(.local(Int32(slot)), expression)
    case .type(let type): return emit(constant: .type(type), expression)
    case .undeclared(let text):
      return emit(.undeclared(name("'\(text)' is not declared"), first: 0, count: 0), expression)
    case .function(let function): return try call(expression, function)
    case nil: break
    }
    switch expression.kind {
    case .literal(let value): return emit(constant: value, expression)
    case .name: return emit(.undeclared(name("name is not declared"), first: 0, count: 0), expression)
    case .select(let operand, let field, let isOptional): return try select(expression, operand, field, isOptional)
    case .has(let operand, let field):
      let compiled = try compile(operand)
      return emit(.has(compiled, key: key(field, expression)), expression)
    case .index(let operand, let index, let isOptional):
      let (first, second) = (try compile(operand), try compile(index))
      if let path = optionalPath(expression, first, second, isOptional) { return path }
      return emit(.index(first, second, isOptional: isOptional), expression)
    case .call(let name, _, let arguments): return try operatorCall(expression, name, arguments)
    case .and(let operands):
      let members = try compile(operands)
      return emit(.and(first: group(members), count: Int32(members.count)), expression)
    case .or(let operands):
      let members = try compile(operands)
      return emit(.or(first: group(members), count: Int32(members.count)), expression)
    case .list(let elements): return try list(expression, elements)
    case .map(let entries): return try map(expression, entries)
    case .message(let text):
      return emit(.undeclared(name("'\(text)' is not declared"), first: 0, count: 0), expression)
    case .loop(let loop): return try self.loop(expression, loop)
    case .bind(_, let value, let body):
      let compiled = try compile(value)
      let slot = depthOfLocals
      depthOfLocals += 1
      let inner = try compile(body)
      depthOfLocals -= 1
      return emit(.bind(slot: slot, compiled, inner), expression)
    case .optionalMap(let target, _, let body, let isFlat):
      let compiled = try compile(target)
      let slot = depthOfLocals
      depthOfLocals += 1
      let inner = try compile(body)
      depthOfLocals -= 1
      return emit(.optionalMap(compiled, slot: slot, inner, isFlat: isFlat), expression)
    }
  }

  private mutating func compile(_ expressions: [Expression]) throws(CELError) -> [Int32] {
    var result: [Int32] = []
    for expression in expressions { result.append(try compile(expression)) }
    return result
  }

  /// A field below fields is one path.
  private mutating func select(
    _ expression: Expression, _ operand: Expression, _ field: String, _ isOptional: Bool
  ) throws(CELError) -> Int32 {
    let compiled = try compile(operand)
    if let path = optionalPath(expression, compiled, field, isOptional) { return path }
    switch operations[Int(compiled)] {
    case .path(let root, let first, let count)
    where Int(first + count) == keys.count && Int(compiled) == operations.count - 1:
      operations.removeLast()
      ranges.removeLast()
      _ = key(field, expression)
      return emit(.path(root, firstKey: first, count: count + 1), expression)
    case .variable, .local: return emit(.path(compiled, firstKey: key(field, expression), count: 1), expression)
    default: return emit(.select(compiled, key: key(field, expression), isOptional: false), expression)
    }
  }

  /// A field of an optional, or an optional field: with those before it one path.
  private mutating func optionalPath(
    _ expression: Expression, _ operand: Int32, _ field: String, _ isOptional: Bool
  ) -> Int32? {
    if case .optionalPath(let root, let first, let count) = operations[Int(operand)] {
      guard Int(first + count) == keys.count, Int(operand) == operations.count - 1 else { return nil }
      operations.removeLast()
      ranges.removeLast()
      _ = key(field, expression)
      return emit(.optionalPath(root, firstKey: first, count: count + 1), expression)
    }
    return isOptional ? emit(.optionalPath(operand, firstKey: key(field, expression), count: 1), expression) : nil
  }

  /// The same for an index that is a text, whose operation is the last.
  private mutating func optionalPath(
    _ expression: Expression, _ operand: Int32, _ index: Int32, _ isOptional: Bool
  ) -> Int32? {
    guard case .string(let field)? = constant(index), Int(operand) == operations.count - 2 else { return nil }
    let (operation, range) = (operations.removeLast(), ranges.removeLast())
    if let path = optionalPath(expression, operand, field, isOptional) { return path }
    operations.append(operation)
    ranges.append(range)
    return nil
  }

  private mutating func list(_ expression: Expression, _ elements: [Expression.Element]) throws(CELError) -> Int32 {
    var members: [Int32] = []
    for element in elements {
      let compiled = try compile(element.value)
      members.append(element.isOptional ? emit(.optionalElement(compiled), element.value) : compiled)
    }
    let values = members.compactMap(constant)
    if values.count == members.count { return emit(constant: .list(values), expression) }
    return emit(.list(first: group(members), count: Int32(members.count)), expression)
  }

  private mutating func map(_ expression: Expression, _ entries: [Expression.Entry]) throws(CELError) -> Int32 {
    var members: [Int32] = []
    for entry in entries {
      members.append(try compile(entry.key))
      let value = try compile(entry.value)
      members.append(entry.isOptional ? emit(.optionalElement(value), entry.value) : value)
    }
    let values = members.compactMap(constant)
    if values.count == members.count, stride(from: 0, to: values.count, by: 2).allSatisfy({ MapKey(values[$0]) != nil })
    {
      let pairs = stride(from: 0, to: values.count, by: 2).map { (key: values[$0], value: values[$0 + 1]) }
      return emit(constant: .map(MapValue(pairs)), expression)
    }
    return emit(.map(first: group(members), count: Int32(members.count)), expression)
  }

  private mutating func loop(_ expression: Expression, _ loop: Expression.Loop) throws(CELError) -> Int32 {
    let range = try compile(loop.range)
    let slot = depthOfLocals
    depthOfLocals += loop.second == nil ? 1 : 2
    let condition = try loop.condition.map { (condition) throws(CELError) in try compile(condition) } ?? -1
    let body = try loop.body.map { (body) throws(CELError) in try compile(body) } ?? -1
    depthOfLocals = slot
    loops.append(
      LoopOperation(
        kind: loop.kind, range: range, slot: slot, hasSecond: loop.second != nil, condition: condition, body: body))
    return emit(.loop(Int32(loops.count - 1)), expression)
  }

  // MARK: Calls

  private mutating func operatorCall(
    _ expression: Expression, _ name: String, _ arguments: [Expression]
  ) throws(CELError) -> Int32 {
    let members = try compile(arguments)
    switch (name, members.count) {
    case ("_?_:_", 3): return emit(.choose(members[0], members[1], members[2]), expression)
    case ("!_", 1): return emit(.not(members[0]), expression)
    case ("-_", 1): return emit(.negate(members[0]), expression)
    default: break
    }
    guard members.count == 2, let operation = BinaryOperator(name) else {
      return emit(.undeclared(self.name("'\(name)' is not declared"), first: 0, count: 0), expression)
    }
    if let left = constant(members[0]), let right = constant(members[1]) {
      var evaluator = Evaluator(source: NoSource(), steps: Self.foldingSteps)
      let value = evaluator.apply(operation, left, right)
      if !value.isAbnormal { return emit(constant: value, expression) }
    }
    if operation == .equal || operation == .notEqual, case .optionalPath = operations[Int(members[0])],
      case .constant(let place) = operations[Int(members[1])], case .optional = constants[Int(place)]
    {
      return emit(
        .equalsOptional(members[0], constant: place, isNegated: operation == .notEqual), expression)
    }
    return emit(.binary(operation, members[0], members[1]), expression)
  }

  private static let foldingSteps = 10_000

  private mutating func call(_ expression: Expression, _ function: FunctionReference) throws(CELError) -> Int32 {
    guard case .call(let written, let target, let arguments) = expression.kind else {
      return emit(.undeclared(name("function is not declared"), first: 0, count: 0), expression)
    }
    // Operators are called by their names too, but know their operands themselves.
    if target == nil, BinaryOperator(written) != nil || ["_?_:_", "!_", "-_"].contains(written) {
      return try operatorCall(expression, written, arguments)
    }
    let operands = function.isQualified || target == nil ? arguments : (target.map { [$0] } ?? []) + arguments
    let members = try compile(operands)
    let first = group(members)
    let count = Int32(members.count)
    if !function.isDeclared {
      let message = "function '\(function.name)' is not declared"
      guard !members.isEmpty else { throw CELError(.plan, message, expression.mark) }
      return emit(.undeclared(name(message), first: first, count: count), expression)
    }
    var guardIndex: Int32 = -1
    if function.isGuarded {
      guards.append(
        Guard(name: function.name, overloads: function.overloads.map(\.parameters), count: members.count))
      guardIndex = Int32(guards.count - 1)
    }
    if let host = function.overloads.first(where: { $0.host != nil })?.host {
      return emit(.host(Int32(host), first: first, count: count, guard: guardIndex), expression)
    }
    guard let builtin = builtin(function.name, operands), members.count <= 4 else {
      return emit(
        .undeclared(name("'\(function.name)' does not take \(members.count) arguments"), first: first, count: count),
        expression)
    }
    if let folded = try folded(builtin, members, guardIndex, operands, expression) { return folded }
    if let path = members.first, case .optionalPath = operations[Int(path)] {
      if builtin == .orValue, members.count == 2 { return emit(.optionalPathOr(path, members[1]), expression) }
      if builtin == .hasValue { return emit(.hasOptionalPath(path), expression) }
    }
    if builtin == .matches, members.count == 2, case .string(let pattern)? = constant(members[1]),
      let regex = try? LinearRegex(pattern)
    {
      patterns.append(regex)
      return emit(.matches(members[0], pattern: Int32(patterns.count - 1)), expression)
    }
    return emit(.call(builtin, first: first, count: count, guard: guardIndex), expression)
  }

  /// The function of a name; the sum of an empty list depends on the type of its elements.
  private func builtin(_ name: String, _ operands: [Expression]) -> Builtin? {
    guard name == "sum", let list = operands.first, case .list(let element) = bindings.resolved(list.type) else {
      return Builtin.named(name)
    }
    switch element {
    case .uint: return .sumOfUints
    case .double: return .sumOfDoubles
    case .duration: return .sumOfDurations
    default: return .sum
    }
  }

  /// The value of a call of constants. Where the host folds, a constant that cannot be converted is no program.
  private mutating func folded(
    _ builtin: Builtin, _ members: [Int32], _ guardIndex: Int32, _ operands: [Expression], _ expression: Expression
  ) throws(CELError) -> Int32? {
    if environment.foldsConstants, builtin.takesPattern, members.count >= 2, isFoldable(operands[1]),
      case .string(let pattern)? = constant(members[1])
    {
      do throws(LinearRegex.Failure) { _ = try LinearRegex(pattern) } catch {
        throw CELError(.plan, "'\(pattern)' is no regular expression: \(error.reason)", operands[1].range)
      }
    }
    var arguments = Arguments(count: members.count)
    for (index, member) in members.enumerated() {
      guard let value = constant(member) else { return nil }
      arguments[index] = value
    }
    var evaluator = Evaluator(
      source: NoSource(), steps: Self.foldingSteps, quotesInFormats: environment.quotesInFormats)
    let fits = guardIndex < 0 || guards[Int(guardIndex)].fits(arguments, evaluator)
    let value = fits ? evaluator.call(builtin, arguments) : evaluator.noOverload(builtin.rawValue, arguments.values)
    if case .failure(let failure) = value {
      if environment.foldsConstants, builtin.isConversion, members.count == 1, isFoldable(operands[0]) {
        throw CELError(.plan, failure.message, operands[0].range)
      }
      return nil
    }
    // An error in a list is one only when it is looked at; what is not known offline is never constant.
    return value.isAbnormal ? nil : emit(constant: value, expression)
  }

  /// What cel-go folds: literals, lists and maps of them, and conversions.
  private func isFoldable(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .literal: true
    case .list(let elements): elements.allSatisfy { isFoldable($0.value) && !$0.isOptional }
    case .map(let entries): entries.allSatisfy { isFoldable($0.key) && isFoldable($0.value) && !$0.isOptional }
    case .call(let name, nil, let arguments):
      arguments.count == 1 && Builtin.named(name)?.isConversion ?? false && isFoldable(arguments[0])
    default: false
    }
  }
}
