/// The `${...}` language of post-build substitution, as fluxcd/pkg `envsubst` reads it.
///
/// Only `${` is special; `$x` and `$(x)` are text, and `$$` is one `$` wherever it stands.
package enum Envsubst {
  /// One `${...}` in a text.
  package struct Expression: Hashable, Sendable {
    /// Bytes of the text, braces included.
    package var range: Range<Int>
    package var name: String
    package var operation: Operation
  }

  package indirect enum Operation: Hashable, Sendable {
    /// `${v}`
    case plain
    /// `${v:-d}`, `${v:=d}`, `${v=d}`, and `:?` and `:+`, which upstream gives the same meaning.
    case fallback([Part])
    /// `${#v}`
    case length
    /// `^`, `^^`, `,`, `,,`
    case letterCase(upper: Bool, all: Bool)
    /// `${v:n}`, `${v:n:m}`
    case substring(offset: Part, length: Part?)
    /// `#`, `##`, `%`, `%%` with a glob
    case trim(prefix: Bool, longest: Bool, pattern: Part)
    /// `/`, `//`, `/#`, `/%` with literal text
    case replace(ReplaceMode, pattern: Part, with: Part)
  }

  package enum ReplaceMode: Hashable, Sendable { case first, all, prefix, suffix }

  /// A piece of a text; an argument is one of them, an expression as a whole or text as a whole.
  package indirect enum Part: Hashable, Sendable {
    case text(String)
    case expression(Expression)
  }

  /// A text that upstream's parser refuses; the whole Kustomization fails with it.
  package struct SyntaxError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable { case noVariableName, missingClosingBrace }
    package var reason: Reason
    /// From the `$` to the byte where parsing stopped.
    package var range: Range<Int>
  }

  /// Cuts a text into literal parts (with `$$` made `$`) and expressions.
  package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(SyntaxError) -> [Part] {
    var parser = Parser(bytes: bytes)
    return try parser.parts(until: nil)
  }

  /// Whether a text holds `${` at all.
  package static func hasExpression(_ text: String) -> Bool {
    var isAfterDollar = false
    for byte in text.utf8 {
      if isAfterDollar, byte == open { return true }
      isAfterDollar = byte == dollar
    }
    return false
  }

  /// The variables that a parsed text may take values from, in order, each once; those in arguments are among them.
  package static func variables(in parts: [Part]) -> [String] {
    var names: [String] = []
    func add(_ part: Part) {
      guard case .expression(let expression) = part else { return }
      if !names.contains(expression.name) { names.append(expression.name) }
      switch expression.operation {
      case .plain, .length, .letterCase: break
      case .fallback(let parts): for part in parts { add(part) }
      case .substring(let offset, let length): for part in [offset, length].compactMap(\.self) { add(part) }
      case .trim(_, _, let pattern): add(pattern)
      case .replace(_, let pattern, let text): for part in [pattern, text] { add(part) }
      }
    }
    for part in parts { add(part) }
    return names
  }

  private static let dollar = UInt8(ascii: "$")
  private static let open = UInt8(ascii: "{")
  private static let close = UInt8(ascii: "}")

  private struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    var index = 0
    /// Nested defaults deeper than this are refused; upstream has no such bound, but nobody writes them.
    var depth = 0

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }
    private func peek(_ distance: Int) -> UInt8? { index + distance < bytes.count ? bytes[index + distance] : nil }

    /// Text and expressions up to the end, or up to `stop` at the level of a default (which it consumes).
    mutating func parts(until stop: UInt8?) throws(SyntaxError) -> [Part] {
      var parts: [Part] = []
      var literal: [UInt8] = []
      let start = index
      func flush(_ parts: inout [Part], _ literal: inout [UInt8]) {
        guard !literal.isEmpty else { return }
        parts.append(.text(String(decoding: literal, as: UTF8.self)))
        literal = []
      }
      while let byte = next {
        if byte == stop {
          index += 1
          flush(&parts, &literal)
          return parts
        }
        if byte == Envsubst.dollar, peek(1) == Envsubst.dollar, stop == nil {
          literal.append(byte)
          index += 2
        } else if byte == Envsubst.dollar, peek(1) == Envsubst.open {
          flush(&parts, &literal)
          parts.append(.expression(try expression()))
        } else {
          literal.append(byte)
          index += 1
        }
      }
      if stop != nil { throw SyntaxError(reason: .missingClosingBrace, range: start..<index) }
      flush(&parts, &literal)
      return parts
    }

    private mutating func expression() throws(SyntaxError) -> Expression {
      let start = index
      index += 2
      depth += 1
      defer { depth -= 1 }
      let isLength = next == UInt8(ascii: "#")
      if isLength { index += 1 }
      let name = variableName()
      guard !name.isEmpty, depth < 64 else {
        throw SyntaxError(reason: .noVariableName, range: start..<min(index + 1, bytes.count))
      }
      let operation: Operation
      if isLength {
        try expectClose(from: start)
        operation = .length
      } else {
        operation = try self.operation(from: start)
      }
      return Expression(range: start..<index, name: name, operation: operation)
    }

    /// Letters of any script, digits and `_`; a digit may come first.
    private mutating func variableName() -> String {
      let start = index
      while let byte = next {
        let isName =
          byte == UInt8(ascii: "_") || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A)
          || (byte >= 0x61 && byte <= 0x7A)
        if isName {
          index += 1
        } else if byte >= 0x80, let length = letterLength() {
          index += length
        } else {
          break
        }
      }
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// The bytes of the letter at `index`, nil when a code point other than a letter stands there.
    private func letterLength() -> Int? {
      let length = bytes[index] >= 0xF0 ? 4 : bytes[index] >= 0xE0 ? 3 : 2
      guard index + length <= bytes.count else { return nil }
      let scalars = String(decoding: bytes[index..<index + length], as: UTF8.self).unicodeScalars
      guard scalars.count == 1, let scalar = scalars.first, scalar.properties.isAlphabetic else { return nil }
      return length
    }

    private mutating func expectClose(from start: Int) throws(SyntaxError) {
      guard next == Envsubst.close else {
        throw SyntaxError(reason: .missingClosingBrace, range: start..<min(index + 1, bytes.count))
      }
      index += 1
    }

    private mutating func operation(from start: Int) throws(SyntaxError) -> Operation {
      switch next {
      case Envsubst.close:
        index += 1
        return .plain
      case UInt8(ascii: "="):
        index += 1
        return .fallback(try parts(until: Envsubst.close))
      case UInt8(ascii: ":"):
        switch peek(1) {
        case UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "+"):
          index += 2
          return .fallback(try parts(until: Envsubst.close))
        default:
          index += 1
          let offset = try argument(upTo: [UInt8(ascii: ":"), Envsubst.close], from: start)
          guard next == UInt8(ascii: ":") else {
            try expectClose(from: start)
            return .substring(offset: offset, length: nil)
          }
          index += 1
          let length = try argument(upTo: [Envsubst.close], from: start)
          try expectClose(from: start)
          return .substring(offset: offset, length: length)
        }
      case UInt8(ascii: "^"), UInt8(ascii: ","):
        let isAll = peek(1) == next
        let isUpper = next == UInt8(ascii: "^")
        index += isAll ? 2 : 1
        try expectClose(from: start)
        return .letterCase(upper: isUpper, all: isAll)
      case UInt8(ascii: "#"), UInt8(ascii: "%"):
        let isPrefix = next == UInt8(ascii: "#")
        let isLongest = peek(1) == next
        index += isLongest ? 2 : 1
        let pattern = try argument(upTo: [Envsubst.close], from: start)
        try expectClose(from: start)
        return .trim(prefix: isPrefix, longest: isLongest, pattern: pattern)
      case UInt8(ascii: "/"):
        return try replacement(from: start)
      default:
        throw SyntaxError(reason: .missingClosingBrace, range: start..<min(index + 1, bytes.count))
      }
    }

    private mutating func replacement(from start: Int) throws(SyntaxError) -> Operation {
      index += 1
      var mode = ReplaceMode.first
      switch next {
      case UInt8(ascii: "/"): mode = .all
      case UInt8(ascii: "#"): mode = .prefix
      case UInt8(ascii: "%"): mode = .suffix
      default: index -= 1
      }
      index += 1
      let pattern = try argument(upTo: [UInt8(ascii: "/"), Envsubst.close], from: start)
      guard next == UInt8(ascii: "/") else {
        throw SyntaxError(reason: .missingClosingBrace, range: start..<min(index + 1, bytes.count))
      }
      index += 1
      let text = try argument(upTo: [Envsubst.close], from: start)
      try expectClose(from: start)
      return .replace(mode, pattern: pattern, with: text)
    }

    /// An argument: one expression, or text up to where one begins (fluxcd/pkg `envsubst/parse`, `parseParam`).
    private mutating func argument(upTo stops: [UInt8], from start: Int) throws(SyntaxError) -> Part {
      if next == Envsubst.dollar, peek(1) == Envsubst.open { return .expression(try expression()) }
      return .text(try text(upTo: stops, from: start))
    }

    /// Plain argument text; `\` takes the `/` after it as text.
    private mutating func text(upTo stops: [UInt8], from start: Int) throws(SyntaxError) -> String {
      var text: [UInt8] = []
      while let byte = next {
        if stops.contains(byte) || byte == Envsubst.dollar && peek(1) == Envsubst.open {
          return String(decoding: text, as: UTF8.self)
        }
        if byte == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "/") {
          index += 1
          text.append(UInt8(ascii: "/"))
        } else {
          text.append(byte)
        }
        index += 1
      }
      throw SyntaxError(reason: .missingClosingBrace, range: start..<index)
    }
  }
}
