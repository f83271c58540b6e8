package import Diagnostics

/// From which severity on findings make the exit status 1.
package enum FailOn: String, Sendable, CaseIterable {
  case error
  case warning
  case note
  case never

  /// Whether a finding of `severity` counts.
  package func includes(_ severity: Severity) -> Bool {
    switch self {
    case .error: severity >= .error
    case .warning: severity >= .warning
    case .note: true
    case .never: false
    }
  }
}
