package import Diagnostics
import SourceText

/// Writes a report for people, each finding with the lines it is about.
package enum TextReporter {
  /// The whole text. The same report and style give the same text everywhere.
  ///
  /// - Parameter withSummary: Whether what was not checked and the numbers follow the findings. Without them a report
  ///   that has no findings is empty.
  package static func render(_ report: Report, style: TextStyle, withSummary: Bool = true) -> ShownLines {
    let texts = SourceTexts(report)
    var lines = ShownLines()
    for (number, finding) in report.findings.enumerated() {
      if number > 0 { lines.appendBreak() }
      for line in FindingText(finding, texts, clusterCount: report.clusters.count, style: style).lines {
        lines.append(line)
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

  /// A line for each reason, in the order of their first places.
  private static func notCheckedLines(_ report: Report, _ texts: SourceTexts, _ style: TextStyle) -> [ShownLine] {
    var reasons: [String] = []
    var placesOfReason: [String: [String]] = [:]
    for item in report.notChecked {
      let place = item.range.map { range in
        let place = texts.place(of: range)
        return "\(place.path):\(place.start.line)"
      }
      if placesOfReason[item.reason] == nil { reasons.append(item.reason) }
      placesOfReason[item.reason, default: []] += [place ?? item.path].compactMap(\.self)
    }
    func line(_ text: String) -> ShownLine {
      var line = ShownLine(style: style)
      line.add("not checked", .bold)
      line.add(": " + text)
      return line
    }
    let limit = 10
    var lines = reasons.prefix(limit).map { reason in
      let places = placesOfReason[reason] ?? []
      var line = line(reason)
      if let first = places.first {
        let others = places.count == 1 ? "" : " and \(count(places.count - 1, "other place"))"
        line.add(" (\(first)\(others))", .dim)
      }
      return line
    }
    if reasons.count > limit { lines.append(line("and \(count(reasons.count - limit, "other reason"))")) }
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
