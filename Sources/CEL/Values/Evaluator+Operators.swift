import ScalarFormats

enum BinaryOperator: UInt8, Sendable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual, add, subtract, multiply, divide, modulo, contains

  /// Whether it gives a bool.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .contains: true
    case .add, .subtract, .multiply, .divide, .modulo: false
    }
  }

  init?(_ name: String) {
    switch name {
    case "_==_": self = .equal
    case "_!=_": self = .notEqual
    case "_<_": self = .less
    case "_<=_": self = .lessOrEqual
    case "_>_": self = .greater
    case "_>=_": self = .greaterOrEqual
    case "_+_": self = .add
    case "_-_": self = .subtract
    case "_*_": self = .multiply
    case "_/_": self = .divide
    case "_%_": self = .modulo
    case "@in": self = .contains
    default: return nil
    }
  }

  var symbol: String {
    switch self {
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .modulo: "%"
    case .contains: "in"
    }
  }
}

extension Evaluator {
  mutating func apply(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value {
    if left.isAbnormal || right.isAbnormal {
      if case .unknown = left { return left }
      if case .unknown = right { return right }
      return left.isAbnormal ? left : right
    }
    switch operation {
    case .equal: return equal(left, right)
    case .notEqual:
      let same = equal(left, right)
      if case .bool(let isSame) = same { return .bool(!isSame) }
      return same
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return ordered(operation, left, right)
    case .contains: return contains(right, left)
    default: return calculated(operation, left, right)
    }
  }

  private mutating func ordered(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value {
    if case .string(let text) = left, let spent = charge(text.utf8.count / 64) { return spent }
    let order = compare(left, right)
    switch order {
    case .none: return noOverload(operation.symbol, [left, right])
    case .notANumber: return .fail("NaN has no order")
    default: break
    }
    switch operation {
    case .less: return .bool(order == .less)
    case .lessOrEqual: return .bool(order != .greater)
    case .greater: return .bool(order == .greater)
    default: return .bool(order != .less)
    }
  }

  private mutating func calculated(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value {
    switch (left, right) {
    case (.int(let left), .int(let right)): return Self.integers(operation, left, right, Value.int)
    case (.uint(let left), .uint(let right)): return Self.integers(operation, left, right, Value.uint)
    case (.double(let left), .double(let right)):
      switch operation {
      case .add: return .double(left + right)
      case .subtract: return .double(left - right)
      case .multiply: return .double(left * right)
      case .divide: return .double(left / right)
      default: break
      }
    case (.timestamp(let left), .duration(let right)) where operation == .add:
      return left.advanced(by: right).map { .timestamp($0) } ?? Self.timestampOverflow
    case (.duration(let left), .timestamp(let right)) where operation == .add:
      return right.advanced(by: left).map { .timestamp($0) } ?? Self.timestampOverflow
    case (.timestamp(let left), .duration(let right)) where operation == .subtract:
      guard right != .min else { return Self.timestampOverflow }
      return left.advanced(by: -right).map { .timestamp($0) } ?? Self.timestampOverflow
    case (.timestamp(let left), .timestamp(let right)) where operation == .subtract:
      return left.distance(from: right).map { .duration($0) } ?? .fail("duration is too long")
    case (.duration(let left), .duration(let right)) where operation == .add || operation == .subtract:
      let (sum, overflow) =
        operation == .add ? left.addingReportingOverflow(right) : left.subtractingReportingOverflow(right)
      return overflow ? .fail("duration is too long") : .duration(sum)
    default:
      if operation == .add { return joined(left, right) }
    }
    return noOverload(operation.symbol, [left, right])
  }

  static let timestampOverflow = Value.fail("timestamp is outside the years 1 to 9999")

  private static func integers<T: FixedWidthInteger>(
    _ operation: BinaryOperator, _ left: T, _ right: T, _ make: (T) -> Value
  ) -> Value {
    let (result, overflow): (T, Bool)
    switch operation {
    case .add: (result, overflow) = left.addingReportingOverflow(right)
    case .subtract: (result, overflow) = left.subtractingReportingOverflow(right)
    case .multiply: (result, overflow) = left.multipliedReportingOverflow(by: right)
    case .divide:
      guard right != 0 else { return .fail("division by zero") }
      (result, overflow) = left.dividedReportingOverflow(by: right)
    default:
      guard right != 0 else { return .fail("modulus by zero") }
      // The lowest integer over -1 overflows here as it does in a division.
      (result, overflow) = left.remainderReportingOverflow(dividingBy: right)
    }
    return overflow ? .fail("integer does not fit 64 bits") : make(result)
  }

  /// Strings, bytes and lists one behind the other.
  private mutating func joined(_ left: Value, _ right: Value) -> Value {
    if let first = string(left), let second = string(right) {
      return charge((first.utf8.count + second.utf8.count) / 16) ?? .string(first + second)
    }
    if case .bytes(let first) = left, case .bytes(let second) = right {
      return charge((first.count + second.count) / 16) ?? .bytes(first + second)
    }
    if case .keyedList(let list) = left, let more = elements(right) { return merged(list, more) }
    if let count = listCount(left), let other = listCount(right) {
      if let spent = charge(count + other) { return spent }
      if count == 0 { return right }
      if other == 0 { return left }
      return .list((elements(left) ?? []) + (elements(right) ?? []))
    }
    return noOverload("+", [left, right])
  }

  func negated(_ value: Value) -> Value {
    switch value {
    case .int(let number): number == .min ? .fail("integer does not fit 64 bits") : .int(-number)
    case .double(let number): .double(-number)
    case .duration(let number): number == .min ? .fail("duration is too long") : .duration(-number)
    case .unknown, .failure: value
    default: noOverload("-", [value])
    }
  }

  // MARK: Fields and indices

  enum Lookup {
    case found(Value)
    case absent
    case failed(Value)
  }

  /// A key of a map or a place of a list (cel-go, interpreter/attributes.go, `refQualify`).
  func lookUp(_ operand: Value, _ key: Value) -> Lookup {
    switch (operand, key) {
    case (.unknown, _), (.failure, _): return .failed(operand)
    case (_, .unknown), (_, .failure): return .failed(key)
    case (.map, _), (.mapRef, _):
      switch key {
      case .null, .list, .listRef, .keyedList, .map, .mapRef, .timestamp, .duration, .type, .optional, .opaque:
        return .failed(.fail("'\(type(of: key).runtimeName)' is no type of a key"))
      default: return find(operand, key).map { .found($0) } ?? .absent
      }
    case (.list, _), (.listRef, _), (.keyedList, _):
      let index: Int?
      switch key {
      case .int(let value): index = Int(exactly: value)
      case .uint(let value): index = Int(exactly: value)
      case .double(let value): index = Int(exactly: value)
      default: return .failed(.fail("a list has no index of type '\(type(of: key).runtimeName)'"))
      }
      guard let index else { return .failed(.fail("index of a list is no integer")) }
      guard let count = listCount(operand), (0..<count).contains(index) else { return .absent }
      return .found(element(operand, index))
    default: return .absent
    }
  }

  /// `operand.key` and `operand[key]`; with an optional operand or operator an optional.
  func select(_ operand: Value, _ key: Value, isOptional: Bool) -> Value {
    if case .optional(let optional) = operand {
      guard let value = optional.value else { return operand }
      return select(value, key, isOptional: true)
    }
    switch lookUp(operand, key) {
    case .found(let value):
      if case .unknown = value { return value }
      return isOptional ? .optional(OptionalValue(value)) : value
    case .failed(let value): return value
    case .absent:
      if isOptional { return .optional(.none) }
      if listCount(operand) != nil { return outOfBounds(key) }
      if mapCount(operand) == nil {
        return .fail("'\(type(of: operand).runtimeName)' has no '\(shown(key))'")
      }
      return .fail("no such key '\(shown(key))'")
    }
  }

  private func outOfBounds(_ key: Value) -> Value { .fail("index \(shown(key)) is out of bounds") }

  /// `has(operand.key)`
  func has(_ operand: Value, _ key: Value) -> Value {
    if case .optional(let optional) = operand {
      guard let value = optional.value else { return .bool(false) }
      return has(value, key)
    }
    switch lookUp(operand, key) {
    case .found(let value):
      // What cannot be read is no value.
      if case .failure = value { return value }
      return .bool(true)
    case .absent: return .bool(false)
    case .failed(let value): return value
    }
  }

  private func shown(_ key: Value) -> String {
    switch key {
    case .int(let value): String(value)
    case .uint(let value): String(value)
    case .double(let value): DecimalText.shortest(value)
    case .bool(let value): String(value)
    default: string(key) ?? ""
    }
  }
}
