import YAMLSyntax

/// What a JSON patch and the substitution of variables do to numbers all over their object: Go reads them into floating
/// point, so integers above 2^53 lose their last digits (api/filters/patchjson6902, kyaml `RNode.UnmarshalJSON`).
struct RoundedNumbers {
  let writer: NodeWriter

  /// The tree with such integers as they come back. One in which aliases share nodes is left alone.
  func round(_ root: NodeRef, in forest: inout Forest) -> NodeRef {
    forest.mayShareNodes(root) ? root : rounded(root, in: &forest)
  }

  private func rounded(_ node: NodeRef, in forest: inout Forest) -> NodeRef {
    guard forest.written(node).flags.contains(.containsLongNumber) else { return node }
    switch forest.kind(node) {
    case .scalar, .alias:
      guard let value = double(node, forest) else { return node }
      return writer.scalar("\(value)", style: .plain, tag: .float, at: forest.range(node), in: &forest)
    case .sequence:
      var items = Array(forest.items(node))
      guard change(&items, in: &forest) else { return node }
      return writer.sequence(items, like: node, in: &forest)
    case .mapping:
      var pairs = forest.expandedPairs(node)
      var values = pairs.map(\.value)
      guard change(&values, in: &forest) else { return node }
      for index in pairs.indices { pairs[index].value = values[index] }
      return writer.mapping(pairs, like: node, in: &forest)
    }
  }

  private func change(_ nodes: inout [NodeRef], in forest: inout Forest) -> Bool {
    var isChanged = false
    for index in nodes.indices {
      let result = rounded(nodes[index], in: &forest)
      if result != nodes[index] { isChanged = true }
      nodes[index] = result
    }
    return isChanged
  }

  /// The nearest double of an integer that is none itself.
  private func double(_ node: NodeRef, _ forest: Forest) -> Double? {
    switch forest.scalarValue(node, dialect: .resource) {
    case .integer(let value): Int64(exactly: Double(value)) == value ? nil : Double(value)
    case .unsigned(let value): UInt64(exactly: Double(value)) == value ? nil : Double(value)
    case .null, .boolean, .float, .string: nil
    }
  }
}
