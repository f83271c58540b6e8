package import SourceText

/// An object that the configuration says is made outside Git.
package struct ProvidedObject: Hashable, Sendable {
  package var kind: String
  /// Nil: in every namespace.
  package var namespace: String?
  package var name: String
  /// Its keys, with the values that are known; nil when nothing is said of them.
  package var values: [String: VariableValue]?
  /// The entry of the configuration.
  package var range: SourceRange

  package init(
    kind: String, namespace: String?, name: String, values: [String: VariableValue]?, range: SourceRange
  ) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.values = values
    self.range = range
  }

  func isNamed(kind: String, namespace: String?, name: String) -> Bool {
    self.name == name && self.kind == kind && (self.namespace == nil || self.namespace == namespace)
  }
}
