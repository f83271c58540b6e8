import TextMatching

/// Evaluates programs that look at the same source and bindings, one after the other.
package struct Machine {
  private(set) var program: Program
  /// The values of the variables, in the order in which the environment declares them.
  package var bindings: [Value]
  private var names = Names()
  package internal(set) var evaluator: Evaluator
  /// The variables of macros.
  var locals: [Value]
  /// Where the values of locals stand in the source; kept only when a place is asked for.
  var localPlaces: [Ref?] = []

  /// Variables whose values are programs, which run when somebody looks at them.
  private struct Names {
    var first = 0
    var programs: [Program] = []
    var isPending: [Bool] = []
  }

  package init(_ source: any ValueSource, _ bindings: [Value]) {
    program = .null
    self.bindings = bindings
    evaluator = Evaluator(source: source, steps: 0)
    locals = []
  }

  /// Binds the variables from `first` on to programs, each of which may look at those before it. What was bound there
  /// before is forgotten.
  package mutating func bind(_ programs: [Program], from first: Int) {
    names.first = first
    names.programs = programs
    bindings.removeSubrange(first...)
    names.isPending.removeAll(keepingCapacity: true)
    for _ in programs {
      bindings.append(.null)
      names.isPending.append(true)
    }
  }

  /// Takes the values of some of these variables back, since what they look at has changed.
  ///
  /// - Parameter numbers: counted from the first.
  package mutating func unbind(_ numbers: [Int]) {
    for number in numbers { names.isPending[number] = true }
  }

  /// The value of a program; an error and what is not known are values too.
  package mutating func value(of program: Program, steps: Int = Program.defaultSteps) -> Value {
    begin(program, steps)
    return evaluate(program.root)
  }

  /// The node of the source that decided a result: the deepest that exists of what made the expression what it is. It takes
  /// another evaluation or two, so it is for results that are shown.
  package mutating func decidingNode(of program: Program, steps: Int = Program.defaultSteps) -> Ref? {
    begin(program, steps)
    localPlaces = []
    return place(of: program.root)
  }

  mutating func begin(_ program: Program, _ steps: Int) {
    self.program = program
    evaluator.steps = steps
    evaluator.quotesInFormats = program.quotesInFormats
    // What an earlier program left is never looked at: a local has a value before its body is evaluated.
    while locals.count < program.localCount { locals.append(.null) }
  }

  mutating func evaluate(_ index: Int32) -> Value {
    guard evaluator.steps > 0 else { return Evaluator.spent }
    evaluator.steps -= 1
    let result = step(program.operations[Int(index)])
    if case .failure(let failure) = result, failure.range == nil {
      return .failure(failure.located(program.ranges[Int(index)]))
    }
    return result
  }

  private mutating func step(_ operation: Operation) -> Value {
    switch operation {
    case .constant(let index): return program.constants[Int(index)]
    case .variable(let slot): return variable(slot)
    case .local(let slot): return locals[Int(slot)]
    case .path(let root, let firstKey, let count): return path(root, firstKey, count)
    case .select(let operand, let key, let isOptional):
      return evaluator.select(evaluate(operand), program.keys.texts[Int(key)], isOptional: isOptional)
    case .has(let operand, let key): return has(operand, key)
    case .index(let operand, let index, let isOptional):
      return evaluator.select(evaluate(operand), evaluate(index), isOptional: isOptional)
    case .optionalPath(let operand, let firstKey, let count):
      switch follow(operand, firstKey, count) {
      case .found(let value): return .optional(OptionalValue(value))
      case .absent: return .optional(.none)
      case .failed(let value): return value
      }
    case .optionalPathOr(let path, let other):
      switch follow(path) {
      case .found(let value), .failed(let value): return value
      case .absent: return evaluate(other)
      }
    case .hasOptionalPath(let path):
      switch follow(path) {
      case .found: return .bool(true)
      case .absent: return .bool(false)
      case .failed(let value): return value
      }
    case .equalsOptional(let path, let constant, let isNegated): return equals(path, constant, isNegated)
    case .and(let first, let count): return logical(first, count, deciding: false)
    case .or(let first, let count): return logical(first, count, deciding: true)
    case .not(let operand):
      let value = evaluate(operand)
      if case .bool(let flag) = value { return .bool(!flag) }
      return value.isAbnormal ? value : evaluator.noOverload("!", [value])
    case .negate(let operand): return evaluator.negated(evaluate(operand))
    case .choose(let condition, let first, let second):
      let value = evaluate(condition)
      guard case .bool(let isFirst) = value else {
        return value.isAbnormal ? value : evaluator.noOverload("?", [value])
      }
      return evaluate(isFirst ? first : second)
    case .binary(let operation, let left, let right):
      return evaluator.apply(operation, evaluate(left), evaluate(right))
    case .matches(let operand, let pattern): return matches(evaluate(operand), pattern)
    case .call(let builtin, let first, let count, let guardIndex): return call(builtin, first, count, guardIndex)
    case .host(let function, let first, let count, let guardIndex): return host(function, first, count, guardIndex)
    case .undeclared(let name, let first, let count):
      for child in first..<first + count {
        let value = evaluate(program.children[Int(child)])
        if value.isAbnormal { return value }
      }
      return .fail(program.names[Int(name)])
    case .list(let first, let count): return list(first, count)
    case .map(let first, let count): return map(first, count)
    case .loop(let index): return loop(program.loops[Int(index)])
    case .bind(let slot, let value, let body):
      let value = evaluate(value)
      if case .failure = value { return value }
      locals[Int(slot)] = value
      return evaluate(body)
    case .optionalMap(let target, let slot, let body, let isFlat): return optionalMap(target, slot, body, isFlat)
    case .optionalElement(let operand): return evaluate(operand)
    }
  }

  // MARK: Names and fields

  mutating func variable(_ slot: Int32) -> Value {
    let name = Int(slot) - names.first
    if names.isPending.indices.contains(name), names.isPending[name] { bind(name) }
    guard Int(slot) < bindings.count else {
      return .fail("variable '\(program.variables[Int(slot)])' has no value")
    }
    return bindings[Int(slot)]
  }

  private mutating func bind(_ name: Int) {
    names.isPending[name] = false
    let outer = (program, locals, localPlaces, evaluator.quotesInFormats)
    begin(names.programs[name], evaluator.steps)
    localPlaces = []
    let value = evaluate(program.root)
    bindings[names.first + name] =
      if case .failure(let failure) = value { .failure(failure.of(name: name)) } else { value }
    (program, locals, localPlaces, evaluator.quotesInFormats) = outer
  }

  /// The value of a variable or local, without a step.
  private mutating func root(_ operation: Int32) -> Value {
    switch program.operations[Int(operation)] {
    case .variable(let slot): variable(slot)
    case .local(let slot): locals[Int(slot)]
    default: .null
    }
  }

  private mutating func path(_ operation: Int32, _ firstKey: Int32, _ count: Int32) -> Value {
    evaluator.steps -= Int(count)
    var value = root(operation)
    if value.isAbnormal { return value }
    var key = firstKey
    // Maps of the source are followed without a look at what is on the way.
    if case .mapRef(var ref) = value {
      let end = firstKey + count
      while true {
        guard let member = evaluator.source.member(ref, program.keys[key]) else { break }
        key += 1
        if key < end, case .map = evaluator.source.node(member) {
          ref = member
          value = .mapRef(member)
          continue
        }
        value = evaluator.load(member)
        break
      }
    }
    while key < firstKey + count {
      value = evaluator.select(value, program.keys.texts[Int(key)], isOptional: false)
      if value.isAbnormal { return located(value, key) }
      key += 1
    }
    return value
  }

  /// A failure at the key of a path that is to blame, in the place of the last.
  private func located(_ value: Value, _ key: Int32) -> Value {
    guard case .failure(let failure) = value, Int(key) < program.keyRanges.count else { return value }
    return .failure(failure.located(program.keyRanges[Int(key)]))
  }

  /// Where an optional path leads to.
  private mutating func follow(_ path: Int32) -> Evaluator.Lookup {
    guard case .optionalPath(let operand, let firstKey, let count) = program.operations[Int(path)] else {
      return .absent
    }
    return follow(operand, firstKey, count)
  }

  private mutating func follow(_ operand: Int32, _ firstKey: Int32, _ count: Int32) -> Evaluator.Lookup {
    var value = evaluate(operand)
    evaluator.steps -= Int(count)
    for key in firstKey..<firstKey + count {
      while case .optional(let optional) = value {
        guard let inner = optional.value else { return .absent }
        value = inner
      }
      if case .mapRef(let ref) = value {
        guard let member = evaluator.source.member(ref, program.keys[key]) else { return .absent }
        value = evaluator.load(member)
      } else {
        switch evaluator.lookUp(value, program.keys.texts[Int(key)]) {
        case .found(let found): value = found
        case .absent: return .absent
        case .failed(let failure): return .failed(failure)
        }
      }
      if value.isAbnormal { return .failed(value) }
    }
    return .found(value)
  }

  /// `path == optional.of(constant)`
  private mutating func equals(_ path: Int32, _ constant: Int32, _ isNegated: Bool) -> Value {
    guard case .optional(let wanted) = program.constants[Int(constant)] else { return .bool(isNegated) }
    let same: Value
    switch follow(path) {
    case .failed(let value): return value
    case .absent: same = .bool(wanted.value == nil)
    case .found(let value): same = wanted.value.map { evaluator.equal(value, $0) } ?? .bool(false)
    }
    if isNegated, case .bool(let isSame) = same { return .bool(!isSame) }
    return same
  }

  private mutating func has(_ operand: Int32, _ key: Int32) -> Value {
    let value = evaluate(operand)
    if case .mapRef(let ref) = value { return .bool(evaluator.source.member(ref, program.keys[key]) != nil) }
    return evaluator.has(value, program.keys.texts[Int(key)])
  }

  // MARK: Logic

  /// `&&` and `||`: an operand that decides does so whatever the others are.
  private mutating func logical(_ first: Int32, _ count: Int32, deciding: Bool) -> Value {
    var decision = Decision(by: deciding)
    for child in first..<first + count {
      if let decided = decision.take(evaluate(program.children[Int(child)]), evaluator) { return decided }
    }
    return decision.undecided
  }

  // MARK: Calls

  private mutating func matches(_ value: Value, _ pattern: Int32) -> Value {
    switch value {
    case .string, .text:
      let regex = program.patterns[Int(pattern)]
      var length = 0
      evaluator.withText(value) { length = $0.count }
      return evaluator.charge(length * regex.weight / 256) ?? .bool(evaluator.matches(value, regex))
    default: return value.isAbnormal ? value : evaluator.noOverload("matches", [value])
    }
  }

  private mutating func call(_ builtin: Builtin, _ first: Int32, _ count: Int32, _ guardIndex: Int32) -> Value {
    var arguments = Arguments(count: Int(count))
    for offset in 0..<count {
      let value = evaluate(program.children[Int(first + offset)])
      if value.isAbnormal { return value }
      arguments[Int(offset)] = value
    }
    if guardIndex >= 0, !program.guards[Int(guardIndex)].fits(arguments, evaluator) {
      return evaluator.noOverload(program.guards[Int(guardIndex)].name, arguments.values)
    }
    return evaluator.call(builtin, arguments)
  }

  private mutating func host(_ function: Int32, _ first: Int32, _ count: Int32, _ guardIndex: Int32) -> Value {
    var arguments: [Value] = []
    for offset in 0..<count {
      let value = evaluate(program.children[Int(first + offset)])
      if value.isAbnormal { return value }
      arguments.append(value)
    }
    if guardIndex >= 0 {
      let guards = program.guards[Int(guardIndex)]
      let fits = guards.overloads.contains { parameters in
        zip(arguments, parameters).allSatisfy { evaluator.fits($0, $1) }
      }
      guard fits else { return evaluator.noOverload(guards.name, arguments) }
    }
    return program.functions[Int(function)].body(arguments, &evaluator)
  }

  // MARK: Literals

  private mutating func list(_ first: Int32, _ count: Int32) -> Value {
    var elements: [Value] = []
    elements.reserveCapacity(Int(count))
    for child in first..<first + count {
      let index = program.children[Int(child)]
      let value = evaluate(index)
      if case .failure = value { return value }
      if case .optionalElement = program.operations[Int(index)] {
        guard case .optional(let optional) = value else {
          return value.isAbnormal ? value : .fail("'?' wants an optional")
        }
        if let value = optional.value { elements.append(value) }
      } else {
        elements.append(value)
      }
    }
    return .list(elements)
  }

  private mutating func map(_ first: Int32, _ count: Int32) -> Value {
    var entries: [(key: Value, value: Value)] = []
    for child in stride(from: first, to: first + count, by: 2) {
      var key = evaluate(program.children[Int(child)])
      if key.isAbnormal { return key }
      if case .text = key { key = .string(evaluator.string(key) ?? "") }
      guard MapKey(key) != nil else {
        return .fail("'\(evaluator.type(of: key).runtimeName)' is no type of a key")
      }
      let index = program.children[Int(child + 1)]
      let value = evaluate(index)
      if case .failure = value { return value }
      if case .optionalElement = program.operations[Int(index)] {
        guard case .optional(let optional) = value else {
          return value.isAbnormal ? value : .fail("'?' wants an optional")
        }
        if let value = optional.value { entries.append((key, value)) }
      } else {
        entries.append((key, value))
      }
    }
    return .map(MapValue(entries))
  }

  private mutating func optionalMap(_ target: Int32, _ slot: Int32, _ body: Int32, _ isFlat: Bool) -> Value {
    let value = evaluate(target)
    guard case .optional(let optional) = value else {
      return value.isAbnormal ? value : evaluator.noOverload("hasValue", [value])
    }
    guard let inner = optional.value else { return .optional(.none) }
    locals[Int(slot)] = inner
    let result = evaluate(body)
    if result.isAbnormal || isFlat { return result }
    return .optional(OptionalValue(result))
  }
}
