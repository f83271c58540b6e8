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
  /// Every Flux object that stands in a file, reached or not, in file order.
  func forEachAPIVersionUse(_ body: (APIVersionUse) -> Void) {
    let forest = forest
    for file in sources.files {
      let readers = graph.clusters.filter { $0.files.contains(file.id) }
      for document in sources.documents(of: file.id) {
        visit(document.root, forest, readers, body)
      }
    }
  }

  private func visit(_ root: NodeRef, _ forest: Forest, _ readers: [Cluster], _ body: (APIVersionUse) -> Void) {
    guard forest.kind(root) == .mapping, let version = forest.value(root, "apiVersion") else { return }
    if let kind = forest.value(root, "kind"), forest.withText(kind, { $0.suffix(4).elementsEqual("List".utf8) }),
      let items = forest.value(root, "items")
    {
      for item in forest.items(items) { visit(item, forest, readers, body) }
      return
    }
    guard forest.withText(version, { $0.contains(UInt8(ascii: "/")) }), let id = forest.objectID(ManifestObject(root: root)),
      let lifecycle = APIVersions.lifecycle(group: id.group, kind: id.kind, version: id.version)
    else { return }
    body(APIVersionUse(lifecycle: lifecycle, range: forest.range(version), id: id, clusters: readers))
  }
}
