/// Cuts an expression into tokens (github.com/google/cel-spec, doc/langdef.md, Syntax; cel-go, parser/gen/CEL.g4).
struct Lexer {
  private let text: [UInt8]
  private(set) var position = 0

  init(_ text: [UInt8]) { self.text = text }

  private func byte(_ offset: Int = 0) -> UInt8? {
    position + offset < text.count ? text[position + offset] : nil
  }

  private func failure(_ message: String, _ range: Range<Int>) -> CELError { CELError(.parse, message, range) }

  /// The next token and where it is.
  mutating func next() throws(CELError) -> (token: Token, range: Range<Int>) {
    skipBlanks()
    let start = position
    let token = try read()
    return (token, start..<position)
  }

  private mutating func skipBlanks() {
    while let next = byte() {
      switch next {
      case 0x20, 0x09, 0x0A, 0x0C, 0x0D: position += 1
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"):
        while let next = byte(), next != 0x0A { position += 1 }
      default: return
      }
    }
  }

  private mutating func read() throws(CELError) -> Token {
    guard let first = byte() else { return .end }
    switch first {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try quoted(isRaw: false, isBytes: false).text)
    case 0x30...0x39: return number()
    case UInt8(ascii: ".") where byte(1).map(Self.isDigit) ?? false: return number()
    case UInt8(ascii: "`"): return try quotedIdentifier()
    case 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): return try word()
    default: return try symbol()
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
  }
  private static func hexadecimal(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41) + 10
    case 0x61...0x66: UInt32(byte - 0x61) + 10
    default: nil
    }
  }

  private mutating func symbol() throws(CELError) -> Token {
    if let first = byte(), let second = byte(1),
      let symbol = Token.Symbol(rawValue: String(decoding: [first, second], as: UTF8.self)), first < 0x80
    {
      position += 2
      return .symbol(symbol)
    }
    if let first = byte(), first < 0x80, let symbol = Token.Symbol(rawValue: String(decoding: [first], as: UTF8.self)) {
      position += 1
      return .symbol(symbol)
    }
    let width = byte().map { $0 >= 0xF0 ? 4 : $0 >= 0xE0 ? 3 : $0 >= 0xC0 ? 2 : 1 } ?? 0
    let range = position..<min(position + width, text.count)
    throw failure("unexpected character '\(String(decoding: text[range], as: UTF8.self))'", range)
  }

  private mutating func digits() {
    while let next = byte(), Self.isDigit(next) { position += 1 }
  }

  private mutating func number() -> Token {
    let start = position
    func written() -> String { String(decoding: text[start..<position], as: UTF8.self) }
    if byte() == 0x30, byte(1) == UInt8(ascii: "x"), byte(2).flatMap(Self.hexadecimal) != nil {
      position += 2
      while let next = byte(), Self.hexadecimal(next) != nil { position += 1 }
      return takeUnsigned(written())
    }
    digits()
    var isDouble = false
    if byte() == UInt8(ascii: "."), byte(1).map(Self.isDigit) ?? false {
      position += 1
      digits()
      isDouble = true
    }
    if byte() == UInt8(ascii: "e") || byte() == UInt8(ascii: "E") {
      let sign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-") ? 1 : 0
      if byte(1 + sign).map(Self.isDigit) ?? false {
        position += 1 + sign
        digits()
        isDouble = true
      }
    }
    return isDouble ? .double(written()) : takeUnsigned(written())
  }

  private mutating func takeUnsigned(_ digits: String) -> Token {
    guard byte() == UInt8(ascii: "u") || byte() == UInt8(ascii: "U") else { return .int(digits) }
    position += 1
    return .uint(digits)
  }

  private mutating func word() throws(CELError) -> Token {
    // `r`, `b` and `br` before a quotation mark belong to the string.
    let isBytes = byte() == UInt8(ascii: "b") || byte() == UInt8(ascii: "B")
    let prefix = isBytes ? 1 : 0
    let isRaw = byte(prefix) == UInt8(ascii: "r") || byte(prefix) == UInt8(ascii: "R")
    let length = prefix + (isRaw ? 1 : 0)
    if length > 0, byte(length) == UInt8(ascii: "\"") || byte(length) == UInt8(ascii: "'") {
      position += length
      let (text, bytes) = try quoted(isRaw: isRaw, isBytes: isBytes)
      return isBytes ? .bytes(bytes) : .string(text)
    }
    let start = position
    while let next = byte(), Self.isLetter(next) || Self.isDigit(next) { position += 1 }
    let name = String(decoding: text[start..<position], as: UTF8.self)
    switch name {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    case "null": return .null
    case "in": return .in
    default: return .identifier(name)
    }
  }

  private mutating func quotedIdentifier() throws(CELError) -> Token {
    let start = position
    position += 1
    while let next = byte(), Self.isLetter(next) || Self.isDigit(next) || ".-/ ".utf8.contains(next) { position += 1 }
    guard byte() == UInt8(ascii: "`"), position > start + 1 else {
      throw failure("unexpected character '`'", start..<start + 1)
    }
    position += 1
    return .quotedIdentifier(String(decoding: text[start + 1..<position - 1], as: UTF8.self))
  }

  // MARK: Strings

  private mutating func quoted(isRaw: Bool, isBytes: Bool) throws(CELError) -> (text: String, bytes: [UInt8]) {
    let start = position
    guard let mark = byte() else { throw failure("string is not closed", start..<position) }
    let isTriple = byte(1) == mark && byte(2) == mark
    position += isTriple ? 3 : 1
    var result: [UInt8] = []
    while let next = byte() {
      if next == mark, !isTriple || byte(1) == mark && byte(2) == mark {
        position += isTriple ? 3 : 1
        return (String(decoding: result, as: UTF8.self), result)
      }
      switch next {
      case 0x0A where !isTriple: throw failure("string is not closed", start..<position)
      case 0x0D:
        guard isTriple else { throw failure("string is not closed", start..<position) }
        // Line ends are normal ones (cel-go, parser/unescape.go).
        position += byte(1) == 0x0A ? 2 : 1
        result.append(0x0A)
      case UInt8(ascii: "\\") where !isRaw: try escape(into: &result, isBytes)
      default:
        result.append(next)
        position += 1
      }
    }
    throw failure("string is not closed", start..<text.count)
  }

  private mutating func escape(into result: inout [UInt8], _ isBytes: Bool) throws(CELError) {
    let start = position
    guard let letter = byte(1) else { throw failure("string is not closed", start..<text.count) }
    position += 2
    func invalid() -> CELError { failure("invalid escape sequence", start..<min(position, text.count)) }
    switch letter {
    case UInt8(ascii: "a"): result.append(0x07)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "v"): result.append(0x0B)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "?"):
      result.append(letter)
    case UInt8(ascii: "x"), UInt8(ascii: "X"):
      try append(try hexadecimal(2, start), isOctet: isBytes, to: &result, start)
    case UInt8(ascii: "u") where !isBytes: try append(try hexadecimal(4, start), isOctet: false, to: &result, start)
    case UInt8(ascii: "U") where !isBytes: try append(try hexadecimal(8, start), isOctet: false, to: &result, start)
    case 0x30...0x33:
      guard let second = byte(), let third = byte(1), (0x30...0x37).contains(second), (0x30...0x37).contains(third)
      else { throw invalid() }
      position += 2
      let value = UInt32(letter - 0x30) * 64 + UInt32(second - 0x30) * 8 + UInt32(third - 0x30)
      try append(value, isOctet: isBytes, to: &result, start)
    default: throw invalid()
    }
  }

  private mutating func hexadecimal(_ count: Int, _ start: Int) throws(CELError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = byte().flatMap(Self.hexadecimal) else {
        throw failure("invalid escape sequence", start..<min(position + 1, text.count))
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  /// A code point, or in bytes an octet.
  private func append(_ value: UInt32, isOctet: Bool, to result: inout [UInt8], _ start: Int) throws(CELError) {
    if isOctet { return result.append(UInt8(truncatingIfNeeded: value)) }
    guard let scalar = Unicode.Scalar(value) else {
      throw failure("escape sequence is no Unicode character", start..<position)
    }
    result.append(contentsOf: String(scalar).utf8)
  }
}
