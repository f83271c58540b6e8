package import Diagnostics
import SourceText

/// Writes a code quality report of GitLab (docs.gitlab.com, "Code Quality", "Code Quality report format").
package struct GitLabReporter: Reporter {
  package init() {}

  package func write(_ report: Report, to sink: inout ReportSink) {
    let texts = SourceTexts(report)
    sink.json {
      $0.array(lines: zip(report.findings, report.fingerprints())) { json, element in
        let (finding, fingerprint) = element
        let place = texts.place(of: finding.range)
        // The name of the check is not shown.
        json.field("description", "\(finding.rule.name): \(ShownText.sentence(finding.message))")
        json.field("check_name", finding.rule.name)
        json.field("fingerprint", fingerprint)
        json.field("severity", Self.name(of: finding.severity))
        json.field("location") {
          $0.field("path", place.path)
          $0.field("lines") {
            $0.field("begin", place.start.line)
            $0.field("end", place.end.line)
          }
        }
      }
    }
  }

  private static func name(of severity: Severity) -> String {
    switch severity {
    case .error: "critical"
    case .warning: "minor"
    case .note: "info"
    }
  }
}
