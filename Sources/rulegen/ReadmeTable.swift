import Diagnostics
package import RuleFiles

/// The table of the README, between two comments: the families with their rules.
package enum ReadmeTable {
  private static let start = "<!-- rules: written by make docs -->\n"
  private static let end = "<!-- /rules -->"

  /// `readme` with the table of `rules`; nil when it lacks the comments.
  package static func replaced(in readme: String, with rules: [RuleFile]) -> String? {
    guard let start = readme.firstRange(of: start), let end = readme.firstRange(of: end),
      start.upperBound <= end.lowerBound
    else { return nil }
    return readme[..<start.upperBound] + table(rules) + readme[end.lowerBound...]
  }

  private static func table(_ rules: [RuleFile]) -> String {
    var text = "| family | rules | for example |\n| --- | --- | --- |\n"
    for family in Set(rules.map(\.family)).sorted() {
      let names = rules.filter { $0.family == family }.map(\.id.name)
      let links = names.prefix(4).map { "[`\($0)`](docs/rules/\($0).md)" }.joined(separator: ", ")
      text += "| [\(family)](docs/rules/README.md#\(family)) | \(names.count) | \(links) |\n"
    }
    return text
  }
}
