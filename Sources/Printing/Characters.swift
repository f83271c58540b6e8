/// The code points of a UTF-8 text with their places, and what the emitter wants to know of each.
struct Characters: BidirectionalCollection {
  private let text: UnsafeBufferPointer<UInt8>

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  var startIndex: Int { 0 }
  var endIndex: Int { text.count }

  subscript(offset: Int) -> Character { Character(text, at: offset) }

  func index(after offset: Int) -> Int { offset + Character.width(text[offset]) }

  func index(before offset: Int) -> Int {
    var start = offset - 1
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  struct Character {
    let value: UInt32
    let start: Int
    let end: Int

    var range: Range<Int> { start..<end }

    init(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) {
      let first = text[offset]
      start = offset
      end = Swift.min(offset + Self.width(first), text.count)
      guard first >= 0x80 else {
        value = UInt32(first)
        return
      }
      let bits = UInt32(first) & (first < 0xE0 ? 0x1F : first < 0xF0 ? 0x0F : 0x07)
      value = text[(start + 1)..<end].reduce(bits) { $0 << 6 | UInt32($1 & 0x3F) }
    }

    /// Bytes of the character that begins with `first`.
    static func width(_ first: UInt8) -> Int { first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

    var isSpace: Bool { value == 0x20 }

    var isBlank: Bool { value == 0x20 || value == 0x09 }

    /// LF, CR, NEL, LS and PS.
    var isBreak: Bool {
      value == 0x0A || value == 0x0D || value == 0x85 || value == 0x2028 || value == 0x2029
    }

    /// What the emitter of go-yaml takes for printable: nothing above U+FFFD, so no emoji.
    var isPrintable: Bool {
      switch value {
      case 0x0A, 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
      default: false
      }
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  func isSpace(at offset: Int) -> Bool { offset < count && self[offset] == 0x20 }
}
