package import Facts
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
  package let sources: SourceSet
  package let graph: FluxGraph
  /// The Flux release in force where no cluster says one.
  package var fallback: ClusterSettings
  package var suppressions: Suppressions
  /// Rules of the user that cannot be read.
  package var ruleMistakes: [RuleMistake] = []
  /// Where files of schemas are, from the top.
  package var schemaDirectories: [String] = []

  package init(sources: SourceSet, graph: FluxGraph, fallback: ClusterSettings, suppressions: Suppressions) {
    self.sources = sources
    self.graph = graph
    self.fallback = fallback
    self.suppressions = suppressions
  }

  package var forest: Forest { sources.forest }

  /// What is known of each cluster of the graph, in its order.
  package var clusters: [ClusterFacts] { facts.all(graph, forest) }

  private let facts = KnownFacts()

  /// Made when a rule first asks, so that a build without rules does not pay for them. Rules run side by side.
  private final class KnownFacts: Sendable {
    private let known = Mutex<[ClusterFacts]?>(nil)

    func all(_ graph: FluxGraph, _ forest: Forest) -> [ClusterFacts] {
      known.withLock { known in
        if let known { return known }
        let facts = ClusterFacts.all(of: graph, in: forest)
        known = facts
        return facts
      }
    }
  }
}
