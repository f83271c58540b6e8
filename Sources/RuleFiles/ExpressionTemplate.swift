/// A text with expressions in braces: `'{item.name}' of {displayName(object)}`. A brace that is meant is written twice.
package struct ExpressionTemplate {
  package enum Part: Hashable, Sendable {
    case text(String)
    /// An expression and where it begins, in bytes of the whole text.
    case expression(String, offset: Int)
  }

  /// What is wrong, and at which byte of the text.
  package struct Mistake: Error {
    package var message: String
    package var offset: Int
  }

  package private(set) var parts: [Part] = []

  package init(_ text: String) throws(Mistake) {
    let bytes = Array(text.utf8)
    let (open, close) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
    var plain: [UInt8] = []
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      let isDoubled = position + 1 < bytes.count && bytes[position + 1] == byte
      if byte == open || byte == close, isDoubled {
        plain.append(byte)
        position += 2
      } else if byte == close {
        throw Mistake(message: "'}' closes nothing; write '}}' for a brace", offset: position)
      } else if byte == open {
        guard let end = Self.end(of: bytes, from: position + 1) else {
          throw Mistake(message: "'{' is never closed; write '{{' for a brace", offset: position)
        }
        if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
        plain = []
        parts.append(
          .expression(String(decoding: bytes[(position + 1)..<end], as: UTF8.self), offset: position + 1))
        position = end + 1
      } else {
        plain.append(byte)
        position += 1
      }
    }
    if !plain.isEmpty { parts.append(.text(String(decoding: plain, as: UTF8.self))) }
  }

  /// Where the brace is that closes an expression, which may have braces and quoted texts of its own.
  private static func end(of bytes: [UInt8], from start: Int) -> Int? {
    var depth = 0
    var quote: UInt8?
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      if let open = quote {
        if byte == UInt8(ascii: "\\") { position += 1 } else if byte == open { quote = nil }
      } else {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): quote = byte
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"):
          if depth == 0 { return position }
          depth -= 1
        default: break
        }
      }
      position += 1
    }
    return nil
  }
}
