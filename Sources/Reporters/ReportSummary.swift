package import Diagnostics
import SourceText

/// The end of a text report, at most eight lines of a usual terminal: how much there is, what to do first, what is not
/// known, how to see more.
package struct ReportSummary {
  /// How many rules are named.
  private static let ruleLimit = 3

  private let report: Report
  private let style: TextStyle

  package init(_ report: Report, style: TextStyle) {
    self.report = report
    self.style = style
  }

  /// - Parameter hint: which options show what is not shown; nil when all is.
  func lines(hint: String?) -> [ShownLine] {
    var lines = Paragraph([], counts, indent: 2, style: style).lines + priorities
    if !report.notChecked.isEmpty { lines += labelled("not checked:", NotCheckedText.groups(of: report)) }
    if let hint { lines += labelled("see more:   ", hint) }
    return lines
  }

  /// The rules to deal with first. Notes are named when there is nothing graver.
  private var priorities: [ShownLine] {
    let all = RuleTally.all(of: report)
    let grave = all.filter { $0.severity > .note }
    let tallies = grave.isEmpty ? all : grave
    var rows = tallies.prefix(Self.ruleLimit).map(TallyTable.Row.init)
    let rest = tallies.dropFirst(Self.ruleLimit)
    if let first = rest.first {
      let noun = rest.allSatisfy { $0.severity == first.severity } ? first.severity.rawValue : "finding"
      rows.append(
        TallyTable.Row(
          number: rest.reduce(0) { $0 + $1.count }, noun: noun,
          subject: "of \(counted(Set(rest.map(\.rule)).count, "other rule"))", advice: "fluxlint check --statistics"))
    }
    return TallyTable.lines(rows, label: grave.isEmpty ? "look at:    " : "fix first:  ", style: style)
  }

  private func labelled(_ label: String, _ text: String) -> [ShownLine] {
    let isWide = style.width.map { $0 >= TallyTable.tableWidth } ?? true
    let label = isWide ? label : String(label.prefix { $0 != ":" }) + ":"
    return Paragraph(
      [ShownLine.Span(label, .bold)], text, indent: isWide ? label.utf8.count : 3, style: style
    ).lines
  }

  /// What was found and what was looked at.
  private var counts: [ShownLine.Span] {
    var parts: [ShownLine.Span] = []
    let severities = [Severity.error, .warning, .note].filter { report.count($0) > 0 }
    if severities.isEmpty {
      parts = [ShownLine.Span("no findings", .bold), ShownLine.Span("in \(counted(report.fileCount, "file"));")]
    } else {
      parts = severities.map { severity in
        let comma = severity == severities.last ? "" : ","
        return ShownLine.Span(counted(report.count(severity), severity.rawValue) + comma, severity.paint)
      }
      let files = Set(report.findings.map(\.range.file)).count
      parts.append(ShownLine.Span("in \(files) of \(counted(report.fileCount, "file"));"))
    }
    let looked = "\(counted(report.clusters.count, "cluster")), \(counted(report.objectCount, "object"))"
    let hidden = [(report.suppressedCount, "suppressed"), (report.baselineCount, "in the baseline")]
    parts.append(
      ShownLine.Span(([looked] + hidden.filter { $0.0 > 0 }.map { "\($0) \($1)" }).joined(separator: "; ")))
    return parts
  }

  /// All of it in one line, for the person beside a report that goes elsewhere.
  package var line: ShownLine {
    var line = ShownLine(style: style)
    for (number, part) in counts.enumerated() { line.add((number > 0 ? [ShownLine.Span(" ")] : []) + [part]) }
    let repairs = report.findings.compactMap(\.repair)
    if !repairs.isEmpty {
      line.add("; '\(Finding.Repair.union(repairs).command)' repairs \(repairs.count) of \(report.findings.count)")
    }
    if !report.notChecked.isEmpty { line.add("; \(report.notChecked.count) not checked") }
    return line
  }
}
