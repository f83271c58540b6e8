import SourceText
package import YAMLSyntax

/// A Kubernetes object as YAML: the root mapping of a document, of a list item or of a built object.
package struct ManifestObject: Hashable, Sendable {
  /// The annotation that says which findings about an object are known. It is no part of what the object is.
  package static let suppressionAnnotation: StaticString = "fluxlint.dev/ignore"

  package var root: NodeRef

  package init(root: NodeRef) { self.root = root }
}

/// `namespace/name`, or the name of what has no namespace.
package func qualifiedName(_ namespace: String?, _ name: String) -> String { namespace.map { "\($0)/\(name)" } ?? name }

/// What an object is called: API group and version, kind, namespace, name.
package struct ObjectID: Hashable, Sendable {
  package var group: String
  package var version: String
  package var kind: String
  /// Nil when the manifest says none.
  package var namespace: String?
  package var name: String

  package init(group: String, version: String, kind: String, namespace: String?, name: String) {
    self.group = group
    self.version = version
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }

  package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

extension Forest {
  /// The id of an object, or nil for a node that is no object: no mapping, no `kind`, no `metadata.name`.
  package func objectID(_ object: ManifestObject) -> ObjectID? {
    guard kind(object.root) == .mapping,
      let kindNode = value(object.root, "kind"), kind(kindNode) == .scalar,
      let nameNode = value(object.root, "metadata", "name"), kind(nameNode) == .scalar
    else { return nil }
    let kindText = text(kindNode)
    let name = text(nameNode)
    guard !kindText.isEmpty, !name.isEmpty else { return nil }
    let (group, version) = groupVersion(object)
    let namespace = value(object.root, "metadata", "namespace").map { text($0) }
    return ObjectID(
      group: group, version: version, kind: kindText, namespace: namespace.flatMap { $0.isEmpty ? nil : $0 }, name: name
    )
  }

  /// Splits `apiVersion` at its slash; the core group is "".
  package func groupVersion(_ object: ManifestObject) -> (group: String, version: String) {
    guard let node = value(object.root, "apiVersion") else { return ("", "") }
    return withText(node) { bytes in
      guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
        return ("", String(decoding: bytes, as: UTF8.self))
      }
      return (String(decoding: bytes[..<slash], as: UTF8.self), String(decoding: bytes[(slash + 1)...], as: UTF8.self))
    }
  }
}
