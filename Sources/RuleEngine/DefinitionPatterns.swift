import Schemas
import YAMLSyntax

/// Looks for patterns in the schemas of a CustomResourceDefinition that are no regular expressions: the API server refuses
/// the definition, whether or not there is an object of its kind.
struct DefinitionPatterns {
  static let kind = "CustomResourceDefinition"

  private let caches: ValidatorCaches
  private let forest: Forest

  init(_ caches: ValidatorCaches, _ forest: Forest) {
    self.caches = caches
    self.forest = forest
  }

  func violations(in root: NodeRef) -> [Violation] {
    guard let spec = forest.value(root, "spec"), let versions = forest.value(spec, "versions"),
      forest.kind(versions) == .sequence
    else { return [] }
    let kind = forest.value(spec, "names", "kind").map { forest.text($0) } ?? "the kind"
    var found: [Violation] = []
    for version in forest.items(versions) {
      if let schema = forest.value(version, "schema", "openAPIV3Schema") { look(in: schema, kind, depth: 0, &found) }
    }
    return found
  }

  private func look(in schema: NodeRef, _ kind: String, depth: Int, _ found: inout [Violation]) {
    guard depth < 100, forest.kind(schema) == .mapping else { return }
    for pair in forest.pairs(schema) {
      let value = pair.value
      switch forest.withText(pair.key, { Field($0) }) {
      case .pattern:
        if let violation = caches.violation(ofPattern: value, in: forest, kind: kind) { found.append(violation) }
      case .schema: look(in: value, kind, depth: depth + 1, &found)
      case .list:
        guard forest.kind(value) == .sequence else { continue }
        for item in forest.items(value) { look(in: item, kind, depth: depth + 1, &found) }
      case .named:
        guard forest.kind(value) == .mapping else { continue }
        for pair in forest.pairs(value) { look(in: pair.value, kind, depth: depth + 1, &found) }
      case nil: continue
      }
    }
  }

  /// The fields of a schema that hold a pattern, or schemas.
  private enum Field {
    case pattern, schema, list, named

    /// Definitions have tens of thousands of keys, most of them of another length.
    init?(_ name: UnsafeBufferPointer<UInt8>) {
      func isOne(_ known: StaticString) -> Bool { known.withUTF8Buffer { $0.elementsEqual(name) } }
      switch name.count {
      case 7 where isOne("pattern"): self = .pattern
      case 5 where isOne("items"): self = .schema
      case 3 where isOne("not"): self = .schema
      case 20 where isOne("additionalProperties"): self = .schema
      case 5 where isOne("allOf") || isOne("anyOf") || isOne("oneOf"): self = .list
      case 10 where isOne("properties"): self = .named
      default: return nil
      }
    }
  }
}
