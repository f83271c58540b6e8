/// A string that kustomize takes for a repository to clone (api/internal/git/repospec.go of kustomize v5.8).
struct GitSpec: Hashable, Sendable {
  /// What would be cloned.
  var clone: String
  /// The directory in it, "" for its top.
  var path: String
  /// The `ref` of the query, or its `version`.
  var ref: String?

  /// Nil when the text is a local path or a plain URL.
  init?(_ text: String) {
    guard !text.hasPrefix("/") else { return nil }
    let (address, query) = Self.cut(text[...], at: "?")
    ref = query.flatMap(Self.ref(inQuery:))

    var rest = Self.dropPrefix("git::", of: address) ?? address
    let scheme = Self.takeScheme(&rest)
    let user = Self.takeUser(&rest)
    let lowercased = rest.prefix(11).lowercased()
    let isGitHub = lowercased == "github.com/" || lowercased == "github.com:"
    guard scheme != nil || user != nil || isGitHub else { return nil }

    guard let host = Self.takeHost(&rest, scheme: scheme) else { return nil }
    let prefix: String
    if isGitHub {
      prefix = user != nil || scheme == "ssh://" ? "git@github.com:" : "https://github.com/"
    } else {
      prefix = (scheme == "file://" ? "" : scheme ?? "") + (user ?? "") + host
    }
    guard let (repository, inside) = Self.splitPath(rest, isFile: scheme == "file://"),
      !inside.hasPrefix("..")
    else { return nil }
    clone = prefix + repository
    path = inside
  }

  /// Whether the text begins with `http://` or `https://`, in any case.
  static func hasHTTPScheme(_ text: String) -> Bool {
    dropPrefix("https://", of: text[...]) != nil || dropPrefix("http://", of: text[...]) != nil
  }

  private static func cut(_ text: Substring, at separator: Character) -> (Substring, Substring?) {
    guard let index = text.firstIndex(of: separator) else { return (text, nil) }
    return (text[..<index], text[text.index(after: index)...])
  }

  private static func dropPrefix(_ prefix: String, of text: Substring) -> Substring? {
    text.prefix(prefix.count).lowercased() == prefix ? text.dropFirst(prefix.count) : nil
  }

  private static func ref(inQuery query: Substring) -> String? {
    var version: String?
    for field in query.split(separator: "&") {
      let (name, value) = cut(field, at: "=")
      guard let value, !value.isEmpty else { continue }
      if name == "ref" { return String(value) }
      if name == "version", version == nil { version = String(value) }
    }
    return version
  }

  private static func takeScheme(_ text: inout Substring) -> String? {
    for scheme in ["ssh://", "https://", "http://", "file://"] {
      if let rest = dropPrefix(scheme, of: text) {
        text = rest
        return scheme
      }
    }
    return nil
  }

  /// A user in front of `@`: a letter, then letters, digits and hyphens.
  private static func takeUser(_ text: inout Substring) -> String? {
    guard let at = text.firstIndex(of: "@"), let first = text.utf8.first, isLetter(first) else { return nil }
    let user = text[..<at]
    guard user.utf8.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D }) else { return nil }
    text = text[text.index(after: at)...]
    return user + "@"
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// The host with the separator behind it. Without a scheme a `:` before the first `/` ends it too (`git@host:path`).
  private static func takeHost(_ text: inout Substring, scheme: String?) -> String? {
    if scheme == "file://" { return "file://" }
    let slash = text.firstIndex(of: "/")
    var end = slash
    if scheme == nil, let colon = text.firstIndex(of: ":"), slash.map({ colon < $0 }) ?? true { end = colon }
    guard let end, end > text.startIndex else { return nil }
    let host = String(text[...end])
    text = text[text.index(after: end)...]
    return host
  }

  private static func splitPath(_ text: Substring, isFile: Bool) -> (repository: String, inside: String)? {
    if let (before, after) = split(text, at: "_git/") {
      let (name, inside) = cut(after, at: "/")
      return name.isEmpty ? nil : (before + "_git/" + name, String(inside ?? ""))
    }
    if let (before, after) = split(text, at: "//") {
      return before.isEmpty ? nil : (String(before), trimmingSlashes(after))
    }
    if let (before, after) = split(text, at: ".git") {
      return (before + ".git", trimmingSlashes(after))
    }
    if isFile { return text.isEmpty ? nil : (String(text), "") }
    let segments = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard segments.count >= 2, !segments[0].isEmpty, !segments[1].isEmpty else { return nil }
    return ("\(segments[0])/\(segments[1])", segments.count == 3 ? trimmingSlashes(segments[2]) : "")
  }

  private static func split(_ text: Substring, at separator: String) -> (Substring, Substring)? {
    let needle = Array(separator.utf8)
    var index = text.startIndex
    while index < text.endIndex {
      let rest = text[index...]
      if rest.utf8.starts(with: needle) {
        return (text[..<index], rest.dropFirst(separator.count))
      }
      index = text.index(after: index)
    }
    return nil
  }

  private static func trimmingSlashes(_ text: Substring) -> String {
    var text = text
    while text.first == "/" { text.removeFirst() }
    return String(text)
  }
}
