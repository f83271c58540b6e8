/// Messages in the form that SARIF 2.1.0 (section 3.11) and those who show it expect: sentences with a capital and a
/// stop, without line breaks, and without brackets or braces that would be taken for links or placeholders.
enum SARIFText {
  /// One of our messages as a sentence of at most `limit` characters.
  static func sentence(_ message: String, limit: Int = 250) -> String {
    stopped(capitalized(cut(escapingLinks(plain(message)), to: limit)))
  }

  /// Text of the catalogue as sentences of at most 1000 characters, which all consumers take.
  static func prose(_ text: String) -> String {
    let words = oneLine(text)
    if words.isEmpty { return "" }
    return stopped(capitalized(cut(words, to: 998)))
  }

  /// A link to the location with `id` in the same result.
  static func link(_ text: String, to id: Int) -> String {
    "[\(escaping(["[", "]", "\\"], in: cut(plain(text), to: 80)))](\(id))"
  }

  /// The first of `sentences`, as many of the others as fit into `limit` characters, and `last`.
  static func join(_ sentences: [String], last: String?, limit: Int = 2000) -> String {
    var chosen: [String] = []
    var length = last?.unicodeScalars.count ?? 0
    for sentence in sentences {
      let added = sentence.unicodeScalars.count + 1
      if !chosen.isEmpty, length + added > limit { continue }
      // The first is the title of an alert, which ends at a full stop and nothing else.
      chosen.append(chosen.isEmpty ? ended(sentence) : sentence)
      length += added
    }
    return ended((chosen + [last].compactMap(\.self)).joined(separator: " "))
  }

  /// With the full stop that every message has at its end. A question cannot be the last: it is made a statement.
  private static func ended(_ text: String) -> String {
    if text.hasSuffix(".") { return text }
    guard text.hasSuffix("?") else { return text + "." }
    for (question, statement) in [("Did you mean ", "Perhaps it is "), ("did you mean ", "perhaps it is ")] {
      guard let range = text.ranges(of: question).last else { continue }
      return text[..<range.lowerBound] + statement + text[range.upperBound...].dropLast() + "."
    }
    return text.dropLast() + "."
  }

  /// `text` on one line and without the braces of `${name}` and `{0}`: GitHub shows text as it is, others take braces
  /// for placeholders, so neither the single nor the doubled form is right everywhere.
  private static func plain(_ text: String) -> String {
    // Nearly all messages are such that nothing needs to be done.
    let isPlain = text.utf8.allSatisfy { byte in
      (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "}")
        && byte != UInt8(ascii: "#")
    }
    if isPlain { return text }
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let shown = Array(ShownText.sentence(line).unicodeScalars)
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
    return String(result)
  }

  /// The words of a text with one blank between them.
  private static func oneLine(_ text: String) -> String {
    guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
      return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
      if byte == 0x20 || (0x09...0x0D).contains(byte) {
        if let last = result.last, last != 0x20 { result.append(0x20) }
      } else {
        result.append(byte)
      }
    }
    if result.last == 0x20 { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }

  /// `text` with an ellipsis for what is beyond `limit` characters.
  private static func cut(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit, text.unicodeScalars.count > limit else { return text }
    var kept = text.unicodeScalars.prefix(limit - 1)
    // Not between a backslash and what it escapes.
    while kept.last == "\\" { kept.removeLast() }
    return String(kept) + "…"
  }

  /// Backslashes before brackets, but only where they would make a link: elsewhere they would be seen.
  private static func escapingLinks(_ text: String) -> String {
    zip(text.utf8, text.utf8.dropFirst()).contains { $0 == UInt8(ascii: "]") && $1 == UInt8(ascii: "(") }
      ? escaping(["[", "]"], in: text) : text
  }

  private static func escaping(_ special: [Unicode.Scalar], in text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if special.contains(scalar) { result.append("\\") }
      result.append(scalar)
    }
    return String(result)
  }

  /// Capitalises the first word if it is a word of prose: the name of a field stays as it is written.
  private static func capitalized(_ text: String) -> String {
    let letters = text.utf8.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
    guard let first = letters.first else { return text }
    switch text.utf8[letters.endIndex...].first {
    case nil, UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: ","): break
    default: return text
    }
    return String(Unicode.Scalar(first - 0x20)) + text.dropFirst()
  }

  private static func stopped(_ text: String) -> String {
    text.utf8.last.map(".?!".utf8.contains) == true ? text : text + "."
  }
}
