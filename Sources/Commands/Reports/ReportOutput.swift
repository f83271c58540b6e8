import SourceText

/// A file that a report is written to, as the command line names it: `FORMAT=PATH`, or a path.
package struct ReportOutput: Hashable, Sendable {
  /// Nil for the format of standard output.
  package var format: ReportFormat?
  package var path: String

  /// What stands before the first `=` is a format if there is one of that name, else a part of the path.
  package init(_ argument: String) {
    if let equals = argument.firstIndex(of: "="), let format = ReportFormat(rawValue: String(argument[..<equals])) {
      self.format = format
      path = String(argument[argument.index(after: equals)...])
    } else {
      path = argument
    }
  }

  /// The format that was meant, where a path begins with a slip of its name and `=`.
  package var formatMeant: ReportFormat? {
    guard format == nil, let equals = path.firstIndex(of: "=") else { return nil }
    return Suggestion.nearest(to: String(path[..<equals]), in: ReportFormat.allCases.lazy.map(\.rawValue))
      .flatMap(ReportFormat.init)
  }
}
