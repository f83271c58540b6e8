package import Diagnostics
import SourceText

/// Writes a line for each finding, in the form of compilers: `path:line:column: error: message [rule]`.
package struct ConciseReporter: Reporter {
  private let style: TextStyle

  package init(style: TextStyle) { self.style = style }

  package func write(_ report: Report, to sink: inout ReportSink) {
    let texts = SourceTexts(report)
    for group in report.findings.groupedByRule() {
      for finding in group.findings { sink.append(Self.line(of: finding, texts, style)) }
    }
  }

  static func line(of finding: Finding, _ texts: SourceTexts, _ style: TextStyle) -> ShownLine {
    let place = texts.place(of: finding.range)
    var line = ShownLine(style: style)
    line.add([
      ShownLine.Span("\(place.path):\(place.start.line):\(place.start.column):", linkTo: place.path),
      ShownLine.Span(" "), ShownLine.Span("\(finding.severity.rawValue):", finding.severity.paint),
      ShownLine.Span(" \(finding.message) "), ShownLine.Span("[\(finding.rule.name)]", .dim),
    ])
    return line
  }
}
