/// Parts of a JSON Pointer (RFC 6901).
package enum JSONPointer {
  /// A key as it stands in a pointer.
  package static func escaped(_ key: String) -> String {
    guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
    var result = ""
    for character in key { result += character == "~" ? "~0" : character == "/" ? "~1" : String(character) }
    return result
  }

  /// The key that a part of a pointer stands for.
  package static func unescaped(_ part: Substring) -> String {
    guard part.contains("~") else { return String(part) }
    var result = ""
    var isEscape = false
    for character in part {
      if isEscape { result.append(character == "1" ? "/" : "~") } else if character != "~" { result.append(character) }
      isEscape = !isEscape && character == "~"
    }
    return result
  }
}
