import Diagnostics
import FluxGraph
import FluxModel
import RuleEngine

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

/// Releases that came out after this program: the newest one that it knows stands for them.
enum NewerReleases {
  /// A sentence for each of them, those of clusters and those that the user names.
  static func remarks(_ clusters: [Cluster], given: FluxVersion?) -> [String] {
    let given = given.flatMap { $0.isNewerThanKnown ? $0 : nil }
    return Set(clusters.compactMap(\.settings.newerRelease) + [given].compactMap(\.self)).sorted().map {
      "Flux \($0) is newer than this fluxlint knows; checking as \(APIVersions.newestRelease)"
    }
  }

  /// The same for reports, where no cluster says it as a gap: of what the user names, and of a migration.
  static func notChecked(_ settings: [ClusterSettings]) -> [NotChecked] {
    Set(settings.compactMap(\.newerReleaseReason)).sorted().map { NotChecked(reason: $0) }
  }
}
