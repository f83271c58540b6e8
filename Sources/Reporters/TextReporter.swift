package import Diagnostics
import SourceText

/// Writes a report for people, each finding with the lines it is about.
package enum TextReporter {
  /// The whole text with a final line break. The same report and style give the same text everywhere.
  ///
  /// - Parameter withSummary: Whether what was not checked and the numbers follow the findings. Without them a report
  ///   that has no findings is empty.
  package static func render(_ report: Report, style: TextStyle, withSummary: Bool = true) -> String {
    let texts = SourceTexts(report)
    var lines: [String] = []
    for finding in report.findings {
      lines += FindingText(finding, texts, clusterCount: report.clusters.count, style: style).lines
      lines.append("")
    }
    if withSummary {
      let notChecked = notCheckedLines(report, texts, style)
      if !notChecked.isEmpty { lines += notChecked + [""] }
      lines.append(summary(of: report, style: style))
    } else if lines.isEmpty {
      return ""
    } else {
      lines.removeLast()
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A line for each reason, in the order of their first places.
  private static func notCheckedLines(_ report: Report, _ texts: SourceTexts, _ style: TextStyle) -> [String] {
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
    let limit = 10
    var lines = reasons.prefix(limit).map { reason in
      let places = placesOfReason[reason] ?? []
      var line = Paint.bold("not checked", style) + ": " + ShownText.sentence(reason)
      if let first = places.first {
        let others = places.count == 1 ? "" : " and \(count(places.count - 1, "other place"))"
        line += Paint.dim(" (\(ShownText.sentence(first))\(others))", style)
      }
      return line
    }
    if reasons.count > limit {
      lines.append(Paint.bold("not checked", style) + ": and \(count(reasons.count - limit, "other reason"))")
    }
    return lines
  }

  /// What was found and what was looked at, in one line without a line break.
  package static func summary(of report: Report, style: TextStyle) -> String {
    let counts = [Severity.error, .warning, .note].compactMap { severity -> String? in
      let number = report.count(severity)
      return number == 0 ? nil : severity.paint(count(number, severity.rawValue), style)
    }
    let found: String
    if counts.isEmpty {
      found = Paint.bold("no findings", style) + " in \(count(report.fileCount, "file"))"
    } else {
      let files = Set(report.findings.map(\.range.file)).count
      found = counts.joined(separator: ", ") + " in \(files) of \(count(report.fileCount, "file"))"
    }
    var parts = ["\(count(report.clusters.count, "cluster")), \(count(report.objectCount, "object"))"]
    let repairs = report.findings.compactMap(\.repair)
    if !repairs.isEmpty {
      parts.append(
        "\(repairs.count) of \(report.findings.count) can be fixed by '\(Finding.Repair.union(repairs).command)'")
    }
    if report.suppressedCount > 0 { parts.append("\(report.suppressedCount) suppressed") }
    if !report.notChecked.isEmpty { parts.append("\(report.notChecked.count) not checked") }
    return ([found] + parts).joined(separator: "; ")
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
