/// JSON as the cases use it.
enum JSON {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([Member])

  struct Member {
    var key: String
    var value: JSON
  }

  subscript(key: String) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  var text: String? { if case .string(let text) = self { text } else { nil } }
  var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
  var members: [Member] { if case .object(let members) = self { members } else { [] } }
  var isTrue: Bool { if case .bool(true) = self { true } else { false } }

  init?(_ text: String) {
    var parser = Parser(bytes: Array(text.utf8))
    guard let value = parser.value(0) else { return nil }
    parser.skipBlanks()
    guard parser.position == parser.bytes.count else { return nil }
    self = value
  }

  private struct Parser {
    let bytes: [UInt8]
    var position = 0

    mutating func skipBlanks() {
      while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
    }

    mutating func take(_ word: StaticString) -> Bool {
      let isNext = word.withUTF8Buffer { bytes[position...].starts(with: $0) }
      if isNext { position += word.utf8CodeUnitCount }
      return isNext
    }

    mutating func value(_ depth: Int) -> JSON? {
      skipBlanks()
      guard position < bytes.count, depth < 500 else { return nil }
      switch bytes[position] {
      case UInt8(ascii: "{"): return object(depth)
      case UInt8(ascii: "["): return array(depth)
      case UInt8(ascii: "\""): return string().map { .string($0) }
      case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
      case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
      case UInt8(ascii: "n"): return take("null") ? .null : nil
      default:
        let digits = bytes[position...].prefix { "+-.eE0123456789".utf8.contains($0) }
        position += digits.count
        return Double(String(decoding: digits, as: UTF8.self)).map { .number($0) }
      }
    }

    private mutating func object(_ depth: Int) -> JSON? {
      position += 1
      var members: [Member] = []
      skipBlanks()
      if take("}") { return .object([]) }
      repeat {
        skipBlanks()
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\""), let key = string() else { return nil }
        skipBlanks()
        guard take(":"), let value = value(depth + 1) else { return nil }
        members.append(Member(key: key, value: value))
        skipBlanks()
      } while take(",")
      return take("}") ? .object(members) : nil
    }

    private mutating func array(_ depth: Int) -> JSON? {
      position += 1
      var elements: [JSON] = []
      skipBlanks()
      if take("]") { return .array([]) }
      repeat {
        guard let value = value(depth + 1) else { return nil }
        elements.append(value)
        skipBlanks()
      } while take(",")
      return take("]") ? .array(elements) : nil
    }

    private mutating func unit() -> UInt16? {
      guard position + 4 <= bytes.count else { return nil }
      defer { position += 4 }
      return UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    }

    private mutating func string() -> String? {
      position += 1
      var result: [UInt8] = []
      while position < bytes.count {
        let byte = bytes[position]
        position += 1
        if byte == UInt8(ascii: "\"") { return String(decoding: result, as: UTF8.self) }
        guard byte == UInt8(ascii: "\\") else {
          result.append(byte)
          continue
        }
        guard position < bytes.count else { return nil }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "u"):
          guard var units = unit().map({ [$0] }) else { return nil }
          if UTF16.isLeadSurrogate(units[0]), take("\\u"), let second = unit() { units.append(second) }
          result += String(decoding: units, as: UTF16.self).utf8
        default: result.append(letter)
        }
      }
      return nil
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
