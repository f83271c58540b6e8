package import Changes
package import Diagnostics
package import Facts
package import FluxGraph
package import FluxModel
package import Manifests
package import SourceText
import Synchronization
package import YAMLSyntax

/// What `migrate` would change for the release that runs, or would leave to a person.
package struct MigrationStep: Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange
  package var help: String?
  package var severity: Severity
  /// Whether `migrate` leaves it to a person.
  package var isLeft: Bool

  package init(message: String, range: SourceRange, help: String?, severity: Severity = .note, isLeft: Bool) {
    (self.message, self.range, self.help) = (message, range, help)
    (self.severity, self.isLeft) = (severity, isLeft)
  }
}

/// What rules look at: the files and the graph.
package struct RepositoryModel {
  package let sources: SourceSet
  package let graph: FluxGraph
  /// The Flux release in force where no cluster says one.
  package var fallback: ClusterSettings
  package var suppressions: Suppressions
  /// Mistakes in rules of the user, which do not run.
  package var ruleMistakes: [RuleMistake] = []
  /// Asked by the rule that tells them, beside others: it must read only.
  package var migrationSteps: @Sendable (RepositoryModel) -> [MigrationStep] = { _ in [] }
  /// Private keys that lie in files.
  package var keyFiles: [KeyFile] = []
  /// Where files of schemas are, from the top.
  package var schemaDirectories: [String] = []
  /// What changed since another revision; nil where only one is looked at.
  package var comparison: Comparison?

  /// Lines with image markers in files that are not read for them.
  package var unreadMarkers: [SourceRange] = []

  /// YAML files that source-controller leaves out by default, and does not here, because of patterns.
  package var lostDefaults = LostDefaults()

  package init(sources: SourceSet, graph: FluxGraph, fallback: ClusterSettings, suppressions: Suppressions) {
    self.sources = sources
    self.graph = graph
    self.fallback = fallback
    self.suppressions = suppressions
  }

  package var forest: Forest { sources.forest }

  /// What is taken for the Flux of clusters that get objects from others (`spec.kubeConfig`): the release that the user
  /// says of all clusters, else the newest.
  package var remoteSettings: ClusterSettings {
    let all = graph.clusters.filter(\.hasEntryPoint).map(\.settings)
    if let first = all.first,
      all.allSatisfy({ $0.versionOrigin == .given && $0.runningRelease == first.runningRelease })
    {
      return ClusterSettings(fluxVersion: first.runningRelease, versionOrigin: .given)
    }
    return ClusterSettings(fluxVersion: APIVersions.newestRelease, versionOrigin: .assumed)
  }

  /// Whether all clusters that read a file, or that get what it says, run a release of Flux or a newer one. Where nothing
  /// says which one runs, it is taken for the newest that may.
  package func allRun(_ release: FluxVersion, readersOf file: FileID) -> Bool {
    graph.clusters.allSatisfy { cluster in
      guard cluster.files.contains(file) else { return true }
      let settings =
        cluster.remoteFiles.contains(file)
        ? cluster.remoteFileReleases[file] ?? remoteSettings : cluster.settings
      return settings.fluxVersion >= release
    }
  }

  /// What is known of each cluster of the graph, in its order.
  package var clusters: [ClusterFacts] { facts.value { ClusterFacts.all(of: graph, in: forest) } }

  /// The markers of image-automation-controller in all YAML files.
  package var imageMarkers: ImageMarkers { markers.value { ImageMarkers(sources) } }

  /// What several rules need and only their module knows: made by the first that asks, one of each type.
  package func shared<Value: Sendable>(_ make: () -> Value) -> Value {
    guard let known = others.known(Value.self) as? Known<Value> else { return make() }
    return known.value(make)
  }

  private let facts = Known<[ClusterFacts]>()
  private let markers = Known<ImageMarkers>()
  private let others = Others()

  private final class Others: Sendable {
    private let all = Mutex<[ObjectIdentifier: any Sendable]>([:])

    /// The place of a type: nobody waits in here while another value is made.
    func known<Value: Sendable>(_ type: Value.Type) -> any Sendable {
      all.withLock { all in
        let key = ObjectIdentifier(type)
        if let known = all[key] { return known }
        let known = Known<Value>()
        all[key] = known
        return known
      }
    }
  }

  /// Made when a rule first asks, so that a build without rules does not pay for it. Rules run side by side.
  private final class Known<Value: Sendable>: Sendable {
    private let known = Mutex<Value?>(nil)

    func value(_ make: () -> Value) -> Value {
      known.withLock { known in
        if let value = known { return value }
        let value = make()
        known = value
        return value
      }
    }
  }
}
