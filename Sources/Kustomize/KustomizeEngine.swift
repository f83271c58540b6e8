package import Manifests
import SourceText
import YAMLSyntax

/// Builds kustomizations of one tree. A base that several overlays use is read and built once.
package struct KustomizeEngine {
  /// The tree that is built; the forest in it grows by the nodes that builds make.
  package private(set) var sources: SourceSet

  package init(sources: consuming SourceSet) { self.sources = sources }

  /// Builds one directory. It never throws: what fails is in the result, and what can be built is there too.
  package mutating func build(_ request: BuildRequest) -> BuildResult {
    BuildResult()
  }
}
