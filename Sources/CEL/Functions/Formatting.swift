import ScalarFormats

/// A piece of the text that `format` fills.
enum FormatPiece {
  case text(String)
  case clause(Character, precision: Int)

  /// cel-go, ext/formatting.go
  private static let highestPrecision = 1_000

  static func parse(_ text: String) throws(Failure) -> [FormatPiece] {
    var pieces: [FormatPiece] = []
    var plain = ""
    let characters = Array(text.unicodeScalars)
    var position = 0
    while position < characters.count {
      let character = characters[position]
      position += 1
      guard character == "%" else {
        plain.unicodeScalars.append(character)
        continue
      }
      guard position < characters.count else { throw Failure("'%' stands at the end of a format") }
      if characters[position] == "%" {
        plain += "%"
        position += 1
        continue
      }
      var precision = 6
      if characters[position] == "." {
        let start = position + 1
        position = start
        precision = 0
        while position < characters.count, (0x30...0x39).contains(characters[position].value) {
          precision = min(precision * 10 + Int(characters[position].value - 0x30), 1_000_000)
          position += 1
        }
        guard position > start, position < characters.count else {
          throw Failure("a precision in a format does not end")
        }
        guard precision <= highestPrecision else {
          throw Failure("precision \(precision) of a format is above \(highestPrecision)")
        }
      }
      guard "sdfebxXo".unicodeScalars.contains(characters[position]) else {
        throw Failure("'%\(characters[position])' is no clause of a format")
      }
      if !plain.isEmpty { pieces.append(.text(plain)) }
      plain = ""
      pieces.append(.clause(Character(characters[position]), precision: precision))
      position += 1
    }
    if !plain.isEmpty { pieces.append(.text(plain)) }
    return pieces
  }
}

extension Evaluator {
  mutating func formatted(_ text: String, _ list: Value) -> Value {
    guard let arguments = elements(list) else { return noOverload("format", [.string(text), list]) }
    let pieces: [FormatPiece]
    do throws(Failure) { pieces = try FormatPiece.parse(text) } catch { return .failure(error) }
    var (result, index) = ("", 0)
    for piece in pieces {
      switch piece {
      case .text(let text): result += text
      case .clause(let verb, let precision):
        guard index < arguments.count else { return .fail("argument \(index) of 'format' is missing") }
        let argument = arguments[index]
        if argument.isAbnormal { return argument }
        index += 1
        guard let text = formatted(argument, verb, precision) else {
          return .fail("'%\(verb)' of 'format' does not take '\(type(of: argument).runtimeName)'")
        }
        result += text
        if let spent = charge(1 + text.utf8.count / 16) { return spent }
      }
    }
    return .string(result)
  }

  private mutating func formatted(_ value: Value, _ verb: Character, _ precision: Int) -> String? {
    switch verb {
    case "s": return shown(value, isNested: false)
    case "d":
      switch value {
      case .int(let number): return String(number)
      case .uint(let number): return String(number)
      case .double(let number): return Self.special(number) ?? DecimalText.positional(number)
      default: return nil
      }
    case "f", "e":
      let number: Double
      switch value {
      case .int(let value): number = Double(value)
      case .uint(let value): number = Double(value)
      case .double(let value): number = value
      default: return nil
      }
      if let special = Self.special(number) { return special }
      // Where `%s` quotes, numbers are written as in English, and a precision of `%e` is a width.
      if quotesInFormats {
        return verb == "e" ? DecimalText.englishScientific(number) : DecimalText.english(number, precision: precision)
      }
      return DecimalText.formatted(number, precision: precision, isExponential: verb == "e")
    case "b":
      if case .bool(let flag) = value { return flag ? "1" : "0" }
      return Self.digits(value, 2)
    case "o": return Self.digits(value, 8)
    default:
      let bytes: [UInt8]
      if case .bytes(let value) = value {
        bytes = value
      } else if let text = string(value) {
        bytes = Array(text.utf8)
      } else {
        return Self.digits(value, 16).map { verb == "X" ? $0.uppercased() : $0 }
      }
      let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      return verb == "X" ? text.uppercased() : text
    }
  }

  private static func digits(_ value: Value, _ radix: Int) -> String? {
    switch value {
    case .int(let number): String(number, radix: radix)
    case .uint(let number): String(number, radix: radix)
    default: nil
    }
  }

  private static func special(_ number: Double) -> String? {
    number.isNaN ? "NaN" : number.isInfinite ? number < 0 ? "-Infinity" : "Infinity" : nil
  }

  /// A value as people read it; nil for what has no text.
  package mutating func text(of value: Value) -> String? { shown(value, isNested: false) }

  /// What `%s` writes; nil for what has no text.
  private mutating func shown(_ value: Value, isNested: Bool) -> String? {
    guard charge(1) == nil else { return "" }
    let isQuoted = isNested && quotesInFormats
    if let text = string(value) { return isQuoted ? Self.quoted(text) : text }
    if let elements = elements(value) {
      var texts: [String] = []
      for element in elements {
        guard let text = shown(element, isNested: true) else { return nil }
        texts.append(text)
      }
      return "[" + texts.joined(separator: ", ") + "]"
    }
    if let entries = entries(value) {
      var texts: [(key: String, text: String)] = []
      for (key, value) in entries {
        guard let keyText = shown(key, isNested: true), let text = shown(value, isNested: true) else { return nil }
        texts.append((keyText, keyText + (quotesInFormats ? ":" : ": ") + text))
      }
      texts.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return "{" + texts.map(\.text).joined(separator: ", ") + "}"
    }
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .uint(let number): return String(number)
    case .double(let number):
      if quotesInFormats {
        if isNested { return Self.special(number) ?? DecimalText.formatted(number, precision: 6, isExponential: false) }
        return DecimalText.shortest(number)
      }
      return Self.special(number) ?? DecimalText.positional(number)
    case .bytes(let bytes):
      let text = String(decoding: bytes, as: UTF8.self)
      return isQuoted ? "b" + Self.quoted(text) : text
    case .timestamp(let time):
      let text = time.text(inUTC: !quotesInFormats)
      return isQuoted ? "timestamp(\"\(text)\")" : text
    case .duration(let nanoseconds):
      let text = GoDuration.seconds(nanoseconds)
      return isQuoted ? "duration(\"\(text)\")" : text
    case .type(let type): return type.runtimeName
    default: return nil
    }
  }
}
