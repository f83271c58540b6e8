/// What the checker has found for types that it did not know, and whether types fit (cel-go, checker/types.go).
struct TypeBindings {
  private var found: [Int: CELType] = [:]
  private var count = 0
  /// What was found last and what was known before, to be taken back where types do not fit after all.
  private var trail: [(variable: Int, known: CELType?)] = []

  mutating func fresh() -> CELType {
    count += 1
    return .variable(count)
  }

  /// The type with all that is found put in; with `isFinal` the rest is `dyn`.
  func resolved(_ type: CELType, isFinal: Bool = false) -> CELType {
    switch type {
    case .variable(let variable):
      if let found = found[variable] { return resolved(found, isFinal: isFinal) }
      return isFinal ? .dyn : type
    case .list(let element): return .list(resolved(element, isFinal: isFinal))
    case .map(let key, let value): return .map(resolved(key, isFinal: isFinal), resolved(value, isFinal: isFinal))
    case .optional(let value): return .optional(resolved(value, isFinal: isFinal))
    case .type(let inner): return .type(resolved(inner, isFinal: isFinal))
    default: return type
    }
  }

  /// Whether values of the second type can stand where the first is wanted; what follows for unknown types is kept when so.
  mutating func isAssignable(_ first: CELType, _ second: CELType) -> Bool {
    areAssignable([first], [second])
  }

  mutating func areAssignable(_ first: [CELType], _ second: [CELType]) -> Bool {
    guard first.count == second.count else { return false }
    trail.removeAll(keepingCapacity: true)
    for (left, right) in zip(first, second) where !unify(left, right) {
      for step in trail.reversed() { found[step.variable] = step.known }
      return false
    }
    return true
  }

  private mutating func note(_ variable: Int, _ type: CELType) {
    trail.append((variable, found[variable]))
    found[variable] = type
  }

  private mutating func unify(_ first: CELType, _ second: CELType) -> Bool {
    if case .variable(let variable) = second {
      let (isValid, isBound) = substitute(first, for: variable)
      if isValid { return true }
      if isBound { return false }
    }
    if case .variable(let variable) = first { return substitute(second, for: variable).isValid }
    if first.isDyn || second.isDyn { return true }
    if case .null = first { return Self.isNullable(second) }
    if case .null = second { return Self.isNullable(first) }
    switch (first, second) {
    case (.type, .type): return true
    case (.list(let left), .list(let right)), (.optional(let left), .optional(let right)): return unify(left, right)
    case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
      return unify(leftKey, rightKey) && unify(leftValue, rightValue)
    default: return first == second
    }
  }

  /// Null passes for types that are objects in protocol buffers.
  private static func isNullable(_ type: CELType) -> Bool {
    switch type {
    case .null, .timestamp, .duration, .optional, .opaque, .object: true
    default: false
    }
  }

  private mutating func substitute(_ type: CELType, for variable: Int) -> (isValid: Bool, isBound: Bool) {
    if case .variable(variable) = type { return (true, true) }
    if let known = found[variable] {
      if known == type { return (true, true) }
      guard unify(type, known) else { return (false, true) }
      let general = Self.mostGeneral(type, known)
      if general != known, !occurs(variable, in: general) { note(variable, general) }
      return (true, true)
    }
    guard !occurs(variable, in: type) else { return (false, false) }
    note(variable, type)
    return (true, false)
  }

  private func occurs(_ variable: Int, in type: CELType) -> Bool {
    switch type {
    case .variable(let other):
      if other == variable { return true }
      return found[other].map { occurs(variable, in: $0) } ?? false
    case .list(let element), .optional(let element): return occurs(variable, in: element)
    case .map(let key, let value): return occurs(variable, in: key) || occurs(variable, in: value)
    default: return false
    }
  }

  static func mostGeneral(_ first: CELType, _ second: CELType) -> CELType {
    isEqualOrLessSpecific(first, second) ? first : second
  }

  private static func isEqualOrLessSpecific(_ first: CELType, _ second: CELType) -> Bool {
    switch (first, second) {
    case (.dyn, _), (.variable, _): true
    case (_, .dyn), (_, .variable): false
    case (.list(let left), .list(let right)), (.optional(let left), .optional(let right)):
      isEqualOrLessSpecific(left, right)
    case (.map(let leftKey, let leftValue), .map(let rightKey, let rightValue)):
      isEqualOrLessSpecific(leftKey, rightKey) && isEqualOrLessSpecific(leftValue, rightValue)
    case (.type, .type): true
    default: first == second
    }
  }
}
