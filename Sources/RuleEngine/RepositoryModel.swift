package import FluxGraph
package import Manifests
import Synchronization
package import YAMLSyntax

/// What rules look at: the files and the graph.
package struct RepositoryModel {
  package var sources: SourceSet
  package var graph: FluxGraph
  /// The Flux release in force where no cluster says one.
  package var fallback: ClusterSettings
  package var suppressions: Suppressions
  /// Where files of schemas are, from the top.
  package var schemaDirectories: [String] = []

  package init(sources: SourceSet, graph: FluxGraph, fallback: ClusterSettings, suppressions: Suppressions) {
    self.sources = sources
    self.graph = graph
    self.fallback = fallback
    self.suppressions = suppressions
  }

  package var forest: Forest { sources.forest }

  /// Every reference of a cluster of the graph, found out when a rule first asks.
  package func references(of cluster: Cluster) -> ClusterReferences {
    references.value("\(cluster.name)\u{0}\(cluster.directory)") { ClusterReferences(cluster, in: forest) }
  }

  /// What the API server will say to the objects, found out when a rule first asks.
  package var schemaVerdicts: SchemaVerdicts { verdicts.value { SchemaVerdicts(self) } }

  private let references = ReferenceCache()
  private let verdicts = VerdictCache()

  private final class VerdictCache: Sendable {
    private let known = Mutex<SchemaVerdicts?>(nil)

    func value(_ make: () -> SchemaVerdicts) -> SchemaVerdicts {
      known.withLock { known in
        if let verdicts = known { return verdicts }
        let verdicts = make()
        known = verdicts
        return verdicts
      }
    }
  }

  /// Rules run side by side and ask for the same.
  private final class ReferenceCache: Sendable {
    private let known = Mutex<[String: ClusterReferences]>([:])

    func value(_ cluster: String, _ make: () -> ClusterReferences) -> ClusterReferences {
      known.withLock { known in
        if let references = known[cluster] { return references }
        let references = make()
        known[cluster] = references
        return references
      }
    }
  }
}
