import TextMatching

extension CredentialText {
  /// Whether a value of a Secret gives something away that should not be in Git in the clear.
  ///
  /// - Parameters:
  ///   - text: decoded.
  ///   - key: what the value is called.
  package static func leaks(_ text: String, under key: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 1 << 20 else { return false }
    if hasPrivateKey(text) { return true }
    let isFile = text.utf8.dropLast().contains(0x0A) || text.utf8.first == UInt8(ascii: "{")
    if isFile { return hasCredential(file: text) }
    if hasPassword(url: text) { return true }
    if isKey(key) { return isSecret(text) }
    return isKnownToken(text)
  }

  /// Whether a file of settings has a credential in it: in a line `key: value` or `key=value`, or in JSON.
  package static func hasCredential(file text: String) -> Bool {
    var text = text
    return text.withUTF8 { hasCredential(file: $0) }
  }

  private static func hasCredential(file bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    // What SOPS encrypted has its mark at the end.
    if bytes.contains(subsequence: "sops_mac=ENC[") || bytes.contains(subsequence: "mac: ENC[")
      || bytes.contains(subsequence: "\"mac\": \"ENC[")
    {
      return false
    }
    var rest = bytes[...]
    while !rest.isEmpty {
      let line = rest.prefix { !isEnd($0) }
      rest = rest[line.endIndex...].dropFirst()
      guard let sign = line.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) else { continue }
      let key = unquoted(line[..<sign])
      let value = unquoted(line[(sign + 1)...])
      // Nearly all lines are out with a look at their bytes.
      if value.contains(subsequence: "://"), hasPassword(url: String(decoding: value, as: UTF8.self)) { return true }
      // Who reads a registry is signed in by `auth`: user and password in base64.
      guard mayEndWithNoun(key) || key.elementsEqual("auth".utf8) else { continue }
      let name = String(decoding: key, as: UTF8.self)
      if isKey(name) || name == "auth", isCredential(String(decoding: value, as: UTF8.self)) { return true }
    }
    return false
  }

  /// Whether a value ends with the byte.
  private static func isEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
  }

  /// Whether a URL has a password in it that is one.
  package static func hasPassword(url: String) -> Bool {
    guard let scheme = url.firstRange(of: "://") else { return false }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && !$0.isWhitespace }
    guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else { return false }
    let password = String(authority[authority.index(after: colon)..<at])
    switch password.lowercased() {
    case "password", "pass", "passwd", "secret", "token", "postgres": return false
    default: return isSecret(password)
    }
  }

  /// Without quotes, white space and the dash of a list around it.
  private static func unquoted(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var text = text
    func isEdge(_ byte: UInt8) -> Bool {
      (0x09...0x0D).contains(byte) || byte == 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
    }
    while let last = text.last, isEdge(last) { text.removeLast() }
    while let first = text.first, isEdge(first) || first == UInt8(ascii: "-") && text.dropFirst().first == 0x20 {
      text.removeFirst()
    }
    return text
  }
}
