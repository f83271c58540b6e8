package import Diagnostics
package import FluxGraph
package import FluxModel

/// Releases that came out after this program: the newest one that it knows stands for them.
package enum NewerReleases {
  /// A sentence for each of them, those of clusters and those that the user names.
  package static func remarks(_ clusters: [Cluster], given: FluxVersion?) -> [String] {
    let given = given.flatMap { $0.isNewerThanKnown ? $0.description : nil }
    let names = clusters.map(\.settings).filter { $0.newerRelease != nil }
      .sorted { $0.runningRelease < $1.runningRelease }.compactMap(\.newerReleaseName)
    var seen: Set<String> = []
    return (names + [given].compactMap(\.self)).filter { seen.insert($0).inserted }.map {
      "Flux \($0) is newer than this fluxlint knows; checking as \(APIVersions.newestRelease)"
    }
  }

  /// The same for reports, where no cluster says it as a gap: of what the user names, and of a migration.
  package static func notChecked(_ settings: [ClusterSettings]) -> [NotChecked] {
    Set(settings.compactMap(\.newerReleaseReason)).sorted().map {
      NotChecked(reason: $0, kind: Gap.Cause.newerRelease.rawValue)
    }
  }
}
