/// URLs of one repository in one form: `git@host:a/b.git`, `ssh://git@host/a/b` and `https://host/a/b` are the same.
package enum RepositoryURL {
  package static func normalized(_ url: String) -> String {
    var rest = Substring(url)
    if let scheme = rest.firstRange(of: "://") {
      rest = rest[scheme.upperBound...]
      if let at = rest.firstIndex(of: "@"), !(rest[..<at].contains("/")) { rest = rest[rest.index(after: at)...] }
    } else {
      if let at = rest.firstIndex(of: "@") { rest = rest[rest.index(after: at)...] }
      if let colon = rest.firstIndex(of: ":") {
        return normalizedTail(rest[..<colon] + "/" + rest[rest.index(after: colon)...].drop { $0 == "/" })
      }
    }
    return normalizedTail(String(rest))
  }

  private static func normalizedTail(_ text: String) -> String {
    var text = Substring(text.lowercased())
    // A port says nothing about which repository it is.
    if let colon = text.firstIndex(of: ":"), let slash = text.firstIndex(of: "/"), colon < slash {
      text = Substring(text[..<colon] + text[slash...])
    }
    while text.hasSuffix("/") { text = text.dropLast() }
    if text.hasSuffix(".git") { text = text.dropLast(4) }
    return String(text)
  }
}
