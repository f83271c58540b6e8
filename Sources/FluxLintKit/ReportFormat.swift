package import Diagnostics
import Reporters
package import RuleCatalogue

/// How a report is written.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text
  case json
  case sarif
}

extension Report {
  /// The whole report.
  ///
  /// - Parameters:
  ///   - color: whether text has colours.
  ///   - width: columns of the terminal that text is for; nil when it goes elsewhere.
  ///   - withSummary: whether text ends with what was checked and what was not.
  ///   - limit: how many findings of one rule text shows.
  package func rendered(
    as format: ReportFormat, color: Bool = false, width: Int? = nil, withSummary: Bool = true, limit: Int? = nil,
    rules: [RuleMetadata] = ruleCatalogue
  ) -> Document {
    switch format {
    case .text:
      Document(
        TextReporter.render(
          self, style: TextStyle(color: color, width: width), withSummary: withSummary, limit: limit))
    case .json: Document(data: JSONReporter.render(self, rules: rules, version: fluxlintVersion))
    case .sarif: Document(data: SARIFReporter.render(self, rules: rules, version: fluxlintVersion))
    }
  }

  /// The numbers in one line without a line break.
  package var summary: String { TextReporter.summary(of: self, style: .plain).text }
}
