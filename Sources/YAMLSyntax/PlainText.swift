/// What a text would be if it stood without quotes.
package enum PlainText {
  /// Whether it would be a string. A date would not, whatever becomes of it later.
  package static func isString(_ text: UnsafeBufferPointer<UInt8>, dialect: ScalarDialect) -> Bool {
    if isSurelyString(text) { return true }
    let scalar = PlainScalar(text: String(decoding: text, as: UTF8.self), dialect: dialect)
    guard let value = try? scalar.value(tag: .none, isPlain: true), case .string = value else { return false }
    return Timestamp(scalar.text) == nil
  }

  /// Whether it is a string to every reader, seen without looking at it as a number.
  package static func isSurelyString(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    isStringByFirstByte(text) || isOtherWord(text)
  }

  /// The value of the most frequent texts, which are the same to every reader: `true`, `false` and whole numbers without
  /// a zero in front. Nil for any other.
  static func frequentValue(_ text: UnsafeBufferPointer<UInt8>) -> ScalarValue? {
    guard let first = text.first, text.count <= 18 else { return nil }
    switch first {
    case UInt8(ascii: "1")...UInt8(ascii: "9"):
      var value: Int64 = 0
      for byte in text {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        value = value * 10 + Int64(byte & 0x0F)
      }
      return .integer(value)
    case UInt8(ascii: "0"): return text.count == 1 ? .integer(0) : nil
    case UInt8(ascii: "t"): return text.elementsEqual("true".utf8) ? .boolean(true) : nil
    case UInt8(ascii: "f"): return text.elementsEqual("false".utf8) ? .boolean(false) : nil
    default: return nil
    }
  }

  /// Whether the text begins with a letter and is none of the words that stand for null, true and false: `name`, `type`.
  private static func isOtherWord(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first, first >= UInt8(ascii: "A"), first != UInt8(ascii: "~") else { return false }
    guard text.count <= 5 else { return true }
    // The letters in lower case, packed into a number.
    switch text.reduce(UInt64(0), { $0 << 8 | UInt64($1 | 0x20) }) {
    case 0x6E_756C_6C, 0x74_7275_65, 0x66_616C_7365: return false  // null, true, false
    case 0x79, 0x6E, 0x79_6573, 0x6E_6F, 0x6F_6E, 0x6F_6666: return false  // y, n, yes, no, on, off
    default: return true
    }
  }

  /// Whether already the first byte says that it would be a string: go-yaml looks no further then.
  package static func isStringByFirstByte(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = text.first else { return false }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "~"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"),
      UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "o"), UInt8(ascii: "O"):
      return false
    default: return true
    }
  }
}

extension Forest {
  /// Whether the scalar is a string before anything is made of it: a date and `!!binary` are none, nor is a scalar with a
  /// tag of somebody's own.
  package func isString(_ ref: NodeRef, dialect: ScalarDialect) -> Bool {
    let node = self[ref]
    guard node.kind == .scalar else { return false }
    switch node.tag {
    case .string, .map, .sequence, .merge: return true
    case .none: return node.style != .plain || withText(ref) { PlainText.isString($0, dialect: dialect) }
    case .nonSpecific:
      guard node.style == .plain, dialect == .resource else { return true }
      return withText(ref) { PlainText.isString($0, dialect: dialect) }
    case .integer, .float, .boolean, .null, .timestamp, .binary, .other: return false
    }
  }
}
