package import Diagnostics
import Linting
package import Reporters
package import RuleCatalogue

/// How a report is written.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text, concise, json, sarif, github, gitlab, junit, rdjsonl, markdown

  /// Whether a report says what was not checked, and why.
  package var saysWhatIsNotChecked: Bool {
    switch self {
    case .text, .json, .sarif, .markdown: true
    case .concise, .github, .gitlab, .junit, .rdjsonl: false
    }
  }
}

/// What a report is written with besides its format.
package struct ReportStyle: Sendable {
  package var detail = TextReporter.Detail.full
  package var grouping = ReportGrouping.rule
  package var color = false
  /// Columns of the terminal that text is for; nil when it goes elsewhere.
  package var width: Int?
  /// The URL of the top of the tree, when it lies on disk and the terminal takes links.
  package var linkBase: String?
  /// Whether text ends with what was checked and what was not.
  package var hasSummary = true
  /// Whether people see what was there before, too.
  package var showsOlder = false
  /// How many findings of one rule text shows; nil for all.
  package var limit: Int?
  /// Whether text, JSON and SARIF list what is suppressed.
  package var showsSuppressed = false
  package var failOn = FailureThreshold.error
  /// All rules that there are.
  package var rules = ruleCatalogue

  package init() {}

  func reporter(for format: ReportFormat) -> any Reporter {
    let text = TextStyle(color: color, width: width, linkBase: linkBase)
    return switch format {
    case .text:
      TextReporter(
        style: text, detail: detail, grouping: grouping, showsNotes: failOn == .note, hasSummary: hasSummary,
        limit: limit, showsSuppressed: showsSuppressed)
    case .concise: ConciseReporter(style: text)
    case .json: JSONReporter(rules: rules, version: fluxlintVersion, showsSuppressed: showsSuppressed)
    case .sarif:
      SARIFReporter(
        rules: rules, version: fluxlintVersion, listsAllRules: detail == .full, showsSuppressed: showsSuppressed)
    case .github: GitHubReporter()
    case .gitlab: GitLabReporter()
    case .junit: JUnitReporter(rules: rules, failOn: failOn)
    case .rdjsonl: RDJSONLReporter()
    case .markdown: MarkdownReporter()
    }
  }
}

extension Report {
  /// Writes the whole report.
  ///
  /// - Parameter consume: gets it in pieces.
  package func write(as format: ReportFormat, _ style: ReportStyle, to consume: @escaping ([UInt8]) -> Void) {
    var sink = ReportSink(consume)
    style.reporter(for: format).write(shown(in: format, style), to: &sink)
    sink.finish()
  }

  /// The whole report, for who shows it with other things.
  package func rendered(as format: ReportFormat, _ style: ReportStyle = ReportStyle()) -> Document {
    Document(shown(in: format, style), by: style.reporter(for: format))
  }

  /// What of the report is written: programs that know the age of a finding, or find it out, get all.
  package func shown(in format: ReportFormat, _ style: ReportStyle) -> Report {
    switch format {
    case .json, .sarif, .gitlab: self
    case .text, .concise, .github, .junit, .rdjsonl, .markdown: style.showsOlder ? self : withoutOlder()
    }
  }

  /// The numbers in one line without a line break.
  package var summary: String { ReportSummary(self, style: .plain).line().text }
}
