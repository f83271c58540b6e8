/// Decides what a text without quotes is, as go-yaml's `resolve.go` does: v3 for resources, v2 for the rest.
struct PlainScalar {
  let text: String
  let dialect: ScalarDialect

  /// The value of a scalar with this text and `tag`.
  ///
  /// - Throws: `ScalarError` if the tag names a type that the text is not.
  func value(tag: Node.Tag, isPlain: Bool) throws(ScalarError) -> ScalarValue {
    let value = try decoded(tag: tag, isPlain: isPlain)
    if case .float(let number) = value { return Self.afterJSON(number) }
    return value
  }

  /// The same before it passes through JSON.
  func decoded(tag: Node.Tag, isPlain: Bool) throws(ScalarError) -> ScalarValue {
    switch tag {
    case .none: return isPlain ? resolved : .string(text)
    case .nonSpecific: return isPlain && dialect == .resource ? resolved : .string(text)
    case .string, .map, .sequence, .merge, .other: return .string(text)
    case .binary:
      guard let bytes = Base64.decode(Array(text.utf8)) else {
        throw ScalarError(message: "'!!binary' value contains invalid base64 data")
      }
      return .string(LenientUTF8.string(bytes))
    case .timestamp:
      guard let timestamp = Timestamp(text) else { throw mismatch(tag) }
      return .string(dialect == .resource ? timestamp.description : text)
    case .null, .boolean, .integer, .float: return try typed(tag)
    }
  }

  private func typed(_ tag: Node.Tag) throws(ScalarError) -> ScalarValue {
    let value = resolved
    switch (tag, value) {
    case (.null, .null), (.boolean, .boolean), (.integer, .integer), (.integer, .unsigned), (.float, .float):
      return value
    case (.float, .integer(let integer)): return .float(Double(integer))
    default: throw mismatch(tag)
    }
  }

  private func mismatch(_ tag: Node.Tag) -> ScalarError {
    let name =
      switch tag {
      case .null: "!!null"
      case .boolean: "!!bool"
      case .integer: "!!int"
      case .float: "!!float"
      default: "!!timestamp"
      }
    return ScalarError(message: "'\(text)' cannot be read as '\(name)'")
  }

  /// Every value passes through JSON, where a number without a fraction is an integer whatever its spelling (`1e3`).
  /// Go writes the fewest digits that tell the number from its neighbours, and zeros up to 10^21.
  private static func afterJSON(_ value: Double) -> ScalarValue {
    guard value.isFinite, value.rounded() == value, abs(value) < 1e21 else { return .float(value) }
    // Swift writes the same digits as `1.5e+19`, or as `9007199254740992.0` while an exponent is not shorter.
    let parts = "\(value.magnitude)".split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else {
      return Int64(exactly: value).map { .integer($0) } ?? .float(value)
    }
    var digits = parts[0].split(separator: ".").joined()
    digits += String(repeating: "0", count: max(0, exponent + 1 - digits.count))
    return GoInteger.parse((value < 0 ? "-" : "") + digits) ?? .float(value)
  }

  /// The value by the text alone. The first byte decides what is tried, as in go-yaml.
  private var resolved: ScalarValue {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "t"), UInt8(ascii: "T"),
      UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "y"), UInt8(ascii: "Y"), UInt8(ascii: "o"), UInt8(ascii: "O"):
      return word ?? .string(text)
    case UInt8(ascii: "."):
      return word ?? float(text) ?? .string(text)
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return word ?? number ?? .string(text)
    default: return .string(text)
    }
  }

  private var word: ScalarValue? {
    guard text.utf8.count <= 5 else { return nil }
    return switch text {
    case "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .boolean(true)
    case "false", "False", "FALSE": .boolean(false)
    case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": dialect == .kustomization ? .boolean(true) : nil
    case "n", "N", "no", "No", "NO", "off", "Off", "OFF": dialect == .kustomization ? .boolean(false) : nil
    case ".nan", ".NaN", ".NAN": .float(.nan)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .float(.infinity)
    case "-.inf", "-.Inf", "-.INF": .float(-.infinity)
    default: nil
    }
  }

  private var number: ScalarValue? {
    if let timestamp = Timestamp(text) { return .string(dialect == .resource ? timestamp.description : text) }
    let digits = text.filter { $0 != "_" }
    if let integer = GoInteger.parse(digits) { return integer }
    if let float = float(digits) { return float }
    // Beyond Go's own prefixes, go-yaml cuts `0b` off and lets a sign follow.
    let prefixes: [(String, Int)] = dialect == .resource ? [("0b", 2), ("0o", 8)] : [("0b", 2)]
    for (prefix, radix) in prefixes {
      if digits.hasPrefix(prefix), let value = Int64(digits.dropFirst(2), radix: radix) { return .integer(value) }
      if digits.hasPrefix("-" + prefix), let value = Int64("-" + digits.dropFirst(3), radix: radix) {
        return .integer(value)
      }
    }
    return nil
  }

  /// A decimal number with or without point and exponent; nil for another text or one that is out of range.
  private func float(_ text: String) -> ScalarValue? {
    guard Self.isDecimal(text.utf8), let value = Double(text), value.isFinite else { return nil }
    return .float(value)
  }

  /// `[-+]?(\.D+|D+(\.D*)?)([eE][-+]?D+)?`
  private static func isDecimal(_ text: String.UTF8View) -> Bool {
    var rest = text[...]
    rest.dropSign()
    let whole = rest.dropDigits()
    var fraction = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = rest.dropDigits()
    }
    guard whole > 0 || fraction > 0 else { return false }
    if let next = rest.first, next | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      rest.dropSign()
      guard rest.dropDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}

extension Substring.UTF8View {
  fileprivate mutating func dropSign() {
    if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") { removeFirst() }
  }

  /// Drops decimal digits and returns how many there were.
  fileprivate mutating func dropDigits() -> Int {
    let digits = prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }.count
    removeFirst(digits)
    return digits
  }
}

/// Integers as Go's `strconv.ParseInt` and `ParseUint` read them with base 0.
enum GoInteger {
  /// `text` has no underscores any more.
  static func parse(_ text: String) -> ScalarValue? {
    let isNegative = text.hasPrefix("-")
    let isSigned = isNegative || text.hasPrefix("+")
    var digits = text[...]
    if isSigned { digits.removeFirst() }
    let radix: Int
    switch digits.prefix(2).lowercased() {
    case "0x": radix = 16
    case "0o": radix = 8
    case "0b": radix = 2
    default: radix = digits.hasPrefix("0") && digits.count > 1 ? -8 : 10
    }
    digits.removeFirst(radix == 10 ? 0 : radix == -8 ? 1 : 2)
    // A second sign would be taken by Swift, not by Go.
    guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-"),
      let magnitude = UInt64(digits, radix: abs(radix))
    else { return nil }
    if isNegative {
      guard magnitude <= UInt64(Int64.max) + 1 else { return nil }
      return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
    }
    if let value = Int64(exactly: magnitude) { return .integer(value) }
    return isSigned ? nil : .unsigned(magnitude)
  }
}
