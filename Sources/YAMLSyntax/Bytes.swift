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
