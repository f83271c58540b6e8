/// A Go template cut into its actions (text/template/parse `lex.go`). Text, comments and what stands in literals is no
/// part of them.
package struct GoTemplate {
  /// What stands twice around an action.
  package enum Delimiters: Sendable {
    /// `{{ }}`, those of Go.
    case braces
    /// `<< >>`, those of the Flux Operator.
    case angles

    var open: UInt8 { self == .braces ? UInt8(ascii: "{") : UInt8(ascii: "<") }
    var close: UInt8 { self == .braces ? UInt8(ascii: "}") : UInt8(ascii: ">") }
  }

  package enum Kind: Hashable {
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

  package struct Token: Hashable {
    package var kind: Kind
    /// Without the dot or the dollar sign in front.
    package var text: String
    package var range: Range<Int>

    /// What is between the quotes of a literal; nil for anything else.
    package var literalText: String? {
      guard kind == .literal, text.utf8.count > 1, text.first == "\"" || text.first == "`" else { return nil }
      return String(text.dropFirst().dropLast())
    }
  }

  enum Piece {
    /// What is printed as it stands, less what trim markers take away.
    case text(Range<Int>)
    /// The tokens of an action, and where it is written with its delimiters.
    case action([Token], Range<Int>)
  }

  private(set) var pieces: [Piece] = []
  let bytes: [UInt8]
  private let delimiters: Delimiters
  private var place = 0

  /// The tokens of each action, in order.
  package var actions: [[Token]] {
    pieces.compactMap { if case .action(let tokens, _) = $0 { tokens } else { nil } }
  }

  /// The parts of the text that are printed once whenever the template is carried out: those outside of all blocks.
  package var certainText: [Range<Int>] {
    var depth = 0
    var ranges: [Range<Int>] = []
    for piece in pieces {
      switch piece {
      case .text(let range): if depth == 0 { ranges.append(range) }
      case .action(let tokens, _):
        guard let first = tokens.first, first.kind == .word else { continue }
        switch first.text {
        case "if", "with", "range", "define", "block": depth += 1
        case "end": depth -= 1
        default: break
        }
      }
    }
    return ranges
  }

  /// Nil for a text that Go cannot read as a template: an action or a literal in it has no end.
  package init?(_ bytes: [UInt8], delimiters: Delimiters = .braces) {
    self.bytes = bytes
    self.delimiters = delimiters
    var textStart = 0
    while let start = findOpening(from: place) {
      var textEnd = start
      place = start + 2
      if byte(0) == UInt8(ascii: "-"), isBlank(byte(1)) {
        place += 2
        while textEnd > textStart, isBlank(bytes[textEnd - 1]) { textEnd -= 1 }
      }
      if textStart < textEnd { pieces.append(.text(textStart..<textEnd)) }
      if starts(with: "/*") {
        guard let end = find("*/", from: place) else { return nil }
        place = end + 2
        guard endsAction() else { return nil }
      } else {
        guard let tokens = action() else { return nil }
        pieces.append(.action(tokens, start..<actionEnd))
      }
      textStart = place
    }
    if textStart < bytes.count { pieces.append(.text(textStart..<bytes.count)) }
  }

  /// Where the last action ends, before the blanks that its trim marker takes away.
  private var actionEnd = 0

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
    if byte(0) == delimiters.close, byte(1) == delimiters.close {
      place += 2
      actionEnd = place
      return true
    }
    guard isBlank(byte(0)), byte(1) == UInt8(ascii: "-"), byte(2) == delimiters.close, byte(3) == delimiters.close
    else { return false }
    place += 4
    actionEnd = place
    while isBlank(byte(0)) { place += 1 }
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

  private func findOpening(from start: Int) -> Int? {
    guard start + 2 <= bytes.count else { return nil }
    return (start...bytes.count - 2).first { bytes[$0] == delimiters.open && bytes[$0 + 1] == delimiters.open }
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
