/// Where each kind of object has the names of others, ready to be walked.
struct ReferenceTable: Sendable {
  let references: [NameReference]
  /// The trees made so far, by kind: nearly always one.
  private var types: [String: [TypePlaces]] = [:]
  /// Whether a field spec is for every kind.
  private let hasGeneralSpecs: Bool
  private var treeCount = 0

  /// The places in objects of one type.
  private struct TypePlaces: Sendable {
    var group: String
    var version: String
    /// Nil when there are none.
    var places: Places?
  }

  struct Places: Sendable {
    var tree: PathTree
    /// Different for each tree of a table.
    var number: Int
  }

  init(_ references: [NameReference]) {
    self.references = references
    var hasGeneralSpecs = false
    for reference in references {
      for field in reference.fields {
        if field.kind.isEmpty { hasGeneralSpecs = true } else { types[field.kind] = [] }
      }
    }
    self.hasGeneralSpecs = hasGeneralSpecs
  }

  static let standard = ReferenceTable(TransformerConfig.standard.references)

  /// The places in an object, by the type it was loaded with; nil when there are none.
  mutating func places(in resource: Resource) -> Places? {
    let kind = resource.previous.first?.kind ?? resource.id.kind
    guard let known = types[kind] ?? (hasGeneralSpecs ? [] : nil) else { return nil }
    for type in known where type.version == resource.id.version && type.group == resource.id.group {
      return type.places
    }
    var tree = PathTree()
    let type = resource.originalType
    for (index, reference) in references.enumerated() {
      for field in reference.fields where field.fits(type) { tree.add(field, target: index) }
    }
    treeCount += 1
    let places = tree.isEmpty ? nil : Places(tree: tree, number: treeCount)
    types[kind, default: []].append(TypePlaces(group: type.group, version: type.version, places: places))
    return places
  }
}
