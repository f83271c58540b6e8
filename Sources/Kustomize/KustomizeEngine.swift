package import Manifests
import SourceText
package import YAMLSyntax

/// Builds kustomizations of one tree. A base that several overlays use is read and built once.
package struct KustomizeEngine {
  /// The tree that is built; the forest in it grows by the nodes that builds make.
  package private(set) var sources: SourceSet

  package init(sources: consuming SourceSet) { self.sources = sources }

  /// The tree that new nodes go to.
  package let buildTree: UInt32 = 0

  /// Lets the graph make nodes of its own (substituted scalars) beside those of builds.
  package mutating func withForest<R>(_ body: (inout Forest) -> R) -> R { body(&sources.forest) }

  /// Builds one directory. It never throws: what fails is in the result, and what can be built is there too.
  package mutating func build(_ request: BuildRequest) -> BuildResult {
    BuildResult()
  }
}
