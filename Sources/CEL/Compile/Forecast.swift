/// What a program can come to when one thing is known of a variable: that a field is there, or that it is not.
///
/// The program does not run: whatever else it looks at may be anything. A forecast may be too wide, never too narrow.
package struct Forecast {
  /// What may become of an expression.
  package struct Ends: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }
    package static let isTrue = Ends(rawValue: 1)
    package static let isFalse = Ends(rawValue: 2)
    package static let fails = Ends(rawValue: 4)
    /// What nobody knows.
    package static let unknown = Ends(rawValue: 8)
    /// A value that is no bool.
    package static let other = Ends(rawValue: 16)
    package static let any: Ends = [.isTrue, .isFalse, .fails, .unknown, .other]
  }

  /// What is known of a value.
  enum Guess {
    case known(Value)
    /// A map on the way to the field, behind some of its keys.
    case onTheWay(Int)
    /// What is there, as an optional of it: its value may be one that nobody knows.
    case something
    case open(Ends)

    static let anything = Guess.open(.any)
    static let failure = Guess.open(.fails)
    /// An argument has no value, and which of them tells is not known.
    static let noValue = Guess.open([.fails, .unknown])
    static let nothing = Guess.known(.optional(.none))

    /// Whether there is no value whatever happens, and so none of what is made of it.
    var isLost: Bool { ends.isSubset(of: [.fails, .unknown]) }

    var isNothing: Bool {
      if case .known(.optional(let optional)) = self { optional.value == nil } else { false }
    }

    var ends: Ends {
      switch self {
      case .known(.bool(let flag)): flag ? .isTrue : .isFalse
      case .known, .onTheWay, .something: .other
      case .open(let ends): ends
      }
    }
  }

  private let variable: Int32
  private let path: [String]
  private let isThere: Bool
  private let names: (first: Int32, programs: [Program])

  /// - Parameters:
  ///   - variable: its place among the bindings.
  ///   - path: the field, by the keys that lead to it; there is one at least.
  ///   - isThere: whether the field is there. What leads to it is there in both cases, and made of maps.
  ///   - names: variables whose values are programs, and the place of the first of them.
  package init(variable: Int, path: [String], isThere: Bool, names: (first: Int, programs: [Program])) {
    self.variable = Int32(variable)
    self.path = path
    self.isThere = isThere
    self.names = (Int32(names.first), names.programs)
  }

  /// What a program may come to.
  package func ends(of program: Program) -> Ends { guess(program).ends }

  /// Whether the value of a program is a list without elements.
  package func isEmptyList(_ program: Program) -> Bool {
    if case .known(.list(let elements)) = guess(program) { elements.isEmpty } else { false }
  }

  private func guess(_ program: Program) -> Guess {
    var reading = Reading(forecast: self, program: program, locals: [:])
    return reading.guess(program.root)
  }

  private struct Reading {
    let forecast: Forecast
    let program: Program
    /// The variables of macros.
    var locals: [Int32: Guess]

    mutating func guess(_ index: Int32) -> Guess {
      switch program.operations[Int(index)] {
      case .constant(let constant): return .known(program.constants[Int(constant)])
      case .variable(let slot): return variable(slot)
      case .local(let slot): return locals[slot] ?? .anything
      case .path(let root, let firstKey, let count):
        return value(of: follow(guess(root), firstKey, count), isOptional: false)
      case .select(let operand, let key, let isOptional):
        return value(of: step(guess(operand), program.keys.texts[Int(key)]), isOptional: isOptional)
      case .index(let operand, let key, let isOptional):
        let operand = guess(operand)
        if operand.isLost { return operand }
        guard case .known(let key) = guess(key) else { return .anything }
        return value(of: step(operand, key), isOptional: isOptional)
      case .has(let operand, let key): return presence(step(guess(operand), program.keys.texts[Int(key)]))
      case .optionalPath(let operand, let firstKey, let count):
        return value(of: follow(guess(operand), firstKey, count), isOptional: true)
      case .optionalPathOr(let path, let other):
        let path = guess(path)
        return path.isNothing ? guess(other) : path.isLost ? path : .anything
      case .hasOptionalPath(let path): return hasValue(guess(path))
      case .equalsOptional(let path, let constant, let isNegated):
        guard case .optional(let wanted) = program.constants[Int(constant)] else { return .anything }
        let path = guess(path)
        if path.isNothing { return .known(.bool((wanted.value == nil) != isNegated)) }
        return path.isLost ? path : .anything
      case .and(let first, let count): return logical(first, count, .isFalse, .isTrue)
      case .or(let first, let count): return logical(first, count, .isTrue, .isFalse)
      case .not(let operand): return negated(guess(operand).ends)
      case .negate: return .anything
      case .choose(let condition, let first, let second):
        let condition = guess(condition)
        switch condition.ends {
        case .isTrue: return guess(first)
        case .isFalse: return guess(second)
        case let ends where condition.isLost: return .open(ends)
        case let ends:
          // A condition that is no bool is a failure.
          return .open(
            guess(first).ends.union(guess(second).ends).union(ends.union(.fails).subtracting([.isTrue, .isFalse])))
        }
      case .binary(let operation, let left, let right): return binary(operation, guess(left), guess(right))
      case .call(let builtin, let first, let count, let guardIndex): return call(builtin, first, count, guardIndex)
      case .list(let first, let count): return list(first, count)
      case .loop(let loop): return self.loop(program.loops[Int(loop)])
      case .bind(let slot, let value, let body):
        let value = guess(value)
        if value.isLost { return value }
        locals[slot] = value
        return guess(body)
      case .optionalMap(let target, _, _, _):
        let target = guess(target)
        return target.isNothing ? .nothing : target.isLost ? target : .anything
      case .matches(let operand, _):
        let operand = guess(operand)
        return operand.isLost ? operand : .anything
      case .host(_, let first, let count, _):
        for child in first..<first + count where guess(program.children[Int(child)]).isLost { return .noValue }
        return .anything
      case .undeclared, .map, .optionalElement: return .anything
      }
    }

    private func variable(_ slot: Int32) -> Guess {
      if slot == forecast.variable { return .onTheWay(0) }
      let name = Int(slot - forecast.names.first)
      guard forecast.names.programs.indices.contains(name) else { return .anything }
      return forecast.guess(forecast.names.programs[name])
    }

    // MARK: Fields

    private enum Step {
      case to(Guess)
      case absent
    }

    private func follow(_ operand: Guess, _ firstKey: Int32, _ count: Int32) -> Step {
      var value = operand
      for key in firstKey..<firstKey + count {
        guard case .to(let next) = step(value, program.keys.texts[Int(key)]) else { return .absent }
        value = next
      }
      return .to(value)
    }

    private func step(_ operand: Guess, _ key: Value) -> Step {
      if operand.isNothing || operand.isLost { return .to(operand) }
      guard case .onTheWay(let depth) = operand, case .string(let text) = key, text == forecast.path[depth] else {
        return .to(.anything)
      }
      if depth + 1 < forecast.path.count { return .to(.onTheWay(depth + 1)) }
      return forecast.isThere ? .to(.something) : .absent
    }

    private func value(of step: Step, isOptional: Bool) -> Guess {
      switch step {
      case .absent: isOptional ? .nothing : .failure
      case .to(let value) where value.isNothing || value.isLost: value
      case .to(.something): isOptional ? .something : .anything
      case .to(.onTheWay(let depth)): isOptional ? .something : .onTheWay(depth)
      case .to: .anything
      }
    }

    private func presence(_ step: Step) -> Guess {
      switch step {
      case .absent: .known(.bool(false))
      case .to(.something), .to(.onTheWay): .known(.bool(true))
      case .to(let value): value.isNothing ? .known(.bool(false)) : value.isLost ? value : .anything
      }
    }

    private func hasValue(_ optional: Guess) -> Guess {
      switch optional {
      case .something: .open([.isTrue, .unknown])
      case .known(.optional(let optional)): .known(.bool(optional.value != nil))
      default: optional.isLost ? optional : .anything
      }
    }

    // MARK: Logic and calls

    /// `&&` and `||`: an operand that decides does so whatever the others are.
    private mutating func logical(_ first: Int32, _ count: Int32, _ deciding: Ends, _ neutral: Ends) -> Guess {
      var ends: Ends = neutral
      for child in first..<first + count {
        let operand = guess(program.children[Int(child)]).ends
        if operand == deciding { return .known(.bool(deciding == .isTrue)) }
        if !operand.contains(neutral) { ends.remove(neutral) }
        ends.formUnion(operand.subtracting(neutral))
      }
      // An operand that is no bool makes the whole a failure.
      if ends.contains(.other) { ends.insert(.fails) }
      return .open(ends)
    }

    private func negated(_ ends: Ends) -> Guess {
      var result = ends.subtracting([.isTrue, .isFalse])
      if ends.contains(.isTrue) { result.insert(.isFalse) }
      if ends.contains(.isFalse) { result.insert(.isTrue) }
      if ends.contains(.other) { result.insert(.fails) }
      return .open(result)
    }

    private func binary(_ operation: BinaryOperator, _ left: Guess, _ right: Guess) -> Guess {
      if left.isLost || right.isLost { return .noValue }
      switch (left, right) {
      case (.known(let left), .known(let right)):
        var evaluator = Evaluator(source: NoSource(), steps: Self.steps)
        return settled(evaluator.apply(operation, left, right))
      case (.known(let key), let container) where operation == .contains:
        let ends = presence(step(container, key)).ends
        return .open(ends == .isTrue ? [.isTrue, .unknown] : ends)
      default: return .anything
      }
    }

    private static let steps = 10_000

    private func settled(_ value: Value) -> Guess { value.isAbnormal ? .anything : .known(value) }

    private mutating func call(_ builtin: Builtin, _ first: Int32, _ count: Int32, _ guardIndex: Int32) -> Guess {
      var arguments = Arguments(count: Int(count))
      var isKnown = true
      for offset in 0..<count {
        let argument = guess(program.children[Int(first + offset)])
        if argument.isLost { return .noValue }
        if builtin == .hasValue { return hasValue(argument) }
        if case .known(let value) = argument { arguments[Int(offset)] = value } else { isKnown = false }
      }
      guard isKnown else { return .anything }
      var evaluator = Evaluator(source: NoSource(), steps: Self.steps)
      if guardIndex >= 0, !program.guards[Int(guardIndex)].fits(arguments, evaluator) { return .failure }
      return settled(evaluator.call(builtin, arguments))
    }

    private mutating func list(_ first: Int32, _ count: Int32) -> Guess {
      var elements: [Value] = []
      for child in first..<first + count {
        guard case .known(let value) = guess(program.children[Int(child)]) else { return .anything }
        elements.append(value)
      }
      return .known(.list(elements))
    }

    private mutating func loop(_ loop: LoopOperation) -> Guess {
      let range = guess(loop.range)
      if range.isLost { return range }
      guard case .known(let range) = range, isEmpty(range) else { return .anything }
      switch loop.kind {
      case .all: return .known(.bool(true))
      case .exists, .existsOne: return .known(.bool(false))
      case .filter, .map, .sortBy: return .known(.list([]))
      case .transformMap, .transformMapEntry: return .anything
      }
    }

    private func isEmpty(_ range: Value) -> Bool {
      switch range {
      case .list(let elements): elements.isEmpty
      case .map(let map): map.entries.isEmpty
      default: false
      }
    }
  }
}

extension Program {
  /// The fields of a variable that the program asks for, by the keys that lead to each, and those on the way.
  package func paths(of variable: Int) -> Set<[String]> {
    var found: Set<[String]> = []
    /// The keys that lead from the variable to the value of an operation.
    func path(_ index: Int32, _ depth: Int = 0) -> [String]? {
      guard depth < 64 else { return nil }
      switch operations[Int(index)] {
      case .variable(let slot): return Int(slot) == variable ? [] : nil
      case .path(let operand, let firstKey, let count), .optionalPath(let operand, let firstKey, let count):
        return path(operand, depth + 1).map { $0 + (firstKey..<firstKey + count).compactMap(text) }
      case .select(let operand, let key, _), .has(let operand, let key):
        return path(operand, depth + 1).map { $0 + [key].compactMap(text) }
      case .index(let operand, let key, _), .binary(.contains, let key, let operand):
        guard case .constant(let constant) = operations[Int(key)], case .string(let text) = constants[Int(constant)]
        else { return nil }
        return path(operand, depth + 1).map { $0 + [text] }
      default: return nil
      }
    }
    func text(_ key: Int32) -> String? {
      if case .string(let text) = keys.texts[Int(key)] { text } else { nil }
    }
    for index in operations.indices {
      guard let path = path(Int32(index)) else { continue }
      for count in path.indices { found.insert(Array(path[...count])) }
    }
    return found
  }
}
