import Diagnostics
package import RuleFiles

/// Writes `docs/rules`: a page for each rule, with an example that is also a test, and an index.
package enum DocsWriter {
  /// Writes the pages into `folder` and removes those of rules that are no more.
  package static func write(_ rules: [RuleFile], _ gotchas: Gotchas, to folder: String) throws {
    let pages = try pages(rules, gotchas)
    for page in pages { try Files.write(page.text, to: "\(folder)/\(page.name)") }
    for name in try Files.names(in: folder) where name.hasSuffix(".md") && !pages.contains(where: { $0.name == name }) {
      try Files.remove("\(folder)/\(name)")
    }
  }

  /// The names and contents of all files of the folder.
  package static func pages(_ rules: [RuleFile], _ gotchas: Gotchas) throws -> [(name: String, text: String)] {
    var pages = [
      (name: "README.md", text: index(rules)), (name: tiersPage, text: tiers(rules)),
      (name: "gotchas.md", text: gotchas.page),
    ]
    for rule in rules { pages.append((name: "\(rule.id.name).md", text: try page(rule))) }
    return pages
  }

  private static let tiersPage = "by-tier.md"

  private static func index(_ rules: [RuleFile]) -> String {
    var text = "# Rules\n\n"
    text +=
      "Made from the files in [`rules/`](../../rules/README.md) by `swift run rulegen docs`. The same list is there\n"
    text += "[by tier](\(tiersPage)), and for who knows the trap but not its name, [by the trap](gotchas.md).\n\n"
    text += "| family | \(RuleTier.allCases.map(\.rawValue).joined(separator: " | ")) |\n| --- | --- | --- | --- |\n"
    let families = Set(rules.map(\.family)).sorted()
    for family in families {
      let counts = RuleTier.allCases.map { tier in rules.count { $0.family == family && $0.tier == tier } }
      text += "| [\(family)](#\(family)) | \(counts.map { $0 == 0 ? "" : "\($0)" }.joined(separator: " | ")) |\n"
    }
    for family in families {
      text += "\n## \(family)\n\n| rule | severity | tier | what is wrong |\n| --- | --- | --- | --- |\n"
      for rule in rules where rule.family == family {
        text += "| \(link(rule)) | \(rule.severity.rawValue) | \(rule.tier.rawValue) | \(rule.prose.summary) |\n"
      }
    }
    return text
  }

  private static func tiers(_ rules: [RuleFile]) -> String {
    var text = "# Rules by tier\n\n"
    text += "What runs, [`extends`](../configuration.md#extends) and `--enable` decide. [By family](README.md).\n"
    for tier in RuleTier.allCases {
      let ofTier = rules.filter { $0.tier == tier }
      if ofTier.isEmpty { continue }
      text += "\n## \(tier.rawValue)\n\n| rule | severity | family | what is wrong |\n| --- | --- | --- | --- |\n"
      for rule in ofTier {
        text += "| \(link(rule)) | \(rule.severity.rawValue) | \(rule.family) | \(rule.prose.summary) |\n"
      }
    }
    return text
  }

  private static func link(_ rule: RuleFile) -> String { "[\(rule.id.name)](\(rule.id.name).md)" }

  /// The rule's text with its examples before the references.
  private static func page(_ rule: RuleFile) throws -> String {
    let tier = rule.tier == .default ? "" : ", \(rule.tier.rawValue)"
    var text = "# \(rule.id.name)\n\n*\(rule.severity.rawValue), \(rule.family)\(tier).* "
    let body = RulePage.markdown(rule)
    let references = body.firstRange(of: "## References\n")?.lowerBound ?? body.endIndex
    text += body[..<references]
    text += try examples(rule)
    text += body[references...]
    return text
  }

  /// The file of the first finding of the first bad example, the findings, and the same file in the first good one.
  private static func examples(_ rule: RuleFile) throws -> String {
    guard let bad = rule.examples.first(where: \.isBad), let good = rule.examples.first(where: { !$0.isBad }),
      let finding = bad.expected.first(where: { $0.rule == rule.id.name })
    else { return "" }
    let reported = bad.expected.map { "\($0)\n" }.joined()
    return try "## Example\n\n\(listing(finding.path, of: bad, rule))fluxlint reports:\n\n```text\n\(reported)```\n\n"
      + "## Instead\n\n\(listing(finding.path, of: good, rule))"
  }

  private static func listing(_ path: String, of example: RuleExample, _ rule: RuleFile) throws -> String {
    guard var content = example.text(of: path) ?? example.files.last?.text else {
      throw FileError(path: rule.path, reason: "the example '\(example.fullName)' has no file")
    }
    if !content.hasSuffix("\n") { content += "\n" }
    let shown = example.text(of: path) == nil ? example.files.last?.path ?? path : path
    return "`\(shown)`:\n\n```yaml\n\(content)```\n\n"
  }
}
