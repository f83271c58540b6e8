package import Diagnostics
package import RuleCatalogue
import SourceText

/// Writes a report as JSON for programs; `docs/output-json-v1.schema.json` describes it field by field.
package struct JSONReporter: Reporter {
  private let rules: [RuleMetadata]
  private let version: String
  private let showsSuppressed: Bool

  /// `rules` says what is known of the rules that were run, `version` is that of the tool.
  package init(rules: [RuleMetadata], version: String, showsSuppressed: Bool = false) {
    self.rules = rules
    self.version = version
    self.showsSuppressed = showsSuppressed
  }

  package func write(_ report: Report, to sink: inout ReportSink) {
    sink.json {
      write(report, to: &$0)
      $0.endLine()
    }
  }

  private func write(_ report: Report, to json: inout JSONWriter) {
    let texts = SourceTexts(report)
    let violated = Set(report.findings.map(\.rule))
    json.object {
      $0.field("schema", "fluxlint/check/v1")
      $0.field("version", version)
      $0.field("subject") {
        $0.field("kind", report.subject.kind.rawValue)
        $0.field("revision", orNull: report.subject.revision)
      }
      $0.field("status", report.findings.isEmpty ? "clean" : "findings")
      $0.field("summary") { writeSummary(of: report, to: &$0) }
      $0.field("findings", objects: zip(report.findings, report.fingerprints())) {
        write($1.0, fingerprint: $1.1, texts, to: &$0)
      }
      if showsSuppressed {
        $0.field("suppressed", objects: report.suppressed) {
          write($1, fingerprint: nil, texts, to: &$0)
          if let suppression = $1.suppression { write(suppression, texts, to: &$0) }
        }
      }
      $0.field("notChecked", objects: report.notChecked) { write($1, texts, to: &$0) }
      $0.field("rules", objects: rules.filter { violated.contains($0.id) }.sorted { $0.id < $1.id }) {
        $0.field("name", $1.id.name)
        $0.field("family", $1.family)
        $0.field("severity", $1.severity.rawValue)
        $0.field("summary", $1.summary)
      }
    }
  }

  private func writeSummary(of report: Report, to json: inout JSONWriter) {
    json.field("files", report.fileCount)
    json.field("clusters", report.clusters.count)
    json.field("objects", report.objectCount)
    if let count = report.judgedCount { json.field("judged", count) }
    json.field("errors", report.count(.error))
    json.field("warnings", report.count(.warning))
    json.field("notes", report.count(.note))
    json.field("suppressed", report.suppressedCount)
    if let count = report.newCount { json.field("new", count) }
    if report.baselineCount > 0 { json.field("baseline", report.baselineCount) }
    json.field("notChecked", report.notChecked.count)
  }

  private func write(_ suppression: Finding.Suppression, _ texts: SourceTexts, to json: inout JSONWriter) {
    json.field("suppression") {
      $0.field("kind", suppression.kind.rawValue)
      $0.field("reason", suppression.reason)
      let place = suppression.range.map { texts.place(of: $0) }
      $0.field("file", orNull: place?.path)
      $0.field("line", orNull: place?.start.line)
    }
  }

  private func write(
    _ finding: Finding, fingerprint: String?, _ texts: SourceTexts, to json: inout JSONWriter
  ) {
    let place = texts.place(of: finding.range)
    let bounds = texts.bounds(of: finding.range)
    json.field("rule", finding.rule.name)
    json.field("severity", finding.severity.rawValue)
    if let age = finding.age { json.field("baselineState", age.rawValue) }
    json.field("message", finding.message)
    json.field("file", place.path)
    json.field("line", place.start.line)
    json.field("column", place.start.column)
    json.field("endLine", place.end.line)
    json.field("endColumn", place.end.column)
    json.field("startByte", bounds.lowerBound)
    json.field("endByte", bounds.upperBound)
    json.field("label", finding.label)
    if let object = finding.object {
      json.field("object") {
        $0.field("apiVersion", object.apiVersion)
        $0.field("kind", object.kind)
        $0.field("namespace", orNull: object.namespace)
        $0.field("name", object.name)
      }
    } else {
      json.null("object")
    }
    json.field("clusters", strings: finding.clusters)
    json.field("related", objects: finding.related) { json, related in
      let place = texts.place(of: related.range)
      json.field("file", place.path)
      json.field("line", place.start.line)
      json.field("column", place.start.column)
      json.field("message", related.message)
      if texts.file(related.range.file).isOfBase { json.field("revision", "base") }
    }
    json.field("notes", strings: finding.notes)
    json.field("help", orNull: finding.help)
    json.field("data") { json in
      var data = finding.data
      if finding.tier != .default { data["tier"] = .string(finding.tier.rawValue) }
      if !finding.objects.isEmpty {
        data["objects"] = .strings(finding.objects.map(\.displayName))
      } else if data["change"] != nil {
        data["objects"] = .strings([finding.object?.displayName].compactMap(\.self))
      }
      for (key, fact) in data.sorted(by: { $0.key < $1.key }) {
        switch fact {
        case .string(let value): json.field(key, value)
        case .integer(let value): json.field(key, value)
        case .boolean(let value): json.field(key, value)
        case .strings(let values): json.field(key, strings: values)
        }
      }
    }
    if let fingerprint { json.field("fingerprint", fingerprint) }
  }

  private func write(_ notChecked: NotChecked, _ texts: SourceTexts, to json: inout JSONWriter) {
    let place = notChecked.range.map { texts.place(of: $0) }
    json.field("reason", notChecked.reason)
    json.field("kind", notChecked.kind)
    json.field("file", orNull: place?.path ?? notChecked.path)
    json.field("line", orNull: place?.start.line)
    json.field("clusters", strings: notChecked.clusters)
    json.field("count", notChecked.count)
    json.field("references", objects: notChecked.references) { json, reference in
      let place = texts.place(of: reference.range)
      json.field("file", place.path)
      json.field("line", place.start.line)
      json.field("target", reference.target)
    }
  }
}
