#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension UnsafeBufferPointer<UInt8> {
  /// The offset of the first LF at or after `offset`.
  func firstIndex(ofLineFeedFrom offset: Int) -> Int? {
    guard let baseAddress, offset < count, let found = memchr(baseAddress + offset, 0x0A, count - offset) else {
      return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(baseAddress)
  }

  /// Whether `bytes` stands at `offset`.
  func hasBytes(_ bytes: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    guard let baseAddress, offset >= 0, offset + bytes.count <= count, let other = bytes.baseAddress else {
      return bytes.isEmpty
    }
    return memcmp(baseAddress + offset, other, bytes.count) == 0
  }

  /// Negative, zero or positive as these bytes come before, are equal to or come after `other`.
  func order(to other: UnsafeBufferPointer<UInt8>) -> Int {
    let common = Swift.min(count, other.count)
    if common > 0, let left = baseAddress, let right = other.baseAddress {
      let order = Int(memcmp(left, right, common))
      if order != 0 { return order }
    }
    return count - other.count
  }

  func hasByteOrderMark(at offset: Int) -> Bool {
    offset + 3 <= count && self[offset] == 0xEF && self[offset + 1] == 0xBB && self[offset + 2] == 0xBF
  }

  /// The bytes of the code point at `offset`, empty at the end.
  func codePoint(at offset: Int) -> Range<Int> {
    let start = Swift.min(offset, count)
    var end = Swift.min(start + 1, count)
    while end < count, end < start + 4, self[end].isContinuation { end += 1 }
    return start..<end
  }

  /// Whether there is nothing in `range` but characters that YAML allows, and no line break but LF and no U+FEFF.
  func isPlainText(_ range: Range<Int>) -> Bool {
    // Without branches, so that many bytes are looked at in one step.
    var isOther: UInt8 = 0
    for byte in self[range] {
      let isPrintable: UInt8 = byte &- 0x20 < 0x5F ? 1 : 0
      let isBreak: UInt8 = byte == 0x0A ? 1 : 0
      let isTab: UInt8 = byte == 0x09 ? 1 : 0
      isOther |= 1 ^ (isPrintable | isBreak | isTab)
    }
    return isOther == 0 || isPlainUTF8(range)
  }

  private func isPlainUTF8(_ range: Range<Int>) -> Bool {
    var offset = range.lowerBound
    while offset < range.upperBound {
      let first = self[offset]
      let length: Int
      // What the second byte of a character may be, without what is too long, a surrogate, a control or a line break.
      let second: ClosedRange<UInt8>
      switch first {
      case 0x09, 0x0A, 0x20...0x7E:
        offset += 1
        continue
      case 0xC2: (length, second) = (2, 0xA0...0xBF)
      case 0xC3...0xDF: (length, second) = (2, 0x80...0xBF)
      case 0xE0: (length, second) = (3, 0xA0...0xBF)
      case 0xED: (length, second) = (3, 0x80...0x9F)
      case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
      case 0xF0: (length, second) = (4, 0x90...0xBF)
      case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
      case 0xF4: (length, second) = (4, 0x80...0x8F)
      default: return false
      }
      guard offset + length <= range.upperBound, second.contains(self[offset + 1]),
        (2..<length).allSatisfy({ self[offset + $0].isContinuation })
      else { return false }
      if length == 3, isSpecial(first, self[offset + 1], self[offset + 2]) { return false }
      offset += length
    }
    return true
  }

  /// Whether the character is LS, PS, U+FEFF, U+FFFE or U+FFFF.
  private func isSpecial(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> Bool {
    switch (first, second) {
    case (0xE2, 0x80): third == 0xA8 || third == 0xA9
    case (0xEF, 0xBB): third == 0xBF
    case (0xEF, 0xBF): third >= 0xBE
    default: false
    }
  }

  /// Whether the text holds `${` or `$$`.
  var hasSubstitutionMark: Bool {
    var rest = self[...]
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")), dollar + 1 < endIndex {
      if self[dollar + 1] == UInt8(ascii: "{") || self[dollar + 1] == UInt8(ascii: "$") { return true }
      rest = self[(dollar + 1)...]
    }
    return false
  }
}

extension UInt8 {
  /// Space or tab.
  var isBlank: Bool { self == 0x20 || self == 0x09 }

  /// Space, tab, LF, VT, FF or CR.
  var isBlankOrBreak: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  /// Whether the byte is inside a UTF-8 sequence, not its first.
  var isContinuation: Bool { self & 0xC0 == 0x80 }
}
