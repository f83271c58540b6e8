/// The passwords in URLs, `https://USER:PASSWORD@HOST`: no report shows them.
package enum URLPasswords {
  /// Where they are in `bytes`, in order. Variables and what stands in brackets for a value are none. O(n).
  package static func places(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var start = 0
    while let at = bytes[start...].firstIndex(of: UInt8(ascii: "@")) {
      if let place = place(before: at, in: bytes) { places.append(place) }
      start = at + 1
    }
    return places
  }

  /// `text` with stars in their place.
  package static func hidden(in text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
    var bytes = Array(text.utf8)
    for place in places(in: bytes).reversed() { bytes.replaceSubrange(place, with: "***".utf8) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What stands between `://USER:` and the `@` at `end`.
  private static func place(before end: Int, in bytes: [UInt8]) -> Range<Int>? {
    var start = end
    var colon: Int?
    while start > 0, end - start < 1000 {
      start -= 1
      switch bytes[start] {
      case UInt8(ascii: ":"): colon = start
      case UInt8(ascii: "/"):
        // Of a user and a password the first colon is the one between them.
        guard start > 1, bytes[start - 1] == UInt8(ascii: "/"), bytes[start - 2] == UInt8(ascii: ":"), let colon,
          colon + 1 < end, ![UInt8(ascii: "$"), UInt8(ascii: "<")].contains(bytes[colon + 1])
        else { return nil }
        return colon + 1..<end
      case ...UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "'"): return nil
      default: break
      }
    }
    return nil
  }
}
