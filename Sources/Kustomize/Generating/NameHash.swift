internal import Hashing
import YAMLSyntax

/// The suffix that the name of a generated object gets from its content (api/hasher/hasher.go).
enum NameHash {
  /// Ten characters for a ConfigMap or Secret; nil for any other kind.
  static func suffix(of root: NodeRef, kind: String, in forest: Forest) -> String? {
    var json = GoJSON(forest: forest)
    let data = forest.value(root, "data").flatMap { forest.kind($0) == .mapping ? $0 : nil }
    switch kind {
    case "ConfigMap":
      json.open()
      if let binary = forest.value(root, "binaryData"), forest.kind(binary) == .mapping {
        json.member("binaryData", binary)
      }
      json.member("data", data)
      json.member("kind", text: kind)
      // Upstream looks the name up under a key that no object has.
      json.member("name", text: "")
      json.close()
    case "Secret":
      json.open()
      json.member("data", data)
      json.member("kind", text: kind)
      json.member("name", text: "")
      if let strings = forest.value(root, "stringData"), forest.kind(strings) == .mapping {
        json.member("stringData", strings)
      }
      json.member("type", text: forest.value(root, "type").map { forest.text($0) } ?? "")
      json.close()
    default: return nil
    }
    return encode(SHA256.digest(json.bytes))
  }

  /// The first ten hexadecimal digits, without those that could spell a word.
  private static func encode(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let hexadecimal = digest.prefix(5).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: hexadecimal.map(replaced), as: UTF8.self)
  }

  private static func replaced(_ digit: UInt8) -> UInt8 {
    switch digit {
    case UInt8(ascii: "0"): UInt8(ascii: "g")
    case UInt8(ascii: "1"): UInt8(ascii: "h")
    case UInt8(ascii: "3"): UInt8(ascii: "k")
    case UInt8(ascii: "a"): UInt8(ascii: "m")
    case UInt8(ascii: "e"): UInt8(ascii: "t")
    default: digit
    }
  }
}

/// Writes compact JSON with sorted keys as Go's encoder does.
struct GoJSON {
  let forest: Forest
  private(set) var bytes: [UInt8] = []
  private var needsComma = false

  init(forest: Forest) { self.forest = forest }

  mutating func open() {
    bytes.append(UInt8(ascii: "{"))
    needsComma = false
  }

  mutating func close() {
    bytes.append(UInt8(ascii: "}"))
    needsComma = true
  }

  private mutating func key(_ key: some Sequence<UInt8>) {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
    string(key)
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func member(_ name: String, text: String) {
    key(name.utf8)
    string(text.utf8)
  }

  /// An absent value is an empty string.
  mutating func member(_ name: String, _ value: NodeRef?) {
    key(name.utf8)
    if let value { self.value(value) } else { string("".utf8) }
  }

  mutating func value(_ node: NodeRef) {
    switch forest.kind(node) {
    case .mapping:
      let pairs = forest.pairs(node).map { (key: forest.withText($0.key) { Array($0) }, value: $0.value) }
      open()
      for pair in pairs.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
        key(pair.key)
        value(pair.value)
      }
      close()
    case .sequence:
      bytes.append(UInt8(ascii: "["))
      for (index, item) in forest.items(node).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value(item)
      }
      bytes.append(UInt8(ascii: "]"))
    case .scalar, .alias:
      let value = forest.scalarValue(node, dialect: .resource)
      if case .string(let text) = value { string(text.utf8) } else { bytes += Self.text(of: value).utf8 }
    }
  }

  /// The text of a value; that of a string without quotes.
  static func text(of value: ScalarValue) -> String {
    switch value {
    case .null: "null"
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .float(let value): shortest(value)
    case .string(let text): text
    }
  }

  private static func shortest(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  mutating func string(_ text: some Sequence<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    var previous: (UInt8, UInt8) = (0, 0)
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0A: bytes += "\\n".utf8
      case 0x0D: bytes += "\\r".utf8
      case 0x09: bytes += "\\t".utf8
      case 0x08: bytes += "\\b".utf8
      case 0x0C: bytes += "\\f".utf8
      case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
        bytes += "\\u00".utf8
        bytes += [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
      case 0xA8, 0xA9:
        // U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
        if previous == (0xE2, 0x80) {
          bytes.removeLast(2)
          bytes += (byte == 0xA8 ? "\\u2028" : "\\u2029").utf8
        } else {
          bytes.append(byte)
        }
      default: bytes.append(byte)
      }
      previous = (previous.1, byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
