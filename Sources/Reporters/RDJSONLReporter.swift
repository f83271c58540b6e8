package import Diagnostics
import SourceText

/// Writes the diagnostics of reviewdog, one on each line (reviewdog `proto/rdf`, `Diagnostic`). Columns count bytes.
package struct RDJSONLReporter: Reporter {
  package init() {}

  package func write(_ report: Report, to sink: inout ReportSink) {
    let texts = SourceTexts(report)
    sink.json { json in
      for group in report.findings.groupedByRule() {
        for finding in group.findings { json.line { Self.write(finding, texts, to: &$0) } }
      }
    }
  }

  private static func write(_ finding: Finding, _ texts: SourceTexts, to json: inout JSONWriter) {
    json.field(
      "message",
      ([finding.message] + [finding.help.map { "help: \($0)" }].compactMap(\.self))
        .map(ShownText.sentence).joined(separator: "\n"))
    json.field("location") { write(finding.range, texts, to: &$0) }
    json.field("severity", name(of: finding.severity))
    json.field("source") { $0.field("name", "fluxlint") }
    json.field("code") { $0.field("value", finding.rule.name) }
    // A suggestion is about the file of its diagnostic.
    let suggestions = (finding.fix?.replacements ?? []).filter { $0.range.file == finding.range.file }
    if !suggestions.isEmpty {
      json.field("suggestions", objects: suggestions) { json, replacement in
        json.field("range") { writeRange(replacement.range, texts, to: &$0) }
        json.field("text", String(decoding: replacement.bytes, as: UTF8.self))
      }
    }
    // Who reads it opens the checked revision.
    let places = finding.related.filter { !texts.file($0.range.file).isOfBase }
    if !places.isEmpty {
      json.field("related_locations", objects: places) { json, related in
        json.field("message", ShownText.sentence(related.message))
        json.field("location") { write(related.range, texts, to: &$0) }
      }
    }
  }

  private static func write(_ range: SourceRange, _ texts: SourceTexts, to json: inout JSONWriter) {
    json.field("path", texts.file(range.file).path)
    json.field("range") { writeRange(range, texts, to: &$0) }
  }

  private static func writeRange(_ range: SourceRange, _ texts: SourceTexts, to json: inout JSONWriter) {
    let bounds = texts.bounds(of: range)
    for (name, offset) in [("start", bounds.lowerBound), ("end", bounds.upperBound)] {
      let position = texts.position(of: offset, in: range.file, .bytes)
      json.field(name) {
        $0.field("line", position.line)
        $0.field("column", position.column)
      }
    }
  }

  private static func name(of severity: Severity) -> String {
    switch severity {
    case .error: "ERROR"
    case .warning: "WARNING"
    case .note: "INFO"
    }
  }
}
