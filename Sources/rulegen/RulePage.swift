/// The page of a rule in Markdown.
package enum RulePage {
  /// What the rule file says, without the name as its title: reports embed it, `docs/rules` adds title and examples.
  package static func markdown(_ rule: RuleFile) -> String {
    var text = "\(rule.summary).\n\n"
    text += "## Why it matters\n\n\(paragraphs(rule.why))\n\n"
    text += "## What to do\n\n\(paragraphs(rule.fix))\n\n"
    text += "## When it does not fire\n\n"
    for item in rule.guards { text += "- \(item)\n" }
    text += "\n## References\n\n"
    for reference in rule.references {
      text +=
        reference.source.hasPrefix("https://")
        ? "- [\(reference.title)](\(reference.source))\n" : "- \(reference.title): `\(reference.source)`\n"
    }
    return text
  }

  private static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n").joined(separator: "\n\n")
  }
}
