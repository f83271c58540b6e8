package import Diagnostics
package import RuleCatalogue
import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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

  /// The content of a file that is not on disk yet.
  package struct Buffer: Sendable {
    package static let byteLimit = DirectoryReader.byteLimit

    /// As given; the file need not be there.
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// As given; nil for the whole repository around the current directory.
  package var path: String?
  package var snapshot: Snapshot
  /// What it is compared with, as given: a revision, or one with `..` behind it.
  package var base: String?
  /// Takes the place of a file on disk, and is what is shown unless a path says otherwise.
  package var buffer: Buffer?
  /// As given, to be read as a minor release.
  package var fluxVersion: String?
  package var failOn: FailureThreshold?
  package var rules: RuleChoice
  /// Whether what the baseline of the repository knows is left out.
  package var usesBaseline = true
  /// The environment of the process; Git's variables in it name the repository inside a hook.
  package var environment: [String: String]
  /// Seconds since 1970: what `SOURCE_DATE_EPOCH` says, else the clock.
  var now: Int64 { environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) } ?? Int64(time(nil)) }
  /// Is told what is being done, in a few words.
  package var progress: @Sendable (String) -> Void = { _ in }

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
