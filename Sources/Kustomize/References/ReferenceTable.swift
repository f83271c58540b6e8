/// Where each kind of object has the names of others, ready to be walked.
struct ReferenceTable: Sendable {
  let references: [NameReference]
  /// Kinds that some field spec names.
  private let kinds: Set<String>
  /// Whether a field spec is for every kind.
  private let hasGeneralSpecs: Bool
  private var trees: [Referrer: PathTree] = [:]

  private struct Referrer: Hashable {
    var group: String
    var version: String
    var kind: String
  }

  init(_ references: [NameReference]) {
    self.references = references
    var kinds: Set<String> = []
    for reference in references { for field in reference.fields { kinds.insert(field.kind) } }
    hasGeneralSpecs = kinds.contains("")
    self.kinds = kinds
  }

  static let standard = ReferenceTable(TransformerConfig.standard.references)

  /// The places in objects of a type; nil when there are none.
  mutating func tree(for type: ResourceID) -> PathTree? {
    guard hasGeneralSpecs || kinds.contains(type.kind) else { return nil }
    let referrer = Referrer(group: type.group, version: type.version, kind: type.kind)
    if let known = trees[referrer] { return known.isEmpty ? nil : known }
    var tree = PathTree()
    for (index, reference) in references.enumerated() {
      for field in reference.fields where field.fits(type) { tree.add(field, target: index) }
    }
    trees[referrer] = tree
    return tree.isEmpty ? nil : tree
  }
}
