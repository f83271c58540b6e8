import Facts
import FluxModel
import Schemas
import YAMLSyntax

/// Whether kinds live in namespaces: those that are compiled in, and those that a cluster defines.
enum KindScopes {
  private static let known: [String: Bool] = Dictionary(
    SchemaTable().kinds.map { ("\($0.group)/\($0.kind)", $0.isNamespaced) }
  ) { first, _ in first }

  /// Nil for a kind that nobody here knows.
  static func isNamespaced(group: String, kind: String, in facts: ClusterFacts) -> Bool? {
    if let isNamespaced = known["\(group)/\(kind)"] { return isNamespaced }
    if KindScope.isClusterScoped(group: group, kind: kind) { return false }
    let forest = facts.forest
    for number in facts.cluster.index.objects(ofKind: "CustomResourceDefinition") {
      guard let spec = forest.value(facts.cluster.objects[number].root, "spec"),
        let name = forest.value(spec, "names", "kind"), forest.text(name) == kind,
        let own = forest.value(spec, "group"), forest.text(own) == group, let scope = forest.value(spec, "scope")
      else { continue }
      return forest.hasText(scope, "Namespaced")
    }
    return nil
  }
}
