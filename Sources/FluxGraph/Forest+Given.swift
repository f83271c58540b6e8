import Kustomize
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
