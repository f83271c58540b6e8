import Diagnostics

extension RuleFile {
  /// What `fluxlint explain` prints: plain text, no line longer than `width` characters unless a single word is.
  package func explanation(width: Int = 80) -> String {
    var text = "\(id.name) (\(severity.rawValue), \(family)\(tier == .default ? "" : ", \(tier.rawValue)"))\n\n"
    text += wrapped("\(prose.summary).", width: width)
    text += section("Why it matters", body: paragraphs(prose.why, width: width))
    text += section("What to do", body: paragraphs(prose.fix, width: width))
    text += section("When it does not fire", body: prose.guards.map { item($0, width: width) }.joined())
    if !options.isEmpty {
      let items = options.map { item("\($0.name) (\(RulePage.shown($0.defaultValue))): \($0.about)", width: width) }
      text += section("Options", body: items.joined())
    }
    text += section(
      "References", body: prose.references.map { item("\($0.title): \($0.source)", width: width) }.joined())
    return text
  }

  private func section(_ title: String, body: String) -> String { body.isEmpty ? "" : "\n\(title)\n\(body)" }

  private func paragraphs(_ text: String, width: Int) -> String {
    text.split(separator: "\n").map { wrapped($0, indent: "  ", width: width) }.joined(separator: "\n")
  }

  private func item(_ text: String, width: Int) -> String {
    wrapped(text, first: "  - ", indent: "    ", width: width)
  }
}

/// `text` in lines of at most `width` characters, each ended by a line break; `first` is the indent of the first one.
func wrapped(_ text: some StringProtocol, first: String? = nil, indent: String = "", width: Int) -> String {
  var result = ""
  var line = first ?? indent
  var lineIsEmpty = true
  for word in text.split(separator: " ") {
    if !lineIsEmpty, line.count + 1 + word.count > width {
      result += line + "\n"
      line = indent
      lineIsEmpty = true
    }
    if !lineIsEmpty { line += " " }
    line += word
    lineIsEmpty = false
  }
  return result + line + "\n"
}
