/// Whether a text is JSON and nothing else, as Go's decoder takes it (encoding/json).
///
/// kustomize gives files that begin with a brace or a bracket to that decoder, while YAML allows more in the same brackets:
/// comments, anchors, bare words, a comma at the end.
struct JSONText {
  private let text: UnsafeBufferPointer<UInt8>
  private var position = 0

  private init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  static func isValid(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var reader = JSONText(text)
    guard reader.skipDocument() else { return false }
    reader.skipSpace()
    return reader.position == text.count
  }

  private var next: UInt8? { position < text.count ? text[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  private mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  /// Walks the brackets with a stack of its own, so that no depth is too much.
  private mutating func skipDocument() -> Bool {
    // The closing brackets that are still to come.
    var open: [UInt8] = []
    while true {
      skipSpace()
      if skip("{") {
        skipSpace()
        if !skip("}") {
          open.append(UInt8(ascii: "}"))
          guard skipKey() else { return false }
          continue
        }
      } else if skip("[") {
        skipSpace()
        if !skip("]") {
          open.append(UInt8(ascii: "]"))
          continue
        }
      } else if !skipScalar() {
        return false
      }
      // A value is complete, and with it whatever is closed here.
      while true {
        guard let bracket = open.last else { return true }
        skipSpace()
        if skip(",") {
          skipSpace()
          if bracket == UInt8(ascii: "}"), !skipKey() { return false }
          break
        }
        guard next == bracket else { return false }
        position += 1
        open.removeLast()
      }
    }
  }

  private mutating func skipKey() -> Bool {
    guard skipString() else { return false }
    skipSpace()
    return skip(":")
  }

  private mutating func skipScalar() -> Bool {
    switch next {
    case UInt8(ascii: "\""): skipString()
    case UInt8(ascii: "t"): skipWord("true")
    case UInt8(ascii: "f"): skipWord("false")
    case UInt8(ascii: "n"): skipWord("null")
    default: skipNumber()
    }
  }

  private mutating func skipWord(_ word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= text.count else { return false }
    let isEqual = word.withUTF8Buffer { $0.elementsEqual(text[position..<end]) }
    position = end
    return isEqual
  }

  private mutating func skipString() -> Bool {
    guard skip("\"") else { return false }
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return true
      case 0..<0x20: return false
      case UInt8(ascii: "\\"):
        guard skipEscape() else { return false }
      default: break
      }
    }
    return false
  }

  private mutating func skipEscape() -> Bool {
    guard let byte = next else { return false }
    position += 1
    guard byte == UInt8(ascii: "u") else { return "\"\\/bfnrt".utf8.contains(byte) }
    let end = position + 4
    guard end <= text.count else { return false }
    let isHexadecimal = text[position..<end].allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
    position = end
    return isHexadecimal
  }

  private mutating func skipNumber() -> Bool {
    _ = skip("-")
    if !skip("0"), !skipDigits() { return false }
    if skip("."), !skipDigits() { return false }
    if skip("e") || skip("E") {
      if !skip("+") { _ = skip("-") }
      return skipDigits()
    }
    return true
  }

  private mutating func skipDigits() -> Bool {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    return position > start
  }
}
