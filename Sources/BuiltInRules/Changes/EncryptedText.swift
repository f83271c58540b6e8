/// The text of a file that SOPS encrypted, as YAML, JSON, dotenv, INI or whole, by the keys whose values are ciphertext.
struct EncryptedText {
  private var keys: Set<[UInt8]> = []

  private static let mark = Array("ENC[AES256_GCM,".utf8)
  /// What SOPS writes of itself.
  private static let own: Set<[UInt8]> = [Array("mac".utf8), Array("sops_mac".utf8)]

  /// Nil for a text without ciphertext.
  init?(_ text: String) {
    let bytes = Array(text.utf8)
    var start = bytes.startIndex
    while let place = bytes[start...].firstIndex(of: Self.mark[0]) {
      start = place + 1
      guard bytes[place...].starts(with: Self.mark) else { continue }
      let key = Self.key(before: place, in: bytes)
      if !key.isEmpty, !Self.own.contains(key) { keys.insert(key) }
    }
    if keys.isEmpty { return nil }
  }

  /// Whether another text, without ciphertext, has a value for one of the keys, or is what was encrypted whole.
  func isReadable(in text: String) -> Bool {
    // SOPS has a file that it encrypts whole under this key.
    if keys == [Array("data".utf8)] { return true }
    let bytes = Array(text.utf8)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard Self.isPartOfKey(bytes[index]) else {
        index += 1
        continue
      }
      let end = bytes[index...].firstIndex { !Self.isPartOfKey($0) } ?? bytes.endIndex
      if keys.contains(Array(bytes[index..<end])), Self.hasValue(bytes[end...]) { return true }
      index = end
    }
    return false
  }

  private static func key(before place: Int, in bytes: [UInt8]) -> [UInt8] {
    var end = place
    var hasSign = false
    while end > 0, isBetween(bytes[end - 1]) || isSign(bytes[end - 1]) {
      hasSign = hasSign || isSign(bytes[end - 1])
      end -= 1
    }
    var start = end
    while start > 0, isPartOfKey(bytes[start - 1]) { start -= 1 }
    return hasSign ? Array(bytes[start..<end]) : []
  }

  /// Whether `: value` or `= value` follows a key, and what is no variable.
  private static func hasValue(_ rest: ArraySlice<UInt8>) -> Bool {
    let afterKey = rest.drop { isBetween($0) }
    guard let sign = afterKey.first, isSign(sign) else { return false }
    let value = afterKey.dropFirst().drop { isBetween($0) }
    guard let first = value.first else { return false }
    return !"\r\n,}#{[".utf8.contains(first) && !value.starts(with: "${".utf8)
  }

  private static func isPartOfKey(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func isSign(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "=") || byte == UInt8(ascii: ":") }
  private static func isBetween(_ byte: UInt8) -> Bool { " \t\"'".utf8.contains(byte) }
}
