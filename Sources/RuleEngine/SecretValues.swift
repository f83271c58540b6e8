package import YAMLSyntax

/// The values of a Secret. One may have any shape where it is wrong: all that is in it counts but the names of its values.
package enum SecretValues {
  /// What anybody may read of a Secret.
  private static let openFields: [StaticString] = ["apiVersion", "kind", "metadata", "type", "sops"]

  /// Goes through the scalars that are values, and no variable or ciphertext.
  package static func forEach(ofSecret root: NodeRef, _ forest: Forest, _ body: (NodeRef) -> Void) {
    guard forest.kind(root) == .mapping else { return }
    // Misspelt, its values are values all the same.
    for field in forest.pairs(root) where !Self.openFields.contains(where: { forest.hasText(field.key, $0) }) {
      if forest.hasText(field.key, "immutable"), forest.hasText(field.value, "true") { continue }
      guard forest.kind(field.value) == .mapping else {
        forEachScalar(field.value, forest, body)
        continue
      }
      for pair in forest.pairs(field.value) { forEachScalar(pair.value, forest, body) }
    }
  }

  private static func forEachScalar(_ node: NodeRef, _ forest: Forest, depth: Int = 0, _ body: (NodeRef) -> Void) {
    guard depth < 200 else { return }
    switch forest.kind(node) {
    case .scalar, .alias: if isGiven(node, forest) { body(node) }
    case .sequence:
      for item in forest.items(node) { forEachScalar(item, forest, depth: depth + 1, body) }
    case .mapping:
      for pair in forest.pairs(node) {
        for part in [pair.key, pair.value] { forEachScalar(part, forest, depth: depth + 1, body) }
      }
    }
  }

  /// Whether a scalar is a value, and no variable or ciphertext.
  package static func isGiven(_ node: NodeRef, _ forest: Forest) -> Bool {
    guard forest.kind(node) == .scalar else { return false }
    return forest.withText(node) { !$0.isEmpty && !$0.starts(with: "${".utf8) && !$0.starts(with: "ENC[".utf8) }
  }
}
