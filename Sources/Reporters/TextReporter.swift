package import Diagnostics
import SourceText

/// Writes a report for people, each finding with the lines it is about.
package enum TextReporter {
  /// The whole text. The same report and style give the same text everywhere.
  ///
  /// - Parameter withSummary: Whether what was not checked and the numbers follow the findings. Without them a report
  ///   that has no findings is empty.
  /// - Parameter limit: how many findings of one rule are shown; the others are counted.
  package static func render(
    _ report: Report, style: TextStyle, withSummary: Bool = true, limit: Int? = nil
  ) -> ShownLines {
    let texts = SourceTexts(report)
    var lines = ShownLines()
    var counts: [RuleID: Int] = [:]
    for finding in report.findings {
      counts[finding.rule, default: 0] += 1
      if let limit, counts[finding.rule, default: 0] > limit { continue }
      if !lines.isEmpty { lines.appendBreak() }
      for line in FindingText(finding, texts, clusterCount: report.clusters.count, style: style).lines {
        lines.append(line)
      }
    }
    if let limit {
      let omitted = counts.filter { $0.value > limit }.sorted { $0.key < $1.key }
      if !omitted.isEmpty, !lines.isEmpty { lines.appendBreak() }
      for (rule, number) in omitted {
        lines.append(ShownLine("\(count(number - limit, "more finding")) of '\(rule.name)' not shown"))
      }
    }
    guard withSummary else { return lines }
    if !lines.isEmpty { lines.appendBreak() }
    let notChecked = notCheckedLines(report, texts, style)
    for line in notChecked { lines.append(line) }
    if !notChecked.isEmpty { lines.appendBreak() }
    lines.append(summary(of: report, style: style))
    return lines
  }

  /// What is shown of the causes, and of the references that hang on one.
  private static let limits = (causes: 10, references: 3)

  /// A line for each cause, with the references that hang on it below it.
  private static func notCheckedLines(_ report: Report, _ texts: SourceTexts, _ style: TextStyle) -> [ShownLine] {
    func name(_ range: SourceRange) -> String {
      let place = texts.place(of: range)
      return "\(place.path):\(place.start.line)"
    }
    func titled(_ text: String) -> ShownLine {
      var line = ShownLine(style: style)
      line.add("not checked", .bold)
      line.add(": " + text)
      return line
    }
    func undecided(_ text: String, _ place: String? = nil) -> ShownLine {
      var line = ShownLine(style: style)
      line.add("  undecided: " + text)
      if let place { line.add(" (\(place))", .dim) }
      return line
    }
    var lines: [ShownLine] = []
    for item in report.notChecked.prefix(limits.causes) {
      var line = titled(item.reason)
      if let place = item.range.map(name) ?? item.path {
        let others = item.count <= 1 ? "" : " and \(count(item.count - 1, "other place"))"
        line.add(" (\(place)\(others))", .dim)
      }
      lines.append(line)
      for reference in item.references.prefix(limits.references) {
        lines.append(undecided(reference.target, name(reference.range)))
      }
      let rest = item.references.count - limits.references
      if rest > 0 { lines.append(undecided(count(rest, "other reference"))) }
    }
    let rest = report.notChecked.count - limits.causes
    if rest > 0 { lines.append(titled("and \(count(rest, "other reason"))")) }
    return lines
  }

  /// What was found and what was looked at, in one line.
  package static func summary(of report: Report, style: TextStyle) -> ShownLine {
    var line = ShownLine(style: style)
    let severities = [Severity.error, .warning, .note].filter { report.count($0) > 0 }
    if severities.isEmpty {
      line.add("no findings", .bold)
      line.add(" in \(count(report.fileCount, "file"))")
    } else {
      for (number, severity) in severities.enumerated() {
        if number > 0 { line.add(", ") }
        line.add(count(report.count(severity), severity.rawValue), severity.paint)
      }
      let files = Set(report.findings.map(\.range.file)).count
      line.add(" in \(files) of \(count(report.fileCount, "file"))")
    }
    line.add("; \(count(report.clusters.count, "cluster")), \(count(report.objectCount, "object"))")
    let repairs = report.findings.compactMap(\.repair)
    if !repairs.isEmpty {
      line.add(
        "; \(repairs.count) of \(report.findings.count) can be fixed by '\(Finding.Repair.union(repairs).command)'")
    }
    if report.suppressedCount > 0 { line.add("; \(report.suppressedCount) suppressed") }
    if !report.notChecked.isEmpty { line.add("; \(report.notChecked.count) not checked") }
    return line
  }

  /// `1 file`, `2 files`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}

extension Severity {
  /// The colour of headlines and carets.
  var paint: Paint {
    switch self {
    case .error: .error
    case .warning: .warning
    case .note: .note
    }
  }
}
