import Kustomize
import Manifests
package import YAMLSyntax

extension Forest {
  /// The text under a key of a mapping; nil when it is not there, null or empty, which to the controllers is all one
  /// (`omitempty` strings of the API types).
  package func givenText(_ mapping: NodeRef, _ key: StaticString) -> String? {
    guard let node = value(mapping, key), kind(node) == .scalar, !isNull(node) else { return nil }
    let text = text(node)
    return text.isEmpty ? nil : text
  }
}

extension Forest {
  /// What substitution made no object of, nil when it has all that an object needs.
  ///
  /// - Parameter built: the object before, as kustomize builds it.
  func lostObject(of root: NodeRef, built: NodeRef) -> LostObject? {
    let fields: [(parent: NodeRef?, written: NodeRef?, key: StaticString, name: String)] = [
      (root, built, "apiVersion", "apiVersion"), (root, built, "kind", "kind"),
      (value(root, "metadata"), value(built, "metadata"), "name", "metadata.name"),
    ]
    for field in fields where field.parent.flatMap({ givenText($0, field.key) }) == nil {
      guard let id = objectID(ManifestObject(root: built)) else { return nil }
      let place = field.written.flatMap { value($0, field.key) } ?? built
      return LostObject(id: id, field: field.name, range: range(place))
    }
    return nil
  }
}
