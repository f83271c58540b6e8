/// Writes `docs/rules`: a page for each rule, with an example that is also a test, and an index.
package struct DocsWriter {
  /// The folder `testdata/rules`, whose folders `NAME/EXAMPLE/` hold `repo/` and `expected.txt`.
  private let fixtures: String

  package init(fixtures: String) { self.fixtures = fixtures }

  /// Writes the pages into `folder` and removes those of rules that are no more.
  package func write(_ rules: [RuleFile], to folder: String) throws {
    let pages = try pages(rules)
    for page in pages { try Files.write(page.text, to: "\(folder)/\(page.name)") }
    for name in try Files.names(in: folder) where name.hasSuffix(".md") && !pages.contains(where: { $0.name == name }) {
      try Files.remove("\(folder)/\(name)")
    }
  }

  /// The names and contents of all files of the folder.
  package func pages(_ rules: [RuleFile]) throws -> [(name: String, text: String)] {
    var pages = [(name: "README.md", text: index(rules))]
    for rule in rules { pages.append((name: "\(rule.name).md", text: try page(rule))) }
    return pages
  }

  private func index(_ rules: [RuleFile]) -> String {
    var text = "# Rules\n\n"
    text += "Made from the files in [`rules/`](../../rules/README.md) by `swift run rulegen docs`.\n"
    for family in Set(rules.map(\.family)).sorted() {
      text += "\n## \(family)\n\n| rule | severity | what is wrong |\n| --- | --- | --- |\n"
      for rule in rules where rule.family == family {
        text += "| [\(rule.name)](\(rule.name).md) | \(rule.severity) | \(rule.summary) |\n"
      }
    }
    return text
  }

  /// The rule's text with its examples before the references.
  private func page(_ rule: RuleFile) throws -> String {
    var text = "# \(rule.name)\n\n*\(rule.severity), \(rule.family).* "
    let body = RulePage.markdown(rule)
    let references = body.firstRange(of: "## References\n")?.lowerBound ?? body.endIndex
    text += body[..<references]
    text += try examples(rule)
    text += body[references...]
    return text
  }

  /// The file of the first finding of the bad example, the findings, and the same file in the good example.
  private func examples(_ rule: RuleFile) throws -> String {
    let folder = "\(fixtures)/\(rule.name)"
    let expected = try Files.read("\(folder)/\(rule.badExample)/expected.txt")
    guard let colon = expected.firstIndex(of: ":"), expected.contains(": \(rule.name): ") else {
      throw FileError(
        path: "\(folder)/\(rule.badExample)/expected.txt", reason: "this example has no finding of '\(rule.name)'")
    }
    let file = String(expected[..<colon])
    var text = "## Example\n\n\(try listing(file, of: rule.badExample, in: folder, rule))"
    text += "fluxlint reports:\n\n```text\n\(expected)```\n\n## Instead\n\n"
    text += try listing(file, of: rule.goodExample, in: folder, rule)
    return text
  }

  private func listing(_ file: String, of example: String, in folder: String, _ rule: RuleFile) throws -> String {
    var content = try Files.read("\(folder)/\(example)/repo/\(file)")
    if !content.hasSuffix("\n") { content += "\n" }
    return """
      [`\(file)`](../../testdata/rules/\(rule.name)/\(example)/repo/\(file)):

      ```yaml
      \(content)```


      """
  }
}
