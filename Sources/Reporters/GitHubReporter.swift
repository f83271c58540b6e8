package import Diagnostics
import SourceText

/// Writes workflow commands that GitHub shows as annotations at the lines of a change.
///
/// A step may have ten of each severity (docs.github.com, "Workflow commands"): the gravest get them, and of equal ones
/// those that show the most rules. The others are lines of the log.
package struct GitHubReporter: Reporter {
  private static let annotationLimit = 10
  /// GitHub cuts messages here, in characters.
  private static let messageLimit = 4000

  package init() {}

  package func write(_ report: Report, to sink: inout ReportSink) {
    let texts = SourceTexts(report)
    let groups = report.findings.groupedByRule()
    var rest: [Finding] = []
    for severity in [Severity.error, .warning, .note] {
      let findings = Self.takingTurns(groups.filter { $0.severity == severity }.map(\.findings))
      for finding in findings.prefix(Self.annotationLimit) {
        sink.append(data: Self.command(for: finding, texts, report))
      }
      rest += findings.dropFirst(Self.annotationLimit)
    }
    for group in rest.groupedByRule() {
      for finding in group.findings { sink.append(ConciseReporter.line(of: finding, texts, .plain)) }
    }
    sink.append(ReportSummary(report, style: .plain).line())
  }

  /// The first of each, then the second of each, and so on.
  private static func takingTurns(_ groups: [[Finding]]) -> [Finding] {
    let count = groups.map(\.count).max() ?? 0
    return (0..<count).flatMap { turn in groups.compactMap { $0.indices.contains(turn) ? $0[turn] : nil } }
  }

  private static func command(for finding: Finding, _ texts: SourceTexts, _ report: Report) -> String {
    let place = texts.place(of: finding.range)
    let name =
      switch finding.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    var properties = ["file=\(property(ShownText.sentence(place.path)))", "line=\(place.start.line)"]
    if place.end.line == place.start.line {
      // Columns of several lines are not understood.
      properties += ["col=\(place.start.column)", "endColumn=\(max(place.start.column, place.end.column - 1))"]
    } else {
      properties.append("endLine=\(place.end.line)")
    }
    properties.append("title=\(property(finding.rule.name))")
    var lines = [finding.message] + finding.notes
    if let clusters = finding.clusterNames(of: report.clusters.count) { lines.append("in: \(clusters)") }
    if let help = finding.help { lines.append("help: \(help)") }
    let message = lines.map(ShownText.sentence).joined(separator: "\n")
    return "::\(name) \(properties.joined(separator: ","))::\(data(String(message.prefix(messageLimit))))\n"
  }

  /// As the toolkit of GitHub escapes messages (actions/toolkit, `escapeData`).
  private static func data(_ text: String) -> String {
    replacing(["%": "%25", "\r": "%0D", "\n": "%0A"], in: text)
  }

  /// As the toolkit of GitHub escapes properties (`escapeProperty`).
  private static func property(_ text: String) -> String {
    replacing(["%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"], in: text)
  }

  private static func replacing(_ replacements: [Unicode.Scalar: String], in text: String) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += replacements[$1] ?? String($1) }
  }
}
