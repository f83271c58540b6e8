package import YAMLSyntax

/// Tells whether two objects say the same without printing them: the order of keys, quotes, comments and anchors make no
/// difference, all that `YAMLPrinter` shows of an object does.
///
/// A digest is worth something in one run of the program only.
package struct ContentDigest {
  private let forest: Forest
  /// Nodes that may still be looked at: aliases make a small text a large one.
  private var nodesLeft = 20_000_000

  package init(_ forest: Forest) { self.forest = forest }

  /// - Returns: one number for objects that print the same. Others have another one, as far as 64 bits can tell.
  package mutating func digest(of root: NodeRef) -> Int { digest(of: root, isInFlow: false) }

  private mutating func digest(of ref: NodeRef, isInFlow: Bool) -> Int {
    nodesLeft -= 1
    guard nodesLeft > 0 else { return 0 }
    let node = forest[ref]
    let isInFlow = isInFlow || node.style == .flow
    var hasher = Hasher()
    hasher.combine(node.kind.rawValue)
    switch node.kind {
    case .scalar, .alias: add(ref, node, isInFlow: isInFlow, to: &hasher)
    case .sequence:
      for item in forest.items(ref) { hasher.combine(digest(of: item, isInFlow: isInFlow)) }
    case .mapping:
      var sum = 0
      // As the printer: the first key of this text is not written.
      var hasLostMergeKey = false
      for pair in forest.pairs(ref) {
        if !hasLostMergeKey, forest.hasText(pair.key, "<<") {
          hasLostMergeKey = true
          continue
        }
        var entry = Hasher()
        forest.withText(pair.key) { entry.combine(bytes: UnsafeRawBufferPointer($0)) }
        entry.combine(digest(of: pair.value, isInFlow: isInFlow))
        sum &+= entry.finalize()
      }
      hasher.combine(sum)
    }
    return hasher.finalize()
  }

  private func add(_ ref: NodeRef, _ node: Node, isInFlow: Bool, to hasher: inout Hasher) {
    if forest.isPlainString(ref) {
      // A folded text may be another one when it is read back.
      hasher.combine(node.style == .folded && !isInFlow)
      return forest.withText(ref) { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
    if isInFlow, node.flags.contains(.omitted), node.tag == .none {
      hasher.combine(false)
      return
    }
    switch forest.scalarValue(ref, dialect: .resource) {
    case .string(var text):
      hasher.combine(node.style == .folded && !isInFlow)
      text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case let value: hasher.combine(value)
    }
  }
}
