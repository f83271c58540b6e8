/// The macros: by name, style and number of arguments (cel-go, parser/macro.go and ext). Another shape is an ordinary call.
struct Macros {
  let options: SyntaxOptions
  let range: Range<Int>
  /// The macro's name.
  let mark: Range<Int>

  func expand(
    _ name: String, _ target: Expression?, _ arguments: [Expression]
  ) throws(CELError) -> Expression.Kind? {
    guard let target else {
      guard name == "has", arguments.count == 1 else { return nil }
      return try presence(arguments[0])
    }
    if let namespaced = try namespaced(name, target, arguments) { return namespaced }
    switch (name, arguments.count) {
    case ("all", 2): return try loop(.all, target, arguments)
    case ("exists", 2): return try loop(.exists, target, arguments)
    case ("exists_one", 2): return try loop(.existsOne, target, arguments)
    case ("filter", 2): return try loop(.filter, target, arguments)
    case ("map", 2), ("map", 3): return try loop(.map, target, arguments)
    case ("optMap", 2) where options.hasOptionals, ("optFlatMap", 2) where options.hasOptionals:
      return .optionalMap(target, try variable(arguments[0]), arguments[1], isFlat: name == "optFlatMap")
    case ("sortBy", 2) where options.hasSortBy: return try loop(.sortBy, target, arguments)
    default: return options.hasTwoVariables ? try twoVariables(name, target, arguments) : nil
    }
  }

  private func failure(_ message: String, _ at: Expression) -> CELError { CELError(.parse, message, at.range) }

  private func presence(_ argument: Expression) throws(CELError) -> Expression.Kind {
    switch argument.kind {
    case .select(let operand, let field, isOptional: false), .has(let operand, let field): return .has(operand, field)
    default: throw failure("'has' takes a field selection such as 'a.b'", argument)
    }
  }

  private func variable(_ argument: Expression) throws(CELError) -> String {
    guard case .name(let name, isRooted: false) = argument.kind else {
      throw failure("the variable of a macro must be a simple name", argument)
    }
    guard name != "__result__" else { throw failure("'__result__' is no name for a variable of a macro", argument) }
    return name
  }

  private func loop(
    _ kind: LoopKind, _ target: Expression, _ arguments: [Expression]
  ) throws(CELError) -> Expression.Kind {
    let name = try variable(arguments[0])
    var loop = Expression.Loop(kind: kind, range: target, first: name, second: nil, condition: nil, body: nil)
    switch kind {
    case .map, .sortBy:
      loop.body = arguments.last
      if arguments.count == 3 { loop.condition = arguments[1] }
    default: loop.condition = arguments[1]
    }
    return .loop(loop)
  }

  private func twoVariables(
    _ name: String, _ target: Expression, _ arguments: [Expression]
  ) throws(CELError) -> Expression.Kind? {
    let kind: LoopKind
    switch (name, arguments.count) {
    case ("all", 3): kind = .all
    case ("exists", 3): kind = .exists
    case ("existsOne", 3), ("exists_one", 3): kind = .existsOne
    case ("transformList", 3), ("transformList", 4): kind = .map
    case ("transformMap", 3), ("transformMap", 4): kind = .transformMap
    case ("transformMapEntry", 3), ("transformMapEntry", 4): kind = .transformMapEntry
    default: return nil
    }
    let (first, second) = (try variable(arguments[0]), try variable(arguments[1]))
    guard first != second else { throw failure("duplicate variable name '\(first)'", arguments[1]) }
    var loop = Expression.Loop(kind: kind, range: target, first: first, second: second, condition: nil, body: nil)
    switch kind {
    case .map, .transformMap, .transformMapEntry:
      loop.body = arguments.last
      if arguments.count == 4 { loop.condition = arguments[2] }
    default: loop.condition = arguments[2]
    }
    return .loop(loop)
  }

  // MARK: Namespaces

  private func namespaced(
    _ name: String, _ target: Expression, _ arguments: [Expression]
  ) throws(CELError) -> Expression.Kind? {
    guard case .name(let namespace, isRooted: false) = target.kind else { return nil }
    switch (namespace, name) {
    case ("cel", "bind") where options.hasBindings && arguments.count == 3:
      return .bind(try variable(arguments[0]), arguments[1], arguments[2])
    case ("math", "least") where options.hasMath: return try extremum("math.@min", "math.least", arguments)
    case ("math", "greatest") where options.hasMath: return try extremum("math.@max", "math.greatest", arguments)
    default: return nil
    }
  }

  /// cel-go, ext/math.go: literals that are no numbers are refused at once.
  private func extremum(
    _ function: String, _ name: String, _ arguments: [Expression]
  ) throws(CELError) -> Expression.Kind {
    guard let first = arguments.first else { throw CELError(.parse, "'\(name)' needs at least one argument", mark) }
    if arguments.count == 1 {
      if case .list(let elements) = first.kind {
        guard !elements.isEmpty, elements.allSatisfy({ isNumeric($0.value) }) else {
          throw failure("'\(name)' takes numbers", first)
        }
        return .call(function, target: nil, arguments)
      }
      guard isNumeric(first) else { throw failure("'\(name)' takes numbers", first) }
      return .call(function, target: nil, arguments)
    }
    if let wrong = arguments.first(where: { !isNumeric($0) }) { throw failure("'\(name)' takes numbers", wrong) }
    if arguments.count == 2 { return .call(function, target: nil, arguments) }
    let elements = arguments.map { Expression.Element(value: $0, isOptional: false) }
    return .call(function, target: nil, [Expression(.list(elements), range)])
  }

  private func isNumeric(_ argument: Expression) -> Bool {
    switch argument.kind {
    case .literal(.int), .literal(.uint), .literal(.double): true
    case .literal, .list, .map, .message: false
    default: true
    }
  }
}
