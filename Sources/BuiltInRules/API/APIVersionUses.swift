import RuleEngine

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
  /// Every object of a file, reached or not, with a version of Flux's that not every release in question serves for good;
  /// in file order.
  func forEachAPIVersionUse(_ body: (APIVersionUse) -> Void) {
    let oldest = graph.clusters.reduce(fallback.fluxVersion) { min($0, $1.settings.fluxVersion) }
    var uses: [(file: FileID, use: APIVersionUse)] = []
    for object in graph.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)),
        let version = forest.value(object.root, "apiVersion"),
        let lifecycle = APIVersions.lifecycle(group: id.group, kind: id.kind, version: id.version),
        lifecycle.removed != nil || oldest < FluxVersion(major: 2, minor: lifecycle.introduced)
      else { continue }
      uses.append(
        (object.file, APIVersionUse(lifecycle: lifecycle, range: forest.range(version), id: id, clusters: [])))
    }
    let readers = readers(of: Set(uses.map(\.file)))
    for (file, use) in uses {
      var use = use
      use.clusters = (readers[file] ?? []).map { graph.clusters[$0] }
      body(use)
    }
  }
}
