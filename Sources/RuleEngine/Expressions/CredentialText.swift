import FluxGraph
import TextMatching

/// What tells a password, a token or a key from a name, a reference or a placeholder.
///
/// All of it is by form: a repository does not say what a text is good for. A doubt is decided for the text, since whoever
/// is told of a secret that is none looks no further.
package enum CredentialText {
  // MARK: - Keys

  /// Whether a key says that its value is a password, a token or the like: `adminPassword`, `API_KEY`, `client-secret`.
  ///
  /// What names a Secret or one of its keys (`existingSecret`, `passwordKey`, `tokenSecretName`) says where such a value is.
  package static func isKey(_ key: String) -> Bool {
    guard mayEndWithNoun(key.utf8) else { return false }
    let words = words(of: key)
    guard let last = words.last, !words.contains(where: references.contains) else { return false }
    if nouns.contains(last) { return true }
    return words.count > 1 && last == "key" && keyAdjectives.contains(words[words.count - 2])
  }

  private static let nouns: Set<String> = [
    "password", "passwd", "passphrase", "pwd", "token", "secret", "credential", "credentials", "apikey", "secretkey",
    "accesskey", "privatekey", "authkey",
  ]
  private static let keyAdjectives: Set<String> = [
    "api", "access", "secret", "private", "auth", "account", "encryption", "signing", "license", "master", "app",
    "application", "integration", "session", "cookie",
  ]
  /// Words of a key whose value is a name, a place or a setting.
  private static let references: Set<String> = [
    "existing", "ref", "reference", "name", "names", "from", "file", "path", "mount", "url", "uri", "use", "enable",
    "enabled", "create", "generate", "public", "hash", "hashed", "policy", "store", "provider", "template", "field",
    "property", "prefix", "suffix", "pull", "tls", "csrf", "next", "page", "max", "min", "require", "required", "has",
    "id", "type", "kind", "namespace", "cert", "certificate", "ca",
  ]

  /// Whether a key ends like one of the nouns, for nearly all keys are out with that.
  static func mayEndWithNoun(_ key: some BidirectionalCollection<UInt8>) -> Bool {
    var (ending, count) = (UInt32(0), UInt32(0))
    for byte in key.reversed() where isLetterOrDigit(byte) {
      ending |= UInt32(byte | 0x20) << (count * 8)
      count += 1
      if count == 3 { break }
    }
    return endings.contains(ending)
  }

  /// The last three letters of nouns, the last one lowest.
  private static let endings = Set(
    nouns.union(["key"]).map { noun in noun.utf8.suffix(3).reduce(0) { $0 << 8 | UInt32($1) } })

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }

  /// The words of `fooBar`, `FOO_BAR`, `foo-bar` and `foo.bar`, in lower case.
  private static func words(of key: String) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    var wasLower = false
    for byte in key.utf8 {
      let isUpper = (0x41...0x5A).contains(byte)
      let isLetterOrDigit = isLetterOrDigit(byte)
      if !isLetterOrDigit || isUpper && wasLower {
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
      }
      if isLetterOrDigit { word.append(byte | 0x20) }
      wasLower = isLetterOrDigit && !isUpper
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }

  // MARK: - Values

  /// Whether a text has the form of a password or token: one word of eight characters or more with letters and digits in
  /// it, that is neither a placeholder nor a reference nor a name, or a token of a form that a service gives out.
  package static func isCredential(_ text: String) -> Bool {
    let text = trimmed(withDefaults(text))
    if isKnownToken(text) || hasPrivateKey(text) { return true }
    guard (8...512).contains(text.utf8.count), !isStandIn(text), !isHash(text) else { return false }
    var (letters, digits, others) = (0, 0, 0)
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39: digits += 1
      case 0x41...0x5A, 0x61...0x7A: letters += 1
      case 0x21...0x7E: others += 1
      default: return false
      }
    }
    return letters > 0 && digits > 0 && !isName(text)
  }

  /// Whether a value of a Secret is one that its key calls secret: any word that stands for itself.
  package static func isSecret(_ text: String) -> Bool {
    let text = trimmed(text)
    if isCredential(text) { return true }
    guard !text.isEmpty, text.utf8.count <= 4096, !isStandIn(text), !isHash(text) else { return false }
    switch text.lowercased() {
    case "true", "false", "yes", "no", "none", "null", "nil", "admin", "root", "user": return false
    default: return text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !text.utf8.allSatisfy { $0 == 0x2A }
    }
  }

  /// Whether a text holds a private key, an age identity included.
  package static func hasPrivateKey(_ text: String) -> Bool {
    guard text.utf8.contains(subsequence: "PRIVATE KEY-----") || text.utf8.contains(subsequence: "AGE-SECRET-KEY-1")
    else { return false }
    if let range = firstRange(of: "PRIVATE KEY-----", in: text),
      firstRange(of: "-----BEGIN ", in: text[..<range.lowerBound]) != nil
    {
      // A header without a key is an example.
      return text[range.upperBound...].utf8.prefix(400).count { isBase64($0) } >= 60
    }
    guard let range = firstRange(of: "AGE-SECRET-KEY-1", in: text) else { return false }
    let key = text[range.upperBound...].prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }
    return key.count == 58 && Set(key).count > 8
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
  }

  /// What a text says whatever its variables become: the default in `${token:=abc}` is written here, a value is not.
  private static func withDefaults(_ text: String) -> String {
    guard Envsubst.hasExpression(text) else { return text }
    var copy = text
    return copy.withUTF8 { try? Envsubst.parse($0) }.map(withDefaults) ?? text
  }

  private static func withDefaults(_ parts: [Envsubst.Part]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): return text
      case .expression(let expression):
        guard case .fallback(let value) = expression.operation, !value.isEmpty else { return "${\(expression.name)}" }
        return withDefaults(value)
      }
    }.joined()
  }

  // MARK: - Forms

  /// Prefixes of tokens that a service gives out, with the least length of the rest.
  private static let tokenPrefixes: [(prefix: String, rest: Int)] = [
    ("ghp_", 36), ("gho_", 36), ("ghs_", 36), ("ghu_", 36), ("github_pat_", 60), ("glpat-", 20), ("glrt-", 20),
    ("xoxb-", 30), ("xoxp-", 30), ("xapp-", 30), ("AKIA", 16), ("ASIA", 16), ("AIza", 35), ("sk_live_", 20),
    ("rk_live_", 20), ("SG.", 40), ("npm_", 36), ("dckr_pat_", 20), ("hvs.", 24), ("dop_v1_", 60), ("eyJhbGciOi", 60),
  ]

  /// Whether a text is a token of a form that a service gives out.
  package static func isKnownToken(_ text: String) -> Bool {
    tokenPrefixes.contains { prefix, rest in
      guard text.hasPrefix(prefix) else { return false }
      let tail = text.dropFirst(prefix.count)
      return tail.utf8.count >= rest && Set(tail.utf8).count > 8
        && tail.utf8.allSatisfy {
          isBase64($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
    }
  }

  /// Whether a text stands for another: a variable, a template, a reference of some tool, encrypted text, a placeholder.
  package static func isStandIn(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    if marks.contains(where: { bytes.contains(subsequence: $0) }) { return true }
    if standInPrefixes.contains(where: text.hasPrefix) { return true }
    let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if placeholders.contains(where: { lower.contains(subsequence: $0) }) { return true }
    // `xxxxxxxx`, `00000000`: one character over and over, or two.
    guard let first = bytes.first, let second = bytes.first(where: { $0 != first }) else { return true }
    return bytes.allSatisfy { $0 == first || $0 == second }
  }

  private static let marks: [StaticString] = ["${", "$(", "{{", "<<", "ENC[", "://"]
  private static let standInPrefixes = [
    "$", "<", "/", "./", "%", "vault:", "ref+", "arn:", "secret:", "sops:", "file:", "env:", "aws:", "op:",
  ]
  private static let placeholders: [StaticString] = [
    "changeme", "change-me", "change_me", "changeit", "replace", "example", "placeholder", "redacted", "dummy",
    "insert",
    "your-", "your_", "yourpass", "yoursecret", "yourtoken", "mypassword", "my-password", "mysecret", "todo", "fixme",
    "notused", "not-used", "unused", "xxxx", "****", "....", "fake", "set-by", "override",
  ]

  /// Whether a text is what a password was hashed to.
  private static func isHash(_ text: String) -> Bool {
    for prefix in [
      "$2a$", "$2b$", "$2y$", "$1$", "$5$", "$6$", "$apr1$", "$argon2", "{SHA", "{SSHA", "pbkdf2", "sha256:", "sha512:",
      "sha1:",
    ]
    where text.hasPrefix(prefix) { return true }
    return false
  }

  /// Whether a text is a name of Kubernetes, of a host, of a file or of an image: words in lower case with separators, and
  /// digits at the ends of words only, as in `grafana-admin-2`, `s3.eu-west-1`, `v1.4.2`.
  ///
  /// - Parameter text: ASCII.
  private static func isName(_ text: String) -> Bool {
    if text.utf8.contains(where: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ":") }), isAddress(text) {
      return true
    }
    guard text.utf8.contains(where: isSeparator) else { return isWordWithNumber(text.utf8[...], isWhole: true) }
    return text.utf8.split(whereSeparator: isSeparator).allSatisfy { part in
      isWordWithNumber(part, isWhole: false) || part.count < 8 && part.allSatisfy(isDigit)
    }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "/")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// `web`, `Web2`, `s3`, `v1`: letters, and at most four digits behind them. A longer one must look as if it were spoken.
  ///
  /// - Parameter isWhole: A password such as `Secret123` ends with digits too: what has no separator needs a short number.
  private static func isWordWithNumber(_ text: Substring.UTF8View, isWhole: Bool) -> Bool {
    let letters = text.prefix { isLetterOrDigit($0) && !isDigit($0) }
    let digits = text[letters.endIndex...]
    guard digits.count <= 4, digits.allSatisfy(isDigit), (1...12).contains(letters.count) else { return false }
    return isWhole ? digits.count <= 2 && letters.allSatisfy { $0 >= UInt8(ascii: "a") } : true
  }

  /// `user@host`, `host:port`, `image:tag`.
  private static func isAddress(_ text: String) -> Bool {
    let parts = text.split(whereSeparator: { $0 == "@" || $0 == ":" })
    guard let last = parts.last else { return false }
    return parts.count == 2 && (last.allSatisfy(\.isNumber) || parts.contains { $0.contains(".") })
  }

  private static func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last?.isWhitespace ?? false { text.removeLast() }
    while text.first?.isWhitespace ?? false { text.removeFirst() }
    return String(text)
  }

  private static func firstRange(of word: String, in text: some StringProtocol) -> Range<String.Index>? {
    let bytes = text.utf8
    let pattern = Array(word.utf8)
    guard let first = pattern.first else { return nil }
    var index = bytes.startIndex
    while let start = bytes[index...].firstIndex(of: first) {
      let rest = bytes[start...]
      if rest.starts(with: pattern) { return start..<bytes.index(start, offsetBy: pattern.count) }
      index = bytes.index(after: start)
    }
    return nil
  }
}
