package import Diagnostics
package import RuleCatalogue
import SourceText

/// Writes a report as SARIF 2.1.0 with what GitHub, GitLab and Azure DevOps read of it.
///
/// Left out on purpose: times and absolute paths (the same tree gives the same bytes), `automationDetails` (the
/// uploader sets the category), `rank` and `security-severity` (they would override our levels).
package struct SARIFReporter: Reporter {
  /// The page of the tool. It has none yet, so this is in a domain that is reserved for such (RFC 2606).
  static let home = "https://fluxlint.example/"

  /// GitHub refuses a run with more results.
  private static let resultLimit = 25_000
  private static let notificationLimit = 1000

  private let rules: [RuleMetadata]
  private let version: String
  private let listsAllRules: Bool
  private let showsSuppressed: Bool

  /// - Parameters:
  ///   - rules: all that were run.
  ///   - version: that of the tool, a semantic version.
  ///   - listsAllRules: whether rules without a result are described as well.
  ///   - showsSuppressed: whether what is suppressed is among the results, marked as such.
  package init(
    rules: [RuleMetadata], version: String, listsAllRules: Bool = false, showsSuppressed: Bool = false
  ) {
    self.rules = rules
    self.version = version
    self.listsAllRules = listsAllRules
    self.showsSuppressed = showsSuppressed
  }

  package func write(_ report: Report, to sink: inout ReportSink) {
    var report = report
    if showsSuppressed { report.findings += report.suppressed }
    sink.json {
      write(report, to: &$0)
      $0.endLine()
    }
  }

  private func write(_ report: Report, to json: inout JSONWriter) {
    let texts = SourceTexts(report)
    let descriptors = SARIFRules(rules, findings: report.findings, listsAll: listsAllRules)
    let (results, omitted) = Self.results(of: report, texts)
    json.object {
      $0.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
      $0.field("version", "2.1.0")
      $0.field("runs", objects: CollectionOfOne(report)) { json, report in
        json.field("tool") {
          $0.field("driver") { Self.writeDriver(descriptors, version: version, to: &$0) }
        }
        json.field("columnKind", "utf16CodeUnits")
        json.field("originalUriBaseIds") {
          $0.field(SARIFLocations.base) {
            $0.field("description") { $0.field("text", "The top of the tree that was checked.") }
          }
        }
        json.field("invocations", objects: CollectionOfOne(report)) {
          // A consumer closes what a successful run does not find again.
          $0.field("executionSuccessful", $1.isComplete)
          Self.writeNotifications(of: $1, omittedResults: omitted, texts, to: &$0)
        }
        var locations = SARIFLocations(texts)
        let listsSuppressions = report.findings.contains { $0.suppression != nil }
        json.field("results", lines: results) {
          $1.write(
            descriptors, clusterCount: report.clusters.count, listsSuppressions: listsSuppressions, &locations, to: &$0)
        }
      }
    }
  }

  private static func writeDriver(_ rules: SARIFRules, version: String, to json: inout JSONWriter) {
    json.field("name", "fluxlint")
    json.field("fullName", "fluxlint policy linter for Flux repositories")
    json.field("organization", "fluxlint")
    json.field("semanticVersion", version)
    json.field("version", version)
    json.field("informationUri", home)
    rules.write(to: &json)
    json.field("notifications", objects: CollectionOfOne("not-checked")) {
      $0.field("id", $1)
      $0.field("name", "NotChecked")
      $0.field("shortDescription") { $0.field("text", "Something could not be decided offline.") }
    }
  }

  /// What could not be decided is said beside the results; it is no failure of the run.
  private static func writeNotifications(
    of report: Report, omittedResults: Int, _ texts: SourceTexts, to json: inout JSONWriter
  ) {
    var notifications = report.notChecked.prefix(notificationLimit).map { item in
      (text: text(of: item), level: "note", range: item.range)
    }
    let unsaid = report.notChecked.count - notifications.count
    if unsaid > 0 { notifications.append(("\(unsaid) more places were not checked", "note", nil)) }
    if omittedResults > 0 {
      notifications.append(
        ("\(omittedResults) results of low severity are left out, as consumers take \(resultLimit)", "warning", nil))
    }
    if notifications.isEmpty { return }
    let locations = SARIFLocations(texts)
    json.field("toolExecutionNotifications", objects: notifications) { json, item in
      json.field("descriptor") {
        $0.field("id", "not-checked")
        $0.field("index", 0)
      }
      json.field("level", item.level)
      json.field("message") { $0.field("text", SARIFText.sentence(item.text, limit: 1000)) }
      if let range = item.range {
        json.field("locations", objects: CollectionOfOne(range)) {
          locations.write($1, id: nil, message: nil, hasSnippet: false, to: &$0)
        }
      }
    }
  }

  private static func text(of item: NotChecked) -> String {
    // A path without a range is a link, a submodule or the like, which no location may name.
    var text = item.path.map { "\(item.reason) ('\($0)')" } ?? item.reason
    if item.count > 1 { text += ", at \(item.count) places" }
    switch item.references.count {
    case 0: return text
    case 1: return text + "; \(item.references[0].target) hangs on it"
    default: return text + "; \(item.references[0].target) and \(item.references.count - 1) more hang on it"
    }
  }

  /// The results in the order of their encoded paths, which is not that of the paths; the worst ones if they are too
  /// many.
  private static func results(of report: Report, _ texts: SourceTexts) -> (results: [SARIFResult], omitted: Int) {
    var results = zip(report.findings, report.fingerprints()).map { finding, fingerprint in
      SARIFResult(
        finding: finding, fingerprint: fingerprint, uri: RelativeURI.encode(texts.file(finding.range.file).path))
    }
    let omitted = results.count - resultLimit
    if omitted > 0 {
      results.sort { ($1.finding.severity, $0) < ($0.finding.severity, $1) }
      results.removeLast(omitted)
    }
    results.sort()
    return (results, max(0, omitted))
  }
}
