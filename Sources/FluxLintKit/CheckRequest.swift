package import Diagnostics
package import RuleCatalogue

/// What is to be checked.
package struct CheckRequest: Sendable {
  /// Which snapshot of a repository.
  package enum Snapshot: Hashable, Sendable {
    /// The files on disk.
    case files
    /// The index.
    case staged
    /// What `git rev-parse` takes.
    case revision(String)
    /// A directory, whatever repository it lies in.
    case directory
  }

  /// As given; nil for the whole repository around the current directory.
  package var path: String?
  package var snapshot: Snapshot
  /// As given, to be read as a minor release.
  package var fluxVersion: String?
  package var failOn: FailureThreshold?
  package var rules: RuleChoice
  /// The environment of the process; Git's variables in it name the repository inside a hook.
  package var environment: [String: String]

  package init(
    path: String? = nil, snapshot: Snapshot = .files, fluxVersion: String? = nil, failOn: FailureThreshold? = nil,
    rules: RuleChoice = RuleChoice(), environment: [String: String]
  ) {
    self.path = path
    self.snapshot = snapshot
    self.fluxVersion = fluxVersion
    self.failOn = failOn
    self.rules = rules
    self.environment = environment
  }
}
