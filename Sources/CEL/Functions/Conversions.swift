import ScalarFormats

extension Evaluator {
  func converted(_ value: Value, to function: Builtin) -> Value {
    switch function {
    case .bool: toBool(value)
    case .bytes: toBytes(value)
    case .double: toDouble(value)
    case .duration: toDuration(value)
    case .int: toInt(value)
    case .string: toString(value)
    case .timestamp: toTimestamp(value)
    default: toUint(value)
    }
  }

  private func cannot(_ value: Value, _ type: String) -> Value {
    guard let text = string(value) else { return noOverload(type, [value]) }
    return .fail("'\(text)' is no \(type)")
  }

  private func toBool(_ value: Value) -> Value {
    if case .bool = value { return value }
    return string(value).flatMap(DecimalText.bool).map { .bool($0) } ?? cannot(value, "bool")
  }

  private func toBytes(_ value: Value) -> Value {
    if case .bytes = value { return value }
    return string(value).map { .bytes(Array($0.utf8)) } ?? cannot(value, "bytes")
  }

  private func toDouble(_ value: Value) -> Value {
    switch value {
    case .double: value
    case .int(let number): .double(Double(number))
    case .uint(let number): .double(Double(number))
    default: string(value).flatMap(DecimalText.double).map { .double($0) } ?? cannot(value, "double")
    }
  }

  private func toInt(_ value: Value) -> Value {
    let overflow = Value.fail("number does not fit an integer of 64 bits")
    switch value {
    case .int: return value
    case .uint(let number): return Int64(exactly: number).map { .int($0) } ?? overflow
    case .double(let number):
      guard number > -0x1p63, number < 0x1p63 else { return overflow }
      return .int(Int64(number))
    case .duration(let nanoseconds): return .int(nanoseconds)
    case .timestamp(let time): return .int(time.seconds)
    default: return string(value).flatMap(DecimalText.int).map { .int($0) } ?? cannot(value, "int")
    }
  }

  private func toUint(_ value: Value) -> Value {
    let overflow = Value.fail("number does not fit an unsigned integer of 64 bits")
    switch value {
    case .uint: return value
    case .int(let number): return UInt64(exactly: number).map { .uint($0) } ?? overflow
    case .double(let number):
      guard number >= 0, number < 0x1p64 else { return overflow }
      return .uint(UInt64(number))
    default: return string(value).flatMap(DecimalText.uint).map { .uint($0) } ?? cannot(value, "uint")
    }
  }

  private func toString(_ value: Value) -> Value {
    switch value {
    case .string, .text: return value
    case .bool(let flag): return .string(flag ? "true" : "false")
    case .int(let number): return .string(String(number))
    case .uint(let number): return .string(String(number))
    case .double(let number): return .string(DecimalText.shortest(number))
    case .bytes(let bytes):
      return String(validating: bytes, as: UTF8.self).map { .string($0) } ?? .fail("bytes are no UTF-8")
    case .timestamp(let time): return .string(time.text())
    case .duration(let nanoseconds): return .string(GoDuration.seconds(nanoseconds))
    case .opaque(let box):
      if let address = box.value as? AddressValue { return .string(address.address.text) }
      if let prefix = box.value as? PrefixValue { return .string(prefix.prefix.text) }
      return noOverload("string", [value])
    default: return noOverload("string", [value])
    }
  }

  private func toTimestamp(_ value: Value) -> Value {
    switch value {
    case .timestamp: return value
    case .int(let seconds): return Timestamp(seconds: seconds).map { .timestamp($0) } ?? Self.timestampOverflow
    default:
      guard let text = string(value) else { return cannot(value, "timestamp") }
      do throws(Timestamp.Failure) { return .timestamp(try Timestamp(text)) } catch {
        return error == .outOfRange ? Self.timestampOverflow : .fail("'\(text)' is no timestamp")
      }
    }
  }

  private func toDuration(_ value: Value) -> Value {
    switch value {
    case .duration: return value
    case .int: return .fail("an integer is no duration")
    default:
      var result: Int64?
      withText(value) { result = GoDuration.parse($0) }
      return result.map { .duration($0) } ?? cannot(value, "duration")
    }
  }

  func base64(_ function: Builtin, _ value: Value) -> Value {
    if function == .base64Encode {
      guard case .bytes(let bytes) = value else { return noOverload(function.rawValue, [value]) }
      return .string(Base64.encode(bytes))
    }
    guard let text = string(value) else { return noOverload(function.rawValue, [value]) }
    return Base64.decode(text).map { .bytes($0) } ?? .fail("'\(text)' is no base 64")
  }

  // MARK: Times

  func timeField(_ function: Builtin, _ arguments: Arguments) -> Value {
    switch arguments.first {
    case .duration(let nanoseconds) where arguments.count == 1:
      switch function {
      case .getHours: return .int(nanoseconds / 3_600_000_000_000)
      case .getMinutes: return .int(nanoseconds / 60_000_000_000)
      case .getSeconds: return .int(nanoseconds / 1_000_000_000)
      case .getMilliseconds: return .int(nanoseconds / 1_000_000)
      default: return noOverload(function.rawValue, arguments.values)
      }
    case .timestamp(let time):
      var offset: Int32 = 0
      if arguments.count == 2 {
        guard let name = string(arguments.second) else { return noOverload(function.rawValue, arguments.values) }
        guard let known = TimeZones.offset(of: name, at: time.seconds) else {
          return .fail("time zone '\(name)' is not known")
        }
        offset = known
      }
      return .int(Int64(Self.field(function, time.fields(offset: offset), time)))
    default: return noOverload(function.rawValue, arguments.values)
    }
  }

  private static func field(_ function: Builtin, _ fields: Timestamp.Fields, _ time: Timestamp) -> Int {
    switch function {
    case .getDate: fields.day
    case .getDayOfMonth: fields.day - 1
    case .getDayOfWeek: fields.weekday
    case .getDayOfYear: fields.dayOfYear
    case .getFullYear: fields.year
    case .getHours: fields.hour
    case .getMinutes: fields.minute
    case .getMonth: fields.month - 1
    case .getSeconds: fields.second
    default: Int(time.nanoseconds) / 1_000_000
    }
  }

  // MARK: Optionals

  mutating func optional(_ function: Builtin, _ arguments: Arguments) -> Value {
    let first = arguments.first
    switch function {
    case .optionalOf: return .optional(OptionalValue(first))
    case .optionalOfNonZero: return .optional(isZero(first) ? .none : OptionalValue(first))
    case .optionalNone: return .optional(.none)
    case .optionalUnwrap, .unwrapOpt:
      guard let elements = elements(first) else { return noOverload(function.rawValue, arguments.values) }
      if let spent = charge(elements.count) { return spent }
      var result: [Value] = []
      for element in elements {
        guard case .optional(let optional) = element else {
          return element.isAbnormal ? element : noOverload(function.rawValue, [element])
        }
        if let value = optional.value { result.append(value) }
      }
      return .list(result)
    case .first, .last:
      guard let count = listCount(first) else { return noOverload(function.rawValue, arguments.values) }
      if count == 0 { return .optional(.none) }
      return .optional(OptionalValue(element(first, function == .first ? 0 : count - 1)))
    default: break
    }
    guard case .optional(let optional) = first else { return noOverload(function.rawValue, arguments.values) }
    switch function {
    case .hasValue: return .bool(optional.value != nil)
    case .value: return optional.value ?? .fail("'optional.none()' has no value")
    case .orValue: return optional.value ?? arguments.second
    default: return optional.value == nil ? arguments.second : first
    }
  }

  private func isZero(_ value: Value) -> Bool {
    if let count = listCount(value) ?? mapCount(value) { return count == 0 }
    switch value {
    case .null: return true
    case .bool(let flag): return !flag
    case .int(let number): return number == 0
    case .uint(let number): return number == 0
    case .double(let number): return number == 0
    case .string(let text): return text.isEmpty
    case .text:
      var isEmpty = true
      withText(value) { isEmpty = $0.isEmpty }
      return isEmpty
    case .bytes(let bytes): return bytes.isEmpty
    case .duration(let nanoseconds): return nanoseconds == 0
    case .timestamp(let time): return time.seconds == Timestamp.first && time.nanoseconds == 0
    case .optional(let optional): return optional.value == nil
    default: return false
    }
  }
}
