extension YAMLTree {
  /// The first thing in which two parsed trees differ, in words; nil if they are the same in every field. It is how the
  /// two readers of text are held against each other.
  package func difference(from other: YAMLTree) -> String? {
    for (index, (left, right)) in zip(nodes, other.nodes).enumerated() where !left.isSame(as: right) {
      return "node \(index): \(left) and \(right)"
    }
    if nodes.count != other.nodes.count { return "\(nodes.count) and \(other.nodes.count) nodes" }
    if links != other.links { return "children" }
    if pool != other.pool { return "text of scalars" }
    if source != other.source { return "source" }
    if problems != other.problems { return "problems \(problems) and \(other.problems)" }
    guard documents.elementsEqual(other.documents, by: { $0.root == $1.root && $0.range == $1.range }) else {
      return "documents \(documents) and \(other.documents)"
    }
    guard isComplete == other.isComplete, isFull == other.isFull, outer == other.outer else { return "state" }
    return nil
  }
}

extension Node {
  fileprivate func isSame(as other: Node) -> Bool {
    kind == other.kind && style == other.style && tag == other.tag && flags == other.flags && range == other.range
      && payloadStart == other.payloadStart && payloadCount == other.payloadCount
  }
}
