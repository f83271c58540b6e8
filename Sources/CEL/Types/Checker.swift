/// Finds what names stand for, and with a full check the types (cel-go, checker/checker.go). Notes both in the expression.
struct Checker {
  let environment: Environment
  /// The variables of the program: those declared, then those that the expression names.
  private(set) var variables: [String]
  private(set) var localCount = 0
  var bindings = TypeBindings()
  private var openSlots: [String: Int] = [:]
  /// The signatures that were looked up, by function name.
  private var signatures: [String: [Overload]] = [:]
  private var scopes: [(name: String, slot: Int, type: CELType)] = []

  private static let largestType = 500

  var isChecking: Bool { if case .full = environment.checking { true } else { false } }

  init(_ environment: Environment) {
    self.environment = environment
    variables = environment.variables.map(\.name)
  }

  func failure(_ message: String, _ range: Range<Int>) -> CELError { CELError(.check, message, range) }

  private func describe(_ type: CELType) -> String { bindings.resolved(type, isFinal: true).description }

  @discardableResult
  mutating func check(_ expression: Expression) throws(CELError) -> CELType {
    let type = try typed(expression)
    // A map of itself to itself, again and again, doubles each time.
    guard bindings.resolved(type).size <= Self.largestType else {
      throw failure("the type of the expression is too large", expression.range)
    }
    expression.type = isChecking ? type : .dyn
    return expression.type
  }

  private mutating func typed(_ expression: Expression) throws(CELError) -> CELType {
    switch expression.kind {
    case .literal(let value): return value.literalType
    case .name, .select(_, _, isOptional: false):
      if let type = try named(expression) { return type }
      guard case .select(let operand, let field, _) = expression.kind else { return .dyn }
      return try self.field(of: try check(operand), field, expression, isOptional: false)
    case .select(let operand, let field, isOptional: true):
      return try self.field(of: try check(operand), field, expression, isOptional: true)
    case .has(let operand, let name):
      _ = try self.field(of: try check(operand), name, expression, isOptional: false)
      return .bool
    case .index(let operand, let index, let isOptional):
      let types = [try check(operand), try check(index)]
      return try resolved(isOptional ? "_[?_]" : "_[_]", types, isMember: false, expression).type
    case .call(let name, let target, let arguments): return try call(expression, name, target, arguments)
    case .and(let operands), .or(let operands):
      for operand in operands { try require(.bool, try check(operand), operand) }
      return .bool
    case .list(let elements): return try list(elements)
    case .map(let entries): return try map(entries)
    case .message(let name):
      guard isChecking else { return .dyn }
      throw failure("'\(name)' is not declared", expression.range)
    case .loop(let loop): return try self.loop(loop)
    case .bind(let name, let value, let body):
      let type = try check(value)
      return try scoped([(name, type)]) { (checker) throws(CELError) in try checker.check(body) }
    case .optionalMap(let target, let name, let body, let isFlat):
      return try optionalMap(expression, target, name, body, isFlat)
    }
  }

  // MARK: Names

  private func local(_ name: String) -> (slot: Int, type: CELType)? {
    scopes.last { $0.name == name }.map { ($0.slot, $0.type) }
  }

  /// The slots of the names of a scope that is open.
  private mutating func scoped(
    _ names: [(String, CELType)], _ body: (inout Checker) throws(CELError) -> CELType
  ) throws(CELError) -> CELType {
    let outer = scopes.count
    for (name, type) in names { scopes.append((name, scopes.count, type)) }
    localCount = max(localCount, scopes.count)
    let result = try body(&self)
    scopes.removeLast(scopes.count - outer)
    return result
  }

  /// What a name or a path as a whole stands for; nil for a path that is none.
  private mutating func named(_ expression: Expression) throws(CELError) -> CELType? {
    guard let (name, isRooted) = expression.qualifiedName else { return nil }
    let isPath = if case .select = expression.kind { true } else { false }
    if !isRooted, let root = expression.rootName, case .name(let first, _) = root.kind, let local = local(first) {
      guard !isPath else { return nil }
      expression.meaning = .local(local.slot)
      return local.type
    }
    for candidate in environment.candidates(name, isRooted: isRooted) {
      if let slot = environment.slot(candidate) {
        expression.meaning = .variable(slot)
        return environment.variables[slot].type
      }
      if let type = environment.type(named: candidate) {
        expression.meaning = .type(type)
        return .type(type)
      }
    }
    guard !isPath else { return nil }
    if environment.hasOpenVariables {
      let slot = openSlots[name] ?? variables.count
      if slot == variables.count {
        variables.append(name)
        openSlots[name] = slot
      }
      expression.meaning = .variable(slot)
      return .dyn
    }
    guard isChecking else {
      expression.meaning = .undeclared(name)
      return .dyn
    }
    throw failure("'\(name)' is not declared", expression.range)
  }

  private mutating func field(
    of operand: CELType, _ name: String, _ expression: Expression, isOptional: Bool
  ) throws(CELError) -> CELType {
    var (type, isThroughOptional) = (bindings.resolved(operand), false)
    if case .optional(let inner) = type { (type, isThroughOptional) = (bindings.resolved(inner), true) }
    let result: CELType
    switch type {
    case .map(_, let value): result = value
    case .object(let object):
      guard let field = object.field(name) else { throw failure("'\(name)' is not declared", expression.mark) }
      if field.key != name { expression.rename(field.key) }
      result = field.type
    case .variable:
      _ = bindings.isAssignable(.dyn, type)
      result = .dyn
    case .dyn: result = .dyn
    default:
      guard !isChecking else {
        throw failure("'\(name)' is selected from '\(describe(type))', which has no fields", expression.mark)
      }
      result = .dyn
    }
    return bindings.resolved(isThroughOptional || isOptional ? .optional(result) : result)
  }

  // MARK: Calls

  private mutating func overloads(_ name: String) -> [Overload] {
    if let known = signatures[name] { return known }
    let found = environment.overloads(name)
    signatures[name] = found
    return found
  }

  private mutating func declared(_ candidates: [String]) -> String? {
    for candidate in candidates where !overloads(candidate).isEmpty { return candidate }
    return nil
  }

  private mutating func call(
    _ expression: Expression, _ name: String, _ target: Expression?, _ arguments: [Expression]
  ) throws(CELError) -> CELType {
    var types: [CELType] = []
    for argument in arguments { types.append(try check(argument)) }
    guard let target else {
      let isRooted = name.hasPrefix(".")
      let plain = isRooted ? String(name.dropFirst()) : name
      let found = declared(environment.candidates(plain, isRooted: isRooted))
      return try call(expression, found ?? plain, types, isMember: false, isQualified: false)
    }
    if let (prefix, isRooted) = target.qualifiedName, !isLocal(target, isRooted) {
      let candidates = environment.candidates(prefix + "." + name, isRooted: isRooted)
      if let found = declared(candidates) {
        return try call(expression, found, types, isMember: false, isQualified: true)
      }
    }
    types.insert(try check(target), at: 0)
    return try call(expression, name, types, isMember: true, isQualified: false)
  }

  private func isLocal(_ path: Expression, _ isRooted: Bool) -> Bool {
    guard !isRooted, let root = path.rootName, case .name(let first, _) = root.kind else { return false }
    return local(first) != nil
  }

  private mutating func call(
    _ expression: Expression, _ name: String, _ types: [CELType], isMember: Bool, isQualified: Bool
  ) throws(CELError) -> CELType {
    let (type, overloads) = try resolved(name, types, isMember: isMember, expression)
    let isCertain =
      isChecking
      && overloads.contains { overload in
        zip(overload.parameters, types).allSatisfy { Self.isCertain($0, bindings.resolved($1)) }
      }
    expression.meaning = .function(
      FunctionReference(
        name: name, isQualified: isQualified, isDeclared: !self.overloads(name).isEmpty, overloads: overloads,
        isGuarded: !isCertain))
    return type
  }

  /// Whether every value of the second type fits the parameter.
  private static func isCertain(_ parameter: CELType, _ type: CELType) -> Bool {
    switch (parameter, type) {
    case (.parameter, _), (.dyn, _): true
    case (.list(let left), .list(let right)), (.optional(let left), .optional(let right)): isCertain(left, right)
    case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
      isCertain(leftKey, rightKey) && isCertain(leftValue, rightValue)
    case (.type, .type): true
    default: parameter == type
    }
  }

  /// The overloads that fit, and the type of the call: that of all of them, or `dyn`.
  private mutating func resolved(
    _ name: String, _ types: [CELType], isMember: Bool, _ expression: Expression
  ) throws(CELError) -> (type: CELType, overloads: [Overload]) {
    let all = overloads(name)
    guard isChecking else { return (.dyn, all.filter { $0.parameters.count == types.count }) }
    var (result, fitting): (CELType?, [Overload]) = (nil, [])
    for overload in all where overload.isMember == isMember && overload.parameters.count == types.count {
      let fresh = (0..<overload.typeCount).map { _ in bindings.fresh() }
      guard bindings.areAssignable(types, overload.parameters.map { Overload.instance($0, fresh) }) else { continue }
      let type = bindings.resolved(Overload.instance(overload.result, fresh))
      if let known = result {
        if !known.isDyn, known != type { result = .dyn }
      } else {
        result = type
      }
      fitting.append(overload)
    }
    if let result { return (result, fitting) }
    throw mismatch(name, types, isMember: isMember, expression)
  }

  private func mismatch(_ name: String, _ types: [CELType], isMember: Bool, _ expression: Expression) -> CELError {
    let overloads = environment.overloads(name)
    guard !overloads.isEmpty else { return failure("function '\(name)' is not declared", expression.mark) }
    let texts = types.map(describe)
    let shown: String
    switch name {
    case "_?_:_":
      return failure(
        "the condition of '?' is '\(texts[0])', and its branches are '\(texts[1])' and '\(texts[2])'", expression.mark)
    case "_[_]", "_[?_]": return failure("'\(texts[0])' has no index of type '\(texts[1])'", expression.mark)
    case "@in": shown = "'in'"
    case "-_", "!_": shown = "'\(name.prefix(1))'"
    default: shown = name.hasPrefix("_") ? "'\(name.filter { $0 != "_" })'" : "'\(name)'"
    }
    let applied =
      isMember ? "\(texts[0]).(\(texts.dropFirst().joined(separator: ", ")))" : "(\(texts.joined(separator: ", ")))"
    return failure("\(shown) does not take '\(applied)'", expression.mark)
  }

  // MARK: Literals

  private mutating func join(_ first: CELType?, _ second: CELType, _ at: Expression) throws(CELError) -> CELType {
    guard let first else { return second }
    if bindings.isAssignable(first, second) { return TypeBindings.mostGeneral(first, second) }
    guard environment.refusesMixedLiterals, isChecking else { return .dyn }
    throw failure("type '\(describe(second))' follows '\(describe(first))'", at.range)
  }

  private mutating func unwrapped(
    _ type: CELType, _ isOptional: Bool, _ at: Expression
  ) throws(CELError) -> CELType {
    guard isOptional, isChecking else { return type }
    switch bindings.resolved(type) {
    case .optional(let inner): return inner
    case .dyn: return type
    default: throw failure("type '\(describe(type))' is not optional, as '?' wants it", at.range)
    }
  }

  private mutating func list(_ elements: [Expression.Element]) throws(CELError) -> CELType {
    var type: CELType?
    for element in elements {
      let found = try unwrapped(try check(element.value), element.isOptional, element.value)
      type = try join(type, found, element.value)
    }
    return .list(type ?? bindings.fresh())
  }

  private mutating func map(_ entries: [Expression.Entry]) throws(CELError) -> CELType {
    var (key, value): (CELType?, CELType?) = (nil, nil)
    for entry in entries {
      key = try join(key, try check(entry.key), entry.key)
      let found = try unwrapped(try check(entry.value), entry.isOptional, entry.value)
      value = try join(value, found, entry.value)
    }
    return .map(key ?? bindings.fresh(), value ?? bindings.fresh())
  }

  // MARK: Macros

  private mutating func require(_ wanted: CELType, _ type: CELType, _ at: Expression) throws(CELError) {
    guard isChecking, !bindings.isAssignable(type, wanted) else { return }
    throw failure("type '\(describe(type))' is found, but '\(wanted.description)' is expected", at.range)
  }

  private mutating func loop(_ loop: Expression.Loop) throws(CELError) -> CELType {
    let range = bindings.resolved(try check(loop.range))
    var (first, second): (CELType, CELType) = (.dyn, .dyn)
    switch range {
    case .list(let element): (first, second) = loop.second == nil ? (element, .dyn) : (.int, element)
    case .map(let key, let value): (first, second) = (key, value)
    case .dyn: break
    case .variable: _ = bindings.isAssignable(.dyn, range)
    default:
      guard !isChecking else {
        throw failure("'\(describe(range))' is neither a list nor a map to go through", loop.range.range)
      }
    }
    let names = [(loop.first, first)] + (loop.second.map { [($0, second)] } ?? [])
    let body = try scoped(names) { (checker) throws(CELError) -> CELType in
      if let condition = loop.condition {
        try checker.require(.bool, try checker.check(condition), condition)
      }
      guard let body = loop.body else { return CELType.bool }
      return try checker.check(body)
    }
    switch loop.kind {
    case .all, .exists, .existsOne: return .bool
    case .filter: return .list(first)
    case .map: return .list(body)
    case .transformMap: return .map(first, body)
    case .sortBy: return try sorted(loop, range, body)
    case .transformMapEntry:
      let (key, value) = (bindings.fresh(), bindings.fresh())
      guard !isChecking || bindings.isAssignable(body, .map(key, value)) else {
        throw failure("'transformMapEntry' wants a map, but has '\(describe(body))'", loop.body?.range ?? 0..<0)
      }
      return bindings.resolved(.map(key, value))
    }
  }

  private mutating func sorted(_ loop: Expression.Loop, _ range: CELType, _ key: CELType) throws(CELError) -> CELType {
    guard isChecking else { return .dyn }
    if case .map = range { throw failure("'sortBy' sorts lists only", loop.range.range) }
    let isOrdered: Bool =
      switch bindings.resolved(key) {
      case .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration, .dyn, .variable: true
      default: false
      }
    guard isOrdered else { throw failure("'\(describe(key))' has no order", loop.body?.range ?? 0..<0) }
    return range
  }

  private mutating func optionalMap(
    _ expression: Expression, _ target: Expression, _ name: String, _ body: Expression, _ isFlat: Bool
  ) throws(CELError) -> CELType {
    let inner = bindings.fresh()
    let type = try check(target)
    guard !isChecking || bindings.isAssignable(type, .optional(inner)) else {
      throw failure("'\(describe(type))' is not optional", target.range)
    }
    let result = try scoped([(name, bindings.resolved(inner))]) { (checker) throws(CELError) in
      try checker.check(body)
    }
    guard isFlat else { return .optional(result) }
    let flat = CELType.optional(bindings.fresh())
    guard !isChecking || bindings.isAssignable(result, flat) else {
      throw failure("'optFlatMap' wants an optional, but has '\(describe(result))'", body.range)
    }
    return bindings.resolved(flat)
  }
}

extension Value {
  /// The type of a literal.
  var literalType: CELType {
    switch self {
    case .null: .null
    case .bool: .bool
    case .int: .int
    case .uint: .uint
    case .double: .double
    case .string: .string
    case .bytes: .bytes
    default: .dyn
    }
  }
}
