import Manifests
package import SourceText
package import YAMLSyntax

// Objects that are in no file, because a controller makes them.
extension KustomizeEngine {
  /// Makes objects of a text and patches them.
  ///
  /// - Parameters:
  ///   - text: YAML documents, each a Kubernetes object.
  ///   - settings: a mapping with `patches` like those of a Flux Kustomization. A patch that fits none of the objects
  ///     does nothing.
  ///   - range: the place that stands for them.
  /// - Returns: the objects that are left, in their order.
  package mutating func makeObjects(_ text: String, patchedBy settings: NodeRef, at range: SourceRange) -> [NodeRef] {
    let tree = YAMLParser.parse(Array(text.utf8), file: range.file, tree: 0)
    let small = Forest(trees: [tree])
    var layer = Layer()
    for document in tree.documents {
      let root = copy(document.root, of: small, at: range)
      guard let id = sources.forest.resourceID(root) else { continue }
      layer.add(Resource(root: root, origin: range, id: id), through: nil)
    }
    let overrides = FluxOverrides(settings, in: sources.forest)
    var context = BuildContext(artifactRoot: "")
    let loaded = apply(
      overrides, to: LoadedKustomization(kustomization: Kustomization()), directory: "", &context)
    for patch in loaded.patches { apply(patch, .any, to: &layer) }
    return layer.resources.items.map(\.root)
  }

  private mutating func copy(_ node: NodeRef, of small: Forest, at range: SourceRange) -> NodeRef {
    switch small.kind(node) {
    case .mapping:
      var pairs: [Forest.Pair] = []
      for pair in small.pairs(node) {
        pairs.append(
          Forest.Pair(key: copy(pair.key, of: small, at: range), value: copy(pair.value, of: small, at: range)))
      }
      return writer.mapping(pairs, at: range, in: &sources.forest)
    case .sequence:
      var items: [NodeRef] = []
      for item in small.items(node) { items.append(copy(item, of: small, at: range)) }
      return writer.sequence(items, at: range, in: &sources.forest)
    case .scalar, .alias:
      return small[node].style == .plain
        ? writer.scalar(
          small.text(node), style: .plain, tag: ReplacementWrite.tag(of: node, small), at: range, in: &sources.forest)
        : writer.string(small.text(node), at: range, in: &sources.forest)
    }
  }
}
