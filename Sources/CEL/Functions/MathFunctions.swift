/// cel-go, ext/math.go
extension Evaluator {
  mutating func mathExtremum(_ function: Builtin, _ arguments: Arguments) -> Value {
    let name = function == .mathMin ? "math.least" : "math.greatest"
    var numbers = arguments.values
    if arguments.count == 1, let elements = elements(arguments.first) { numbers = elements }
    if let spent = charge(numbers.count) { return spent }
    guard var result = numbers.first else { return .fail("'\(name)' has no arguments") }
    for number in numbers {
      if number.isAbnormal { return number }
      switch number {
      case .int, .uint, .double: break
      default: return noOverload(name, numbers)
      }
      switch Self.numericOrder(number, result) {
      case -1 where function == .mathMin, 1 where function == .mathMax: result = number
      case 2: return .fail("NaN has no order")
      default: break
      }
    }
    return result
  }

  func math(_ function: Builtin, _ value: Value) -> Value {
    switch (function, value) {
    case (.ceil, .double(let number)): return .double(number.rounded(.up))
    case (.floor, .double(let number)): return .double(number.rounded(.down))
    case (.round, .double(let number)): return .double(number.rounded(.toNearestOrAwayFromZero))
    case (.trunc, .double(let number)): return .double(number.rounded(.towardZero))
    case (.isInf, .double(let number)): return .bool(number.isInfinite)
    case (.isNaN, .double(let number)): return .bool(number.isNaN)
    case (.isFinite, .double(let number)): return .bool(number.isFinite)
    case (.abs, .double(let number)): return .double(number.magnitude)
    case (.abs, .uint): return value
    case (.abs, .int(let number)):
      return number == .min ? .fail("integer does not fit 64 bits") : .int(number < 0 ? -number : number)
    case (.mathSign, .int(let number)): return .int(number.signum())
    case (.mathSign, .uint(let number)): return .uint(number == 0 ? 0 : 1)
    case (.mathSign, .double(let number)):
      return .double(number.isNaN ? number : number > 0 ? 1 : number < 0 ? -1 : 0)
    case (.sqrt, .double(let number)): return .double(number.squareRoot())
    case (.sqrt, .int(let number)): return .double(Double(number).squareRoot())
    case (.sqrt, .uint(let number)): return .double(Double(number).squareRoot())
    default: return noOverload(function.rawValue, [value])
    }
  }

  func bits(_ function: Builtin, _ first: Value, _ second: Value) -> Value {
    switch (function, first, second) {
    case (.bitNot, .int(let number), _): return .int(~number)
    case (.bitNot, .uint(let number), _): return .uint(~number)
    case (.bitAnd, .int(let left), .int(let right)): return .int(left & right)
    case (.bitAnd, .uint(let left), .uint(let right)): return .uint(left & right)
    case (.bitOr, .int(let left), .int(let right)): return .int(left | right)
    case (.bitOr, .uint(let left), .uint(let right)): return .uint(left | right)
    case (.bitXor, .int(let left), .int(let right)): return .int(left ^ right)
    case (.bitXor, .uint(let left), .uint(let right)): return .uint(left ^ right)
    case (.bitShiftLeft, .int(let number), .int(let count)) where count >= 0:
      return .int(count > 63 ? 0 : number << count)
    case (.bitShiftLeft, .uint(let number), .int(let count)) where count >= 0:
      return .uint(count > 63 ? 0 : number << UInt64(count))
    // Signed numbers are shifted as their bits are, without the sign.
    case (.bitShiftRight, .int(let number), .int(let count)) where count >= 0:
      return .int(count > 63 ? 0 : Int64(bitPattern: UInt64(bitPattern: number) >> UInt64(count)))
    case (.bitShiftRight, .uint(let number), .int(let count)) where count >= 0:
      return .uint(count > 63 ? 0 : number >> UInt64(count))
    case (.bitShiftLeft, _, .int(let count)) where count < 0, (.bitShiftRight, _, .int(let count)) where count < 0:
      return .fail("'\(function.rawValue)' by a negative number, \(count)")
    default: return noOverload(function.rawValue, [first, second])
    }
  }
}
