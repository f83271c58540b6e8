import SourceText
import YAMLSyntax

/// The schema that `openapi` names. It takes the place of the built-in one: kinds that are not in it merge as custom
/// resources do, unless the built-in one was read before it was set: then it is added to that
/// (kyaml/openapi/openapi.go, `initSchema`).
struct CustomSchema: Sendable {
  private var types: [Object] = []
  private var kinds: [Kind: Int] = [:]
  /// Why it cannot be used. Only what needs a schema fails for it, as upstream reads it that late.
  var failure: String?

  private let keepsBuiltIn: Bool

  private struct Kind: Hashable {
    var apiVersion: String
    var kind: String
  }

  /// What is known of the fields of an object.
  private struct Object: Sendable {
    var fields: [String: MergeType.Field] = [:]
    /// Fields with any other name.
    var others: MergeType.Field?
  }

  /// The type of a kind by its exact `apiVersion`.
  func type(apiVersion: String, kind: String) -> MergeType? {
    if let index = kinds[Kind(apiVersion: apiVersion, kind: kind)] { return .custom(index) }
    return keepsBuiltIn ? MergeType(apiVersion: apiVersion, kind: kind) : nil
  }

  func field(_ name: String, ofType index: Int) -> MergeType.Field? {
    guard types.indices.contains(index) else { return nil }
    return types[index].fields[name] ?? types[index].others
  }

  // MARK: Reading

  /// More types than this nobody writes; the schema of all of Kubernetes has about 1,000.
  private static let typeLimit = 50_000

  init(_ root: NodeRef, keepsBuiltIn: Bool, in forest: Forest) {
    self.keepsBuiltIn = keepsBuiltIn
    guard let definitions = forest.value(root, "definitions") else { return }
    var indexByNode: [NodeRef: Int] = [:]
    for definition in forest.pairs(definitions) {
      guard let kinds = forest.value(definition.value, "x-kubernetes-group-version-kind") else { continue }
      let index = object(definition.value, definitions, &indexByNode, forest)
      for item in forest.items(kinds) {
        let group = forest.value(item, "group").map { forest.text($0) } ?? ""
        let version = forest.value(item, "version").map { forest.text($0) } ?? ""
        let kind = forest.value(item, "kind").map { forest.text($0) } ?? ""
        self.kinds[Kind(apiVersion: group.isEmpty ? version : "\(group)/\(version)", kind: kind)] = index
      }
    }
  }

  /// The type that a schema describes.
  private mutating func type(
    _ schema: NodeRef, _ definitions: NodeRef, _ indexByNode: inout [NodeRef: Int], _ forest: Forest
  ) -> MergeType {
    let target = Self.target(of: schema, definitions, forest)
    if keepsBuiltIn, let reference = forest.value(target, "$ref"),
      let known = MergeType(definition: forest.text(reference))
    {
      return known
    }
    return .custom(object(target, definitions, &indexByNode, forest))
  }

  /// The index of the type that a schema describes; a type may hold itself.
  private mutating func object(
    _ schema: NodeRef, _ definitions: NodeRef, _ indexByNode: inout [NodeRef: Int], _ forest: Forest
  ) -> Int {
    let schema = Self.target(of: schema, definitions, forest)
    if let known = indexByNode[schema] { return known }
    let index = types.count
    indexByNode[schema] = index
    types.append(Object())
    guard index < Self.typeLimit else { return index }
    if let properties = forest.value(schema, "properties") {
      for property in forest.pairs(properties) {
        types[index].fields[forest.text(property.key)] = field(property.value, definitions, &indexByNode, forest)
      }
    }
    if let others = forest.value(schema, "additionalProperties"), forest.kind(others) == .mapping {
      types[index].others = field(others, definitions, &indexByNode, forest)
    }
    return index
  }

  /// What a property holds; nil for a list that is replaced whole.
  private mutating func field(
    _ property: NodeRef, _ definitions: NodeRef, _ indexByNode: inout [NodeRef: Int], _ forest: Forest
  ) -> MergeType.Field? {
    let schema = Self.target(of: property, definitions, forest)
    guard let items = forest.value(schema, "items") else {
      return .type(type(schema, definitions, &indexByNode, forest))
    }
    func attribute(_ name: StaticString) -> NodeRef? { forest.value(property, name) ?? forest.value(schema, name) }
    guard let strategy = attribute("x-kubernetes-patch-strategy"),
      forest.text(strategy).split(separator: ",").contains("merge")
    else { return nil }
    var keys = attribute("x-kubernetes-list-map-keys").map { forest.items($0).map { forest.text($0) } } ?? []
    if keys.isEmpty, let key = attribute("x-kubernetes-patch-merge-key") { keys = [forest.text(key)] }
    return .list(keys: keys, items: type(items, definitions, &indexByNode, forest))
  }

  /// The schema behind a chain of `$ref`.
  private static func target(of schema: NodeRef, _ definitions: NodeRef, _ forest: Forest) -> NodeRef {
    var schema = forest.resolved(schema)
    for _ in 0..<100 {
      guard let reference = forest.value(schema, "$ref") else { return schema }
      let text = forest.text(reference)
      let prefix = "#/definitions/"
      guard text.hasPrefix(prefix),
        let next = forest.value(definitions, key: String(text.dropFirst(prefix.count)))
      else { return schema }
      schema = forest.resolved(next)
    }
    return schema
  }
}
