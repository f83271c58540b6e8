import Kustomize
import Manifests
package import YAMLSyntax

/// A copy of an ArtifactGenerator that finds nothing to copy: then the generator as a whole fails (source-watcher
/// `internal/builder/builder.go`).
package struct EmptyCopy: Hashable, Sendable {
  /// Index of the ArtifactGenerator into the cluster's objects.
  package var object: Int
  package var artifact: String
  /// The scalar `from`.
  package var from: NodeRef
  /// Whether there are files that fit, and `exclude` takes them all away.
  package var isExcluded: Bool
  /// Whether a folder may fit too, which is copied without its files.
  package var mayHaveFolders: Bool
}

extension ClusterBuilder {
  /// Notes the copies that find nothing, once all sources are known. What comes from another repository is not looked
  /// into, and neither are generators with `pathPattern`.
  mutating func noteEmptyCopies() {
    cluster.emptyCopies = []
    for number in generators {
      guard let spec = forest.value(cluster.objects[number].root, "spec"), forest.value(spec, "pathPattern") == nil,
        let artifacts = forest.value(spec, "artifacts"), cluster.objects[number].isKnown
      else { continue }
      let roots = roots(of: spec, in: cluster.objects[number].id.namespace)
      for artifact in forest.items(artifacts) {
        for entry in forest.value(artifact, "copy").map({ Array(forest.items($0)) }) ?? []
        where !forest.isTrue(forest.value(entry, "optional")) {
          guard let from = forest.value(entry, "from"), let copy = ArtifactCopy(entry, roots: roots, in: forest),
            let emptiness = copy.emptiness(in: engine.sources)
          else { continue }
          cluster.emptyCopies.append(
            EmptyCopy(
              object: number, artifact: forest.givenText(artifact, "name") ?? "", from: from,
              isExcluded: emptiness != .noMatch, mayHaveFolders: emptiness == .filesExcluded))
        }
      }
    }
  }

  /// Where the sources of a generator are that are in this repository, by their aliases.
  private mutating func roots(of spec: NodeRef, in namespace: String?) -> [String: String] {
    var roots: [String: String] = [:]
    for entry in forest.value(spec, "sources").map({ Array(forest.items($0)) }) ?? [] {
      guard let alias = forest.givenText(entry, "alias"), let kind = forest.givenText(entry, "kind"),
        let name = forest.givenText(entry, "name")
      else { continue }
      let identity = SourceIdentity(
        kind: kind, namespace: forest.givenText(entry, "namespace") ?? namespace, name: name)
      if case .tree(let root) = source(identity) { roots[alias] = root }
    }
    return roots
  }
}
