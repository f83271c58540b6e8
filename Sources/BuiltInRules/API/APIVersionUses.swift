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
      for document in sources.documents(of: file.id) { visit(document.root, file.id, forest, body) }
    }
  }

  private func visit(_ root: NodeRef, _ file: FileID, _ forest: Forest, _ body: (APIVersionUse) -> Void) {
    guard forest.kind(root) == .mapping, let version = forest.value(root, "apiVersion") else { return }
    if let kind = forest.value(root, "kind"), forest.withText(kind, { $0.suffix(4).elementsEqual("List".utf8) }),
      let items = forest.value(root, "items")
    {
      for item in forest.items(items) { visit(item, file, forest, body) }
      return
    }
    guard forest.withText(version, Self.mayBeFlux), let id = forest.objectID(ManifestObject(root: root)),
      let lifecycle = APIVersions.lifecycle(group: id.group, kind: id.kind, version: id.version)
    else { return }
    let readers = graph.clusters.filter { $0.files.contains(file) }
    body(APIVersionUse(lifecycle: lifecycle, range: forest.range(version), id: id, clusters: readers))
  }

  /// All groups of Flux, v1 and v2, end in `fluxcd.io` or `weave.works`; most objects of a repository do not.
  private static func mayBeFlux(_ apiVersion: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let slash = apiVersion.lastIndex(of: UInt8(ascii: "/")) else { return false }
    let group = apiVersion[..<slash]
    return group.suffix(9).elementsEqual("fluxcd.io".utf8) || group.suffix(11).elementsEqual("weave.works".utf8)
  }
}
