package import Diagnostics
import SourceText

/// Writes a report for people: the gravest first, a rule with many findings explained once, what to do first at the end.
package struct TextReporter: Reporter {
  /// How much is written of a report.
  package enum Detail: Sendable {
    /// The numbers of each rule.
    case statistics
    /// Notes are counted, and of many findings of a rule one is shown in full.
    case usual
    /// Every finding in full, and every reason for which something was not checked.
    case full
  }

  private let style: TextStyle
  private let detail: Detail
  private let grouping: ReportGrouping
  private let showsNotes: Bool
  private let hasSummary: Bool
  private let limit: Int?
  private let showsSuppressed: Bool

  /// So many findings of a rule are shown in full even when it has more, and so many warnings are listed behind them.
  private static let limits = (full: 3, listed: 10)

  /// - Parameters:
  ///   - showsNotes: whether findings of the lowest severity are shown; with full detail they always are.
  ///   - hasSummary: whether what was not checked and the numbers follow. Without them a report that shows no findings
  ///     is empty.
  ///   - limit: how many findings of one rule are shown; the others are counted.
  ///   - showsSuppressed: whether what is suppressed is listed, a line each.
  package init(
    style: TextStyle, detail: Detail = .full, grouping: ReportGrouping = .rule, showsNotes: Bool = false,
    hasSummary: Bool = true, limit: Int? = nil, showsSuppressed: Bool = false
  ) {
    self.style = style
    self.detail = detail
    self.grouping = grouping
    self.showsNotes = showsNotes || detail == .full
    self.hasSummary = hasSummary
    self.limit = limit
    self.showsSuppressed = showsSuppressed
  }

  package func write(_ report: Report, to sink: inout ReportSink) {
    if detail == .statistics { return writeStatistics(of: report, to: &sink) }
    let texts = SourceTexts(report)
    var isFirst = true
    var foldedCount = 0
    for section in report.sections(by: grouping, where: { showsNotes || $0 > .note }) {
      if let heading = section.heading {
        if !isFirst { sink.appendBreak() }
        sink.append(headline(heading, section))
        // The first finding stands at its heading.
        isFirst = true
      }
      for group in section.groups {
        let shown = limit.map { group.findings.prefix($0) } ?? group.findings[...]
        let isFolded = detail == .usual && shown.count > Self.limits.full
        let inFull = isFolded ? shown.prefix(1) : shown
        for finding in inFull {
          if !isFirst { sink.appendBreak() }
          isFirst = false
          sink.append(FindingText(finding, texts, clusterCount: report.clusters.count, style: style).lines)
        }
        if inFull.count < group.findings.count {
          foldedCount += group.findings.count - inFull.count
          writeRest(of: group, behind: inFull.count, texts, to: &sink)
        }
      }
    }
    if report.olderCount > 0 {
      if !isFirst { sink.appendBreak() }
      isFirst = false
      var line = ShownLine(style: style)
      line.add("\(counted(report.olderCount, "older finding")): --show all")
      sink.append(line)
    }
    if showsSuppressed, !report.suppressed.isEmpty {
      if !isFirst { sink.appendBreak() }
      isFirst = false
      writeSuppressed(of: report, texts, to: &sink)
    }
    guard hasSummary else { return }
    if !isFirst { sink.appendBreak() }
    let notChecked = detail == .full ? NotCheckedText.lines(report, texts, style) : []
    sink.append(notChecked)
    if !notChecked.isEmpty { sink.appendBreak() }
    let summary = ReportSummary(report, style: style)
    sink.append(summary.lines(hint: hint(report, foldedCount: foldedCount), isFull: detail == .full))
  }

  private func writeSuppressed(of report: Report, _ texts: SourceTexts, to sink: inout ReportSink) {
    for finding in report.suppressed {
      guard let suppression = finding.suppression else { continue }
      let place = texts.place(of: finding.range)
      var line = ShownLine(style: style)
      line.add("suppressed", .bold)
      line.add(": \(finding.severity.rawValue)[\(finding.rule.name)] ")
      line.add("\(place.path):\(place.start.line)", .dim)
      line.add(": by \(suppression.name)")
      if let range = suppression.range {
        let place = texts.place(of: range)
        line.add(" at \(place.path):\(place.start.line)")
      }
      if !suppression.reason.isEmpty { line.add(": \(suppression.reason)") }
      sink.append(line)
    }
  }

  private func writeStatistics(of report: Report, to sink: inout ReportSink) {
    let sections = report.sections(by: grouping) { _ in true }
    for (number, section) in sections.enumerated() {
      if let heading = section.heading {
        if number > 0 { sink.appendBreak() }
        sink.append(headline(heading, section))
      }
      sink.append(TallyTable.lines(RuleTally.all(of: section.groups).map(TallyTable.Row.init), label: "", style: style))
    }
    if !hasSummary { return }
    if !sections.isEmpty { sink.appendBreak() }
    sink.append(ReportSummary(report, style: style).line(isFull: true))
  }

  private func headline(_ heading: String, _ section: ReportSection) -> [ShownLine] {
    let counts = [Severity.error, .warning, .note].compactMap { severity in
      let count = section.groups.reduce(0) { $0 + ($1.severity == severity ? $1.findings.count : 0) }
      return count > 0 ? counted(count, severity.rawValue) : nil
    }
    return Paragraph(
      [
        ShownLine.Span("==", .dim), ShownLine.Span(" "),
        ShownLine.Span(heading, .bold, linkTo: grouping == .file ? heading : nil),
      ],
      "(\(counts.joined(separator: ", ")))", indent: 3, style: style
    ).lines
  }

  /// A line for each finding behind those that are shown in full; without a limit errors are never left out.
  private func writeRest(of group: RuleGroup, behind count: Int, _ texts: SourceTexts, to sink: inout ReportSink) {
    let rest = group.findings.dropFirst(count)
    let listed =
      limit.map { rest.prefix($0 - count) } ?? (group.severity == .error ? rest : rest.prefix(Self.limits.listed))
    sink.append(
      Paragraph(
        [ShownLine.Span("   =", .dim), ShownLine.Span(" "), ShownLine.Span("and \(rest.count) more", .bold)],
        "of \(group.rule.name)\(listed.isEmpty ? "" : ":")", indent: 5, style: style
      ).lines)
    for finding in listed {
      let place = texts.place(of: finding.range)
      let path = "\(place.path):\(place.start.line)"
      var line = ShownLine(style: style)
      line.add([ShownLine.Span("     "), ShownLine.Span(path, .dim, linkTo: place.path)])
      if let message = room(for: finding.message, after: path) { line.add("  " + message) }
      sink.append(line)
    }
    let unlisted = rest.count - listed.count
    if unlisted > 0, !listed.isEmpty { sink.append(ShownLine("     and \(unlisted) more")) }
  }

  /// As much of `message` as the line takes; nil when that is not worth it.
  private func room(for message: String, after path: String) -> String? {
    let shown = ShownText.sentence(message)
    guard let width = style.width else { return shown }
    let room = width - 5 - ShownText.width(of: ShownText.sentence(path)) - 2
    if ShownText.width(of: shown) <= room { return shown }
    if room < 20 { return nil }
    var kept = String.UnicodeScalarView()
    var column = 0
    for scalar in shown.unicodeScalars {
      column += scalar.displayWidth
      if column > room - 1 { break }
      kept.append(scalar)
    }
    return String(kept) + "…"
  }

  /// What options show that is not shown; nil when there is nothing.
  private func hint(_ report: Report, foldedCount: Int) -> ReportSummary.Hint? {
    if detail == .full { return nil }
    var parts: [String] = []
    let notes = showsNotes ? 0 : report.count(.note)
    if notes > 0 { parts.append(counted(notes, "note")) }
    if foldedCount > 0 { parts.append("\(counted(foldedCount, "finding")) in full") }
    if !report.notChecked.isEmpty { parts.append("all reasons") }
    if parts.isEmpty { return nil }
    return ReportSummary.Hint(command: "fluxlint check --verbose", shown: parts.joined(separator: ", "))
  }
}

extension Finding.Suppression {
  fileprivate var name: String {
    switch kind {
    case .comment: "a comment"
    case .annotation: "an annotation"
    case .configuration: "an entry of 'ignore'"
    case .baseline: "the baseline"
    }
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
