package import Diagnostics
package import FluxGraph
package import Manifests
import RuleCatalogue
package import SourceText
import Synchronization
package import YAMLSyntax

/// A rule of the catalogue: one type, named for the rule, that looks at a repository and reports.
///
/// A rule never fails, prints or reads a file. Its severity, prose and examples are in `rules/FAMILY/NAME.yaml`; its
/// `id` is a constant made from there, so a rule without a file does not compile, nor a file without a rule.
package protocol Rule: Sendable {
  static var id: RuleID { get }
  init()
  func check(_ model: RepositoryModel, _ report: inout FindingSink)
}

/// What rules look at: the files and the graph.
package struct RepositoryModel {
  package var sources: SourceSet
  package var graph: FluxGraph
  /// The Flux release in force where no cluster says one.
  package var fallback: ClusterSettings
  package var suppressions: Suppressions

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
