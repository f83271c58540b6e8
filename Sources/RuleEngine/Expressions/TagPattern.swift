import TextMatching

/// The regular expressions and templates that choose and cut tags (Go `regexp`, `Compile` and `Expand`).
enum TagPattern {
  /// Why a pattern does not compile; empty when it does.
  static func problem(with pattern: String) -> String {
    do throws(LinearRegex.Failure) {
      _ = try LinearRegex(pattern)
      return ""
    } catch {
      return error.reason
    }
  }

  /// The names of the groups in order, empty for one without a name; none where the pattern does not compile.
  static func groups(of pattern: String) -> [String] { (try? LinearRegex(pattern))?.groupNames ?? [] }

  /// What a template names with `$name` or `${name}`, each once. `$name` takes as many letters, digits and underscores as
  /// there are, and a `$` that no name follows is text.
  static func references(in template: String) -> [String] {
    var references: [String] = []
    var rest = template[...]
    while let dollar = rest.firstIndex(of: "$") {
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        rest = rest.dropFirst()
        continue
      }
      let isBraced = rest.first == "{"
      let text = isBraced ? rest.dropFirst() : rest
      let name = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard !name.isEmpty, !isBraced || text.dropFirst(name.count).first == "}" else { continue }
      if !references.contains(String(name)) { references.append(String(name)) }
      rest = text.dropFirst(name.count + (isBraced ? 1 : 0))
    }
    return references
  }
}
