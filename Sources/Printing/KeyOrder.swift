/// The order in which go-yaml v2 prints the keys of a mapping (`sorter.go`): letters by code point, anything else before
/// letters, runs of digits by their number.
///
/// It is no order in the strict sense (`v10` < `v1alpha1` < `v2` < `v10`); go-yaml prints such keys differently from run
/// to run, so for them any order is as good.
package enum KeyOrder {
  static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in precedes(left, right) }
    }
  }

  package static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    var offset = 0
    let common = min(left.count, right.count)
    while offset < common, left[offset] == right[offset] { offset += 1 }
    guard offset < common else { return left.count < right.count }
    // The bytes may differ within a character.
    while offset > 0, left[offset] & 0xC0 == 0x80 || right[offset] & 0xC0 == 0x80 { offset -= 1 }
    let a = Characters.Character(left, at: offset)
    let b = Characters.Character(right, at: offset)
    let (aIsLetter, bIsLetter) = (a.isLetter, b.isLetter)
    if aIsLetter, bIsLetter { return a.value < b.value }
    if aIsLetter || bIsLetter { return bIsLetter }

    // After a number that has begun already, zeros count as digits of it.
    let start: Int64 = (a.value == 0x30 || b.value == 0x30) && endsWithNumber(left, at: offset) ? 1 : 0
    let (aNumber, aEnd) = number(in: left, from: offset, start: start)
    let (bNumber, bEnd) = number(in: right, from: offset, start: start)
    if aNumber != bNumber { return aNumber < bNumber }
    if aEnd != bEnd { return aEnd < bEnd }
    return a.value < b.value
  }

  /// Whether one of the digits directly before `offset` is not zero.
  private static func endsWithNumber(_ text: UnsafeBufferPointer<UInt8>, at offset: Int) -> Bool {
    for character in Characters(UnsafeBufferPointer(rebasing: text[..<offset])).reversed() {
      guard character.isDigit else { return false }
      if character.value != 0x30 { return true }
    }
    return false
  }

  private static func number(
    in text: UnsafeBufferPointer<UInt8>, from offset: Int, start: Int64
  ) -> (value: Int64, end: Int) {
    var value = start
    var characters = 0
    var offset = offset
    while offset < text.count {
      let character = Characters.Character(text, at: offset)
      guard character.isDigit else { break }
      value = value &* 10 &+ (Int64(character.value) - 0x30)
      characters += 1
      offset = character.end
    }
    return (value, characters)
  }
}

extension Characters.Character {
  fileprivate var isLetter: Bool {
    if value < 0x80 { return value | 0x20 >= 0x61 && value | 0x20 <= 0x7A }
    switch Unicode.Scalar(value)?.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
    default: return false
    }
  }

  fileprivate var isDigit: Bool {
    if value < 0x80 { return value >= 0x30 && value <= 0x39 }
    return Unicode.Scalar(value)?.properties.generalCategory == .decimalNumber
  }
}
