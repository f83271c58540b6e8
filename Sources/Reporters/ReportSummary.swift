package import Diagnostics
import SourceText

/// The end of a text report, at most eight lines: how much there is, what to do first, what is not known, how to see more.
/// On a narrow terminal it says less of each.
package struct ReportSummary {
  private static let lineLimit = 8
  /// How many rules are named.
  private static let ruleLimit = 3

  private let report: Report
  private let style: TextStyle

  package init(_ report: Report, style: TextStyle) {
    self.report = report
    self.style = style
  }

  /// - Parameter hint: what can be shown that is not, and the command for it; nil when all is.
  func lines(hint: Hint?, isFull: Bool = false) -> [ShownLine] {
    let all = lines(hint, ruleCount: Self.ruleLimit, isShort: false, isFull: isFull)
    if all.count <= Self.lineLimit { return all }
    let shorter = (1...Self.ruleLimit).reversed().map { lines(hint, ruleCount: $0, isShort: true) }
    return shorter.first { $0.count <= Self.lineLimit } ?? shorter[shorter.count - 1]
  }

  /// How to see more.
  struct Hint {
    var command: String
    /// What it shows.
    var shown: String
  }

  private func lines(_ hint: Hint?, ruleCount: Int, isShort: Bool, isFull: Bool = false) -> [ShownLine] {
    let counts = isShort ? found(isShort: true) : found(isShort: false) + looked + (isFull ? judged : [])
    let (label, rows) = priorities(ruleCount, isShort: isShort)
    let isTable = TallyTable.isTable(rows, label: label, style: style)
    var lines =
      Paragraph([], counts, indent: 2, style: style).lines
      + TallyTable.lines(rows, label: label, isTable: isTable, style: style)
    func add(_ label: String, _ text: String) {
      let label = isTable ? label : String(label.prefix { $0 != ":" }) + ":"
      let indent = isTable ? label.utf8.count : 3
      lines += Paragraph([ShownLine.Span(label, .bold)], text, indent: indent, style: style).lines
    }
    if !report.notChecked.isEmpty { add("not checked:", NotCheckedText.groups(of: report, isShort: isShort)) }
    if let hint { add("see more:   ", isShort ? hint.command : "\(hint.command): \(hint.shown)") }
    return lines
  }

  /// The rules to deal with first, and what is said before them. Notes are named when there is nothing graver.
  private func priorities(_ ruleCount: Int, isShort: Bool) -> (label: String, rows: [TallyTable.Row]) {
    let all = RuleTally.all(of: report)
    let grave = all.filter { $0.severity > .note }
    let tallies = grave.isEmpty ? all : grave
    var rows = tallies.prefix(ruleCount).map(TallyTable.Row.init)
    let rest = tallies.dropFirst(ruleCount)
    if let first = rest.first {
      let noun = rest.allSatisfy { $0.severity == first.severity } ? first.severity.rawValue : "finding"
      rows.append(
        TallyTable.Row(
          number: rest.reduce(0) { $0 + $1.count }, noun: noun,
          subject: "of \(counted(Set(rest.map(\.rule)).count, "other rule"))",
          advice: isShort ? "" : "fluxlint check --statistics"))
    }
    return (grave.isEmpty ? "look at:    " : "fix first:  ", rows)
  }

  /// What was found, and in how many files.
  private func found(isShort: Bool) -> [ShownLine.Span] {
    let severities = [Severity.error, .warning, .note].filter { report.count($0) > 0 }
    guard !severities.isEmpty else {
      return [
        ShownLine.Span("no findings", .bold),
        ShownLine.Span("in \(counted(report.fileCount, "file"))\(isShort ? "" : ";")"),
      ]
    }
    let counts = severities.map { severity in
      let comma = severity == severities.last ? "" : ","
      return ShownLine.Span(counted(report.count(severity), severity.rawValue) + comma, severity.paint)
    }
    if isShort { return counts }
    let files = Set(report.findings.map(\.range.file)).count
    return counts + [ShownLine.Span("in \(files) of \(counted(report.fileCount, "file"));")]
  }

  /// What was looked at, and what of the findings is not shown.
  private var looked: [ShownLine.Span] {
    let looked = "\(counted(report.clusters.count, "cluster")), \(counted(report.objectCount, "object"))"
    let hidden = [(report.suppressedCount, "suppressed"), (report.baselineCount, "in the baseline")]
    let parts = [looked] + hidden.filter { $0.0 > 0 }.map { "\($0) \($1)" }
    return [ShownLine.Span(parts.joined(separator: "; "))]
  }

  /// How many objects were held against a schema, for those who want to know all.
  private var judged: [ShownLine.Span] {
    report.judgedCount.map { [ShownLine.Span("(\($0) held against a schema)")] } ?? []
  }

  /// All of it in one line, for the person beside a report that goes elsewhere.
  ///
  /// - Parameter isFull: whether it says how many objects were held against a schema.
  package func line(isFull: Bool = false) -> ShownLine {
    var line = ShownLine(style: style)
    for (number, part) in (found(isShort: false) + looked + (isFull ? judged : [])).enumerated() {
      line.add((number > 0 ? [ShownLine.Span(" ")] : []) + [part])
    }
    let repairs = report.findings.compactMap(\.repair)
    if !repairs.isEmpty {
      line.add("; '\(Finding.Repair.union(repairs).command)' repairs \(repairs.count) of \(report.findings.count)")
    }
    if !report.notChecked.isEmpty { line.add("; \(report.notChecked.count) not checked") }
    return line
  }
}
