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

  /// What is shown of the causes, and of the references that hang on one.
  private static let limits = (causes: 10, references: 3)

  /// A line for each cause, with the references that hang on it below it.
  private static func notCheckedLines(_ report: Report, _ texts: SourceTexts, _ style: TextStyle) -> [String] {
    func name(_ range: SourceRange) -> String {
      let place = texts.place(of: range)
      return "\(ShownText.sentence(place.path)):\(place.start.line)"
    }
    let title = Paint.bold("not checked", style) + ": "
    var lines: [String] = []
    for item in report.notChecked.prefix(limits.causes) {
      var line = title + ShownText.sentence(item.reason)
      if let place = item.range.map(name) ?? item.path.map({ ShownText.sentence($0) }) {
        let others = item.count <= 1 ? "" : " and \(count(item.count - 1, "other place"))"
        line += Paint.dim(" (\(place)\(others))", style)
      }
      lines.append(line)
      for reference in item.references.prefix(limits.references) {
        lines.append(
          "  undecided: " + ShownText.sentence(reference.target) + Paint.dim(" (\(name(reference.range)))", style))
      }
      let rest = item.references.count - limits.references
      if rest > 0 { lines.append("  undecided: \(count(rest, "other reference"))") }
    }
    let rest = report.notChecked.count - limits.causes
    if rest > 0 { lines.append(title + "and \(count(rest, "other reason"))") }
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
