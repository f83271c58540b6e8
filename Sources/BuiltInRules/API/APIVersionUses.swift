import Diagnostics
import FluxGraph
import FluxModel
import Manifests
import RuleEngine
import SourceText
import YAMLSyntax

/// A Flux object of some file, with what the releases in force think of its version.
struct APIVersionUse {
  var lifecycle: APIVersionLifecycle
  /// The value of `apiVersion`.
  var range: SourceRange
  var id: ObjectID
  /// The clusters that read the file; empty when nothing reaches it.
  var clusters: [Cluster]
}

extension RepositoryModel {
  /// Every object with a version of Flux's that stands in a file, reached or not, in file order.
  func forEachAPIVersionUse(_ body: (APIVersionUse) -> Void) {
    for object in graph.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)),
        let version = forest.value(object.root, "apiVersion"),
        let lifecycle = APIVersions.lifecycle(group: id.group, kind: id.kind, version: id.version)
      else { continue }
      let readers = graph.clusters.filter { $0.files.contains(object.file) }
      body(APIVersionUse(lifecycle: lifecycle, range: forest.range(version), id: id, clusters: readers))
    }
  }
}
