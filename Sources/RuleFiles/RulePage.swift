/// The page of a rule in Markdown.
package enum RulePage {
  /// What the rule file says, without the name as its title: reports embed it, `docs/rules` adds title and examples.
  package static func markdown(_ rule: RuleFile) -> String {
    let prose = rule.prose
    var text = "\(prose.summary).\n\n"
    text += "## Why it matters\n\n\(paragraphs(prose.why))\n\n"
    text += "## What to do\n\n\(paragraphs(prose.fix))\n\n"
    text += "## When it does not fire\n\n"
    for item in prose.guards { text += "- \(item)\n" }
    text += "\n"
    if !rule.options.isEmpty {
      text += "## Options\n\n"
      for option in rule.options { text += "- `\(option.name)` (\(shown(option.defaultValue))): \(option.about)\n" }
      text += "\n"
    }
    text += "## References\n\n"
    for reference in prose.references {
      text +=
        reference.source.hasPrefix("https://")
        ? "- [\(reference.title)](\(reference.source))\n" : "- \(reference.title): `\(reference.source)`\n"
    }
    return text
  }

  private static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: "\n\n")
  }

  static func shown(_ value: RuleOption.Value) -> String {
    switch value {
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let flag): flag ? "true" : "false"
    case .string(let text): "`\(text)`"
    case .strings(let texts): texts.isEmpty ? "none" : texts.map { "`\($0)`" }.joined(separator: ", ")
    }
  }
}
