package import FluxGraph
package import Manifests
package import SourceText
import Synchronization
package import YAMLSyntax

/// A file that should be a rule and is none.
package struct RuleMistake: Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange

  package init(message: String, range: SourceRange) { (self.message, self.range) = (message, range) }
}

/// What rules look at: the files and the graph.
package struct RepositoryModel {
  package var sources: SourceSet
  package var graph: FluxGraph
  /// The Flux release in force where no cluster says one.
  package var fallback: ClusterSettings
  package var suppressions: Suppressions
  /// Rules of the user that cannot be read.
  package var ruleMistakes: [RuleMistake] = []

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

  private let references = ReferenceCache()

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
