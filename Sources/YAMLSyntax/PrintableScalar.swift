/// Quick looks at scalars for what kustomize reads but may not be able to print. A hit says no more than that somebody
/// ought to look closer.
enum PrintableScalar {
  /// Whether the tag may not fit, the number may be none of JSON's, or the block may not be read as it is written.
  static func isDoubtful(_ text: UnsafeBufferPointer<UInt8>, style: Node.Style, tag: Node.Tag) -> Bool {
    switch tag {
    case .integer, .float, .boolean, .null, .timestamp, .binary: return true
    case .none, .nonSpecific, .string, .map, .sequence, .merge, .other: break
    }
    switch style {
    case .plain:
      // `.inf`, `+.Inf`, `.NaN`
      guard text.count == 4 || text.count == 5, let first = text.first else { return false }
      guard first == UInt8(ascii: ".") || first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else { return false }
      return text.contains { $0 | 0x20 == UInt8(ascii: "n") }
    case .literal, .folded: return text.first == UInt8(ascii: "\t")
    case .singleQuoted, .doubleQuoted, .block, .flow: return false
    }
  }

  /// Whether the key may be no string, or too long.
  static func isDoubtfulKey(_ text: UnsafeBufferPointer<UInt8>, style: Node.Style, tag: Node.Tag) -> Bool {
    if tag != .none && tag != .string || text.count > 160 { return true }
    return style == .plain && tag == .none && !PlainText.isString(text, dialect: .resource)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether a plain scalar with this text may be an integer above 2^53, which has 16 characters in any notation.
  var mayBeLongNumber: Bool {
    guard count >= 16, let first else { return false }
    return first >= 0x30 && first <= 0x39 || first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
  }

  /// Whether there is a control character that YAML does not allow and JSON does not escape: U+007F to U+009F without
  /// NEL, U+FFFE, U+FFFF.
  package var hasForbiddenCharacter: Bool {
    var previous: UInt8 = 0
    var beforePrevious: UInt8 = 0
    for byte in self where byte >= 0x7F {
      if byte == 0x7F { return true }
      if previous == 0xC2, byte < 0xA0, byte != 0x85 { return true }
      if beforePrevious == 0xEF, previous == 0xBF, byte >= 0xBE { return true }
      (beforePrevious, previous) = (previous, byte)
    }
    return false
  }
}
