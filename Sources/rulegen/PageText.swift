package import RuleFiles

/// What of a rule file goes into the program: all of it but the examples that its page does not show.
package enum PageText {
  /// The examples of a rule file are its last part, each begun by a line `  - bad: NAME` or `  - good: NAME`.
  package static func of(_ rule: RuleFile, text: String) -> String {
    let shown = [true, false].compactMap { isBad in rule.examples.first { $0.isBad == isBad } }
    let headers = Set(shown.map { "  - \($0.isBad ? "bad" : "good"): \($0.name)" })
    var isInExamples = false
    var isKept = true
    var lines: [Substring] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if isInExamples, line.hasPrefix("  - bad: ") || line.hasPrefix("  - good: ") {
        isKept = headers.contains(String(line))
      }
      if isKept { lines.append(line) }
      if line == "examples:" { isInExamples = true }
    }
    // The line feed that ends the last text.
    return lines.joined(separator: "\n") + (lines.last == "" ? "" : "\n")
  }
}
