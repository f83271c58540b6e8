import YAMLSyntax

/// One file of facts: types by number, and kinds that have them.
struct FactsFile {
  let forest: Forest
  let root: NodeRef

  var types: [NodeRef] { Array(forest.value(root, "types").map { forest.items($0) } ?? forest.items(root)) }
  var kinds: [NodeRef] { Array(forest.value(root, "kinds").map { forest.items($0) } ?? forest.items(root)) }

  func text(_ node: NodeRef, _ key: String) -> String? { forest.value(node, key: key).map { forest.text($0) } }
  func number(_ node: NodeRef, _ key: String) -> Int? { text(node, key).flatMap { Int($0) } }
  func flag(_ node: NodeRef, _ key: String) -> Bool { text(node, key) == "true" }
  func items(_ node: NodeRef, _ key: String) -> [NodeRef] {
    forest.value(node, key: key).map { Array(forest.items($0)) } ?? []
  }
  func pairs(_ node: NodeRef, _ key: String) -> [Forest.Pair]? {
    guard let value = forest.value(node, key: key), forest.kind(value) == .mapping else { return nil }
    return forest.pairs(value)
  }

  /// A value as JSON without blanks.
  func json(_ node: NodeRef) -> String {
    switch forest.kind(node) {
    case .mapping:
      "{" + forest.pairs(node).map { "\"\(forest.text($0.key))\":\(json($0.value))" }.joined(separator: ",") + "}"
    case .sequence: "[" + forest.items(node).map { json($0) }.joined(separator: ",") + "]"
    case .scalar, .alias:
      switch forest.scalarValue(node, dialect: .resource) {
      case .string(let text): "\"\(text)\""
      default: forest.text(node)
      }
    }
  }
}
