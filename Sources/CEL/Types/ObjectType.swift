/// A type whose values have the fields that a schema declares, and no others. Two are the same where their names are.
package struct ObjectType: Hashable, Sendable {
  /// A field as expressions see it.
  package struct Field: Sendable {
    /// The key of its values, which expressions may have to write otherwise.
    package var key: String
    package var type: CELType

    package init(key: String, type: CELType) { (self.key, self.type) = (key, type) }
  }

  package let name: String
  private let find: @Sendable (String) -> Field?

  /// - Parameter find: The field that an expression calls by a name; asked for those that are used only, so that a schema
  ///   may be as large as it likes.
  package init(name: String, find: @escaping @Sendable (String) -> Field?) {
    (self.name, self.find) = (name, find)
  }

  func field(_ name: String) -> Field? { find(name) }

  package static func == (left: ObjectType, right: ObjectType) -> Bool { left.name == right.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
