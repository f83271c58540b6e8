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
    // What SOPS encrypted has its mark at the end.
    for mark in ["sops_mac=ENC[", "mac: ENC[", "\"mac\": \"ENC["] where text.contains(mark) { return false }
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "," || $0 == "{" || $0 == "}" }) {
      guard let sign = line.firstIndex(where: { $0 == ":" || $0 == "=" }) else { continue }
      let key = unquoted(line[..<sign])
      let value = unquoted(line[line.index(after: sign)...])
      if hasPassword(url: value) { return true }
      // Who reads a registry is signed in by `auth`: user and password in base64.
      if isKey(key) || key == "auth", isCredential(value) { return true }
    }
    return false
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

  private static func unquoted(_ text: Substring) -> String {
    var text = text
    func isEdge(_ character: Character) -> Bool { character.isWhitespace || character == "\"" || character == "'" }
    while let last = text.last, isEdge(last) { text.removeLast() }
    while let first = text.first, isEdge(first) || first == "-" && text.dropFirst().first == " " { text.removeFirst() }
    return String(text)
  }
}
