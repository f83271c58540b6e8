import CommandFailures
package import Diagnostics
import FluxModel
import Linting
package import RuleCatalogue
package import Sessions

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What is to be checked.
package struct CheckRequest: Sendable {
  package var tree: TreeRequest
  /// As given, to be read as a minor release.
  package var fluxVersion: String?
  package var failOn: FailureThreshold?
  package var rules: RuleChoice
  /// Whether what the baseline of the repository knows is left out.
  package var usesBaseline = true
  /// Seconds since 1970: what `SOURCE_DATE_EPOCH` says, else the clock.
  var now: Int64 { tree.environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) } ?? Int64(time(nil)) }
  /// Is told what is being done, in a few words.
  package var progress: @Sendable (String) -> Void = { _ in }

  package init(
    path: String? = nil, snapshot: Snapshot = .files, fluxVersion: String? = nil, failOn: FailureThreshold? = nil,
    rules: RuleChoice = RuleChoice(), environment: [String: String]
  ) {
    tree = TreeRequest(path: path, snapshot: snapshot, environment: environment)
    self.fluxVersion = fluxVersion
    self.failOn = failOn
    self.rules = rules
  }
}

extension LinterOptions {
  /// What a request says, on top of the configuration file.
  ///
  /// - Throws: `CommandFailure.notAFluxVersion`.
  init(_ request: CheckRequest, _ checked: CheckedTree) throws(CommandFailure) {
    self.init()
    topDirectory = checked.topDirectory
    rules = request.rules
    now = request.now
    progress = request.progress
    guard let text = request.fluxVersion else { return }
    guard let version = FluxVersion(text), version.isRelease else { throw .notAFluxVersion(text) }
    fluxVersion = version
  }
}
