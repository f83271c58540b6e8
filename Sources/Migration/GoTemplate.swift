/// A Go template cut into its actions (text/template/parse `lex.go`). Text, comments and what stands in literals is no
/// part of them.
struct GoTemplate {
  enum Kind: Hashable {
    /// `.Name`; a dot by itself has an empty name.
    case field
    /// `$` or `$name`.
    case variable
    /// A keyword or a function.
    case word
    /// A string, a number, a character.
    case literal
    /// `(`, `)`, `|`, `,`, `=`, `:=`.
    case mark
  }

  struct Token: Hashable {
    var kind: Kind
    /// Without the dot or the dollar sign in front.
    var text: String
    var range: Range<Int>

    /// What is between the quotes of a literal; nil for anything else.
    var literalText: String? {
      guard kind == .literal, text.utf8.count > 1, text.first == "\"" || text.first == "`" else { return nil }
      return String(text.dropFirst().dropLast())
    }
  }

  /// The tokens of each action, in order.
  private(set) var actions: [[Token]] = []
  private let bytes: [UInt8]
  private var place = 0

  /// Nil for a text that Go cannot read as a template: an action or a literal in it has no end.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    while let start = find("{{", from: place) {
      place = start + 2
      if byte(0) == UInt8(ascii: "-"), isBlank(byte(1)) { place += 2 }
      if starts(with: "/*") {
        guard let end = find("*/", from: place) else { return nil }
        place = end + 2
        guard endsAction() else { return nil }
      } else {
        guard let tokens = action() else { return nil }
        actions.append(tokens)
      }
    }
  }

  private mutating func action() -> [Token]? {
    var tokens: [Token] = []
    while !endsAction() {
      guard let first = byte(0) else { return nil }
      let start = place
      let kind: Kind?
      switch first {
      case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
        guard skipLiteral(until: first) else { return nil }
        kind = .literal
      case UInt8(ascii: ".") where !isDigit(byte(1)):
        place += 1
        skipName()
        kind = .field
      case UInt8(ascii: "$"):
        place += 1
        skipName()
        kind = .variable
      case UInt8(ascii: ":") where byte(1) == UInt8(ascii: "="):
        place += 2
        kind = .mark
      case _ where isDigit(first) || ((first == UInt8(ascii: "-") || first == UInt8(ascii: ".")) && isDigit(byte(1))):
        place += 1
        while let next = byte(0), isName(next) || next == UInt8(ascii: ".") { place += 1 }
        kind = .literal
      case _ where isName(first):
        skipName()
        kind = .word
      default:
        place += 1
        kind = isBlank(first) ? nil : .mark
      }
      guard let kind else { continue }
      let prefix = kind == .field || kind == .variable ? 1 : 0
      tokens.append(
        Token(kind: kind, text: String(decoding: bytes[(start + prefix)..<place], as: UTF8.self), range: start..<place))
    }
    return tokens
  }

  /// Whether an action ends here, with or without a trim marker; then the place is behind it.
  private mutating func endsAction() -> Bool {
    if starts(with: "}}") {
      place += 2
      return true
    }
    guard isBlank(byte(0)), byte(1) == UInt8(ascii: "-"), byte(2) == UInt8(ascii: "}"), byte(3) == UInt8(ascii: "}")
    else { return false }
    place += 4
    return true
  }

  /// A raw string takes everything; the others have escapes and end in their line.
  private mutating func skipLiteral(until quote: UInt8) -> Bool {
    place += 1
    while let next = byte(0) {
      place += 1
      if next == quote { return true }
      guard quote != UInt8(ascii: "`") else { continue }
      if next == 0x0A { return false }
      if next == UInt8(ascii: "\\") { place += 1 }
    }
    return false
  }

  private mutating func skipName() {
    while let next = byte(0), isName(next) { place += 1 }
  }

  private func byte(_ offset: Int) -> UInt8? { place + offset < bytes.count ? bytes[place + offset] : nil }

  private func starts(with text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[min(place, bytes.count)...].starts(with: $0) }
  }

  private func find(_ text: StaticString, from start: Int) -> Int? {
    text.withUTF8Buffer { text in
      guard start + text.count <= bytes.count else { return nil }
      return (start...bytes.count - text.count).first { bytes[$0..<$0 + text.count].elementsEqual(text) }
    }
  }

  /// Letters of other scripts are names in Go as well.
  private func isName(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private func isDigit(_ byte: UInt8?) -> Bool { byte.map { 0x30...0x39 ~= $0 } ?? false }

  private func isBlank(_ byte: UInt8?) -> Bool {
    byte.map { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D } ?? false
  }
}
