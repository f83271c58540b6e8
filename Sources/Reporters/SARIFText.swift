/// Messages in the form that SARIF 2.1.0 (section 3.11) and those who show it expect: sentences with a capital and a
/// stop, without line breaks, and without brackets or braces that would be taken for links or placeholders.
enum SARIFText {
  /// One of our messages as a sentence of at most `limit` characters.
  static func sentence(_ message: String, limit: Int = 250) -> String {
    let text = capitalized(escapingLinks(plain(message, limit: limit)))
    return text.hasSuffix(".") ? text : text + "."
  }

  /// Text of the catalogue as sentences of at most 1000 characters, which all consumers take.
  static func prose(_ text: String) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if words.isEmpty { return "" }
    let cut =
      words.unicodeScalars.count > 1000
      ? String(String.UnicodeScalarView(words.unicodeScalars.prefix(998))) + "…" : words
    let sentence = capitalized(cut)
    return sentence.hasSuffix(".") ? sentence : sentence + "."
  }

  /// A link to the location with `id` in the same result.
  static func link(_ text: String, to id: Int) -> String {
    var escaped = ""
    for character in plain(text, limit: 80) {
      if character == "[" || character == "]" || character == "\\" { escaped.append("\\") }
      escaped.append(character)
    }
    return "[\(escaped)](\(id))"
  }

  /// The first of `sentences` and as many of the others as fit into `limit` characters.
  static func join(_ sentences: [String], limit: Int = 2000) -> String {
    var text = ""
    var length = 0
    for sentence in sentences {
      let added = sentence.unicodeScalars.count + 1
      if !text.isEmpty, length + added > limit { continue }
      text += (text.isEmpty ? "" : " ") + sentence
      length += added
    }
    return text
  }

  /// `text` cut to `limit` characters, on one line and without the braces of `${name}` and `{0}`: GitHub shows text as
  /// it is, others take braces for placeholders, so neither the single nor the doubled form is right everywhere.
  private static func plain(_ text: String, limit: Int) -> String {
    let shown = Array(ShownText.sentence(text).unicodeScalars)
    var result = String.UnicodeScalarView()
    var dropsBrace: [Bool] = []
    for (index, scalar) in shown.enumerated() {
      switch scalar {
      case "$" where shown[(index + 1)...].first == "{":
        break
      case "{":
        let digits = shown[(index + 1)...].prefix { ("0"..."9").contains($0) }
        let isPlaceholder = !digits.isEmpty && shown[digits.endIndex...].first == "}"
        let drops = isPlaceholder || (index > 0 && shown[index - 1] == "$")
        dropsBrace.append(drops)
        if !drops { result.append(scalar) }
      case "}":
        if dropsBrace.popLast() != true { result.append(scalar) }
      default:
        result.append(scalar)
      }
    }
    guard result.count > limit else { return String(result) }
    return String(String.UnicodeScalarView(result.prefix(limit - 1))) + "…"
  }

  /// Backslashes before brackets, but only where they would make a link: elsewhere they would be seen.
  private static func escapingLinks(_ text: String) -> String {
    guard text.contains("](") else { return text }
    return text.reduce(into: "") { result, character in
      if character == "[" || character == "]" { result.append("\\") }
      result.append(character)
    }
  }

  /// Capitalises the first word if it is a word of prose: the name of a field stays as it is written.
  private static func capitalized(_ text: String) -> String {
    let word = text.prefix { !$0.isWhitespace }
    guard word.allSatisfy({ ("a"..."z").contains($0) }), let first = text.first else { return text }
    return first.uppercased() + text.dropFirst()
  }
}
