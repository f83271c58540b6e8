/// The lowest severity that makes the check fail.
package enum FailureThreshold: String, Hashable, Sendable, CaseIterable {
  case error, warning, note, never

  /// Whether a finding of `severity` counts.
  package func isReached(by severity: Severity) -> Bool {
    switch self {
    case .never: false
    case .error: severity >= .error
    case .warning: severity >= .warning
    case .note: true
    }
  }
}
