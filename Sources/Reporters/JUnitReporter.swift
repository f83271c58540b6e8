package import Diagnostics
package import RuleCatalogue
import SourceText

/// Writes a JUnit report, a suite for each rule: a case for each finding, and one that passes for a rule without any.
package struct JUnitReporter: Reporter {
  private let rules: [RuleMetadata]
  private let failOn: FailureThreshold

  /// - Parameters:
  ///   - rules: all that were run.
  ///   - failOn: findings below it are cases that pass with an output, so that the report agrees with the exit status.
  package init(rules: [RuleMetadata], failOn: FailureThreshold) {
    self.rules = rules
    self.failOn = failOn
  }

  package func write(_ report: Report, to sink: inout ReportSink) {
    let texts = SourceTexts(report)
    let found = Dictionary(report.findings.grouped(by: \.rule).map { ($0.key, $0.findings) }) { first, _ in first }
    let names = Set(rules.map(\.id)).union(found.keys).sorted()
    let total = Self.counts(tests: names.map { max(1, found[$0]?.count ?? 0) }.reduce(0, +), report.findings, failOn)
    sink.append(data: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fluxlint\" \(total)>\n")
    for name in names {
      let findings = found[name] ?? []
      let counts = Self.counts(tests: max(1, findings.count), findings, failOn)
      sink.append(data: "  <testsuite name=\"\(XMLText.escape(name.name))\" \(counts)>\n")
      if findings.isEmpty {
        sink.append(data: "    <testcase classname=\"\(XMLText.escape(name.name))\" name=\"no findings\"/>\n")
      }
      for finding in findings { write(finding, texts, to: &sink) }
      sink.append(data: "  </testsuite>\n")
    }
    sink.append(data: "</testsuites>\n")
  }

  private static func counts(tests: Int, _ findings: [Finding], _ failOn: FailureThreshold) -> String {
    let failures = findings.count { failOn.isReached(by: $0.severity) }
    return "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"0\" skipped=\"0\" time=\"0\""
  }

  private func write(_ finding: Finding, _ texts: SourceTexts, to sink: inout ReportSink) {
    let place = texts.place(of: finding.range)
    let path = XMLText.escape(place.path)
    let lines = [finding.message] + finding.notes + [finding.help.map { "help: \($0)" }].compactMap(\.self)
    let text = "\(path):\(place.start.line):\(place.start.column): " + lines.map(XMLText.escape).joined(separator: "\n")
    sink.append(
      data: """
            <testcase classname="\(XMLText.escape(finding.rule.name))" name="\(path):\(place.start.line):\
        \(place.start.column)" file="\(path)" line="\(place.start.line)">

        """)
    if failOn.isReached(by: finding.severity) {
      sink.append(
        data: """
                <failure type="\(finding.severity.rawValue)" message="\(XMLText.escape(finding.message))">\(text)</failure>

          """)
    } else {
      sink.append(data: "      <system-out>\(finding.severity.rawValue): \(text)</system-out>\n")
    }
    sink.append(data: "    </testcase>\n")
  }
}

/// Text in XML 1.0, in elements and in quoted attributes.
enum XMLText {
  static func escape(_ text: String) -> String {
    // What XML cannot hold is nothing that a reader could see; it is shown as everywhere else.
    ShownText.sentence(text).unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&apos;"
      case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
