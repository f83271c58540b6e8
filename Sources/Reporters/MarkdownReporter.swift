package import Diagnostics
import SourceText

/// Writes a summary in the Markdown of GitHub and GitLab: the numbers, a table of what to do, the findings.
package struct MarkdownReporter: Reporter {
  /// GitHub shows no summary of a job at all that is longer than a mebibyte.
  private static let sizeLimit = 900_000

  package init() {}

  package func write(_ report: Report, to sink: inout ReportSink) {
    let texts = SourceTexts(report)
    var room = Self.sizeLimit
    var omitted = 0
    func row(_ text: String, _ sink: inout ReportSink) {
      if room < text.utf8.count { return omitted += 1 }
      room -= text.utf8.count
      sink.append(data: text)
    }

    sink.append(data: "## fluxlint\n\n\(MarkdownText.escape(ReportSummary(report, style: .plain).line().text))\n")
    let tallies = RuleTally.all(of: report)
    if !tallies.isEmpty { sink.append(data: "\n| findings | rule | what to do |\n| ---: | --- | --- |\n") }
    for tally in tallies {
      row("| \(tally.number) | \(MarkdownText.code(tally.rule.name)) | \(MarkdownText.code(tally.advice)) |\n", &sink)
    }
    for severity in [Severity.error, .warning, .note] {
      let findings = report.findings.groupedByRule().filter { $0.severity == severity }.flatMap(\.findings)
      if findings.isEmpty { continue }
      let open = severity == .error ? " open" : ""
      sink.append(data: "\n<details\(open)><summary>\(counted(findings.count, severity.rawValue))</summary>\n\n")
      sink.append(data: "| where | what | rule |\n| --- | --- | --- |\n")
      for finding in findings {
        let place = texts.place(of: finding.range)
        let cells = [
          MarkdownText.escape("\(place.path):\(place.start.line)"),
          MarkdownText.escape(finding.message) + (finding.help.map { "<br>" + MarkdownText.escape($0) } ?? ""),
          MarkdownText.code(finding.rule.name),
        ]
        row("| \(cells.joined(separator: " | ")) |\n", &sink)
      }
      sink.append(data: "\n</details>\n")
    }
    if !report.notChecked.isEmpty {
      sink.append(data: "\n<details><summary>not checked: \(NotCheckedText.groups(of: report))</summary>\n\n")
      for item in report.notChecked { row("- \(MarkdownText.escape(item.reason))\n", &sink) }
      sink.append(data: "\n</details>\n")
    }
    if omitted > 0 { sink.append(data: "\n\(counted(omitted, "line")) left out: a summary may be no longer.\n") }
  }
}

/// Text of others in Markdown: nothing in it is a link, a mention, HTML or the end of a table's cell.
enum MarkdownText {
  /// `text` as code; a character that would end it, or the cell it is in, is left out.
  static func code(_ text: String) -> String {
    "`" + ShownText.sentence(text).filter { $0 != "`" && $0 != "|" && $0 != "\\" } + "`"
  }

  static func escape(_ text: String) -> String {
    let scalars = Array(ShownText.sentence(text).unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$", "!": result += "\\\(scalar)"
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // Mentions and numbers of issues are found in what is rendered; a comment parts them.
      case "@", "#": result += "\(scalar)<!-- -->"
      // So are addresses.
      case ":" where scalars[(index + 1)...].starts(with: ["/", "/"]): result += ":<!-- -->"
      case "." where index >= 3 && scalars[(index - 3)..<index].elementsEqual(["w", "w", "w"]): result += ".<!-- -->"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
