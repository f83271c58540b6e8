package import SourceText

/// All trees of one run, and how to walk them. A `NodeRef` means a node of one forest.
///
/// Trees of parsed files come first (their index is the `FileID` of the file); trees that are made later, for inline
/// patches and for built objects, follow. Nothing in it is ever changed: a change makes new nodes that share the rest.
package struct Forest: Sendable {
  package private(set) var trees: ContiguousArray<YAMLTree>

  package init(trees: ContiguousArray<YAMLTree> = []) { self.trees = trees }

  /// Adds a tree and returns its index.
  package mutating func append(_ tree: YAMLTree) -> UInt32 {
    trees.append(tree)
    return UInt32(trees.count - 1)
  }

  /// Removes the trees from index `first` on and returns them: for a forest whose trees move to another one.
  @discardableResult
  package mutating func removeTrees(from first: UInt32) -> [YAMLTree] {
    let moved = Array(trees[Int(first)...])
    trees.removeSubrange(Int(first)...)
    return moved
  }

  /// All nodes of all trees.
  package var nodeCount: Int { trees.reduce(0) { $0 + $1.nodes.count } }

  /// The index the next appended tree will have.
  package var nextTreeIndex: UInt32 { UInt32(trees.count) }

  /// Changes a built tree in place: only the engine that owns it appends to it.
  package mutating func withTree<R>(_ index: UInt32, _ body: (inout YAMLTree) -> R) -> R {
    body(&trees[Int(index)])
  }

  /// The node as written: an alias stays an alias.
  @inline(__always)
  package func written(_ ref: NodeRef) -> Node { trees[Int(ref.tree)].nodes[Int(ref.node)] }

  /// The node an alias stands for; any other node is itself. An alias never stands for an alias.
  @inline(__always)
  package func resolved(_ ref: NodeRef) -> NodeRef {
    let node = written(ref)
    return node.kind == .alias ? NodeRef(tree: ref.tree, node: node.payloadStart) : ref
  }

  /// The node, aliases followed.
  package subscript(ref: NodeRef) -> Node {
    @inline(__always)
    get {
      let node = written(ref)
      return node.kind == .alias ? written(NodeRef(tree: ref.tree, node: node.payloadStart)) : node
    }
  }

  package func kind(_ ref: NodeRef) -> Node.Kind { self[ref].kind }

  /// Where the node is written; for an alias the alias itself.
  package func range(_ ref: NodeRef) -> SourceRange { written(ref).range }

  /// Number of items of a sequence or pairs of a mapping; 0 for a scalar.
  package func count(_ ref: NodeRef) -> Int {
    let node = self[ref]
    switch node.kind {
    case .sequence: return Int(node.payloadCount)
    case .mapping: return Int(node.payloadCount) / 2
    case .scalar, .alias: return 0
    }
  }

  /// The pairs of a mapping with merge keys carried out: explicit keys win, then earlier merged mappings. Of a key that
  /// is repeated the first counts. O(pairs).
  package func pairs(_ ref: NodeRef) -> [Pair] {
    if self[ref].flags.isDisjoint(with: .notAsWritten) { return copiedPairs(ref) }
    var merged = MergedPairs(forest: self)
    merged.add(ref)
    return merged.result
  }

  /// The pair of mapping `ref` whose key has the text `key`, merge keys carried out. O(pairs).
  package func pair(_ ref: NodeRef, _ key: StaticString) -> Pair? {
    pair(ref, bytes: UnsafeBufferPointer(start: key.utf8Start, count: key.utf8CodeUnitCount))
  }

  /// The same for a key in UTF-8.
  package func pair(_ ref: NodeRef, bytes key: UnsafeBufferPointer<UInt8>) -> Pair? {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .mapping else { return nil }
    let links = Int(node.payloadStart)..<Int(node.payloadStart) + Int(node.payloadCount)
    let written = writtenPair(among: links, of: target.tree, key)
    // Explicit keys win over merged ones, so there is no need to look further; `<<` itself is never a result of a merge.
    if let written, !node.flags.contains(.hasMergeKey) || !isMergeKey(written.key) { return written }
    guard node.flags.contains(.hasMergeKey) else { return nil }
    return pairs(target).first { hasText($0.key, bytes: key) }
  }

  /// The first pair of some links of a tree whose key has a text. Nearly all keys lie in the tree of their mapping, and most
  /// are of another length: they are looked at without a step through the forest.
  private func writtenPair(
    among links: Range<Int>, of tree: UInt32, _ key: UnsafeBufferPointer<UInt8>
  ) -> Pair? {
    trees[Int(tree)].links.withUnsafeBufferPointer { all in
      trees[Int(tree)].nodes.withUnsafeBufferPointer { nodes in
        var position = links.lowerBound
        while position < links.upperBound {
          let candidate = all[position]
          let isApart = candidate.tree != tree || nodes[Int(candidate.node)].kind == .alias
          if isApart || nodes[Int(candidate.node)].payloadCount == key.count, hasText(candidate, bytes: key) {
            return Pair(key: candidate, value: all[position + 1])
          }
          position += 2
        }
        return nil
      }
    }
  }

  // The short forms are on every hot path, and a variadic call makes an array.

  /// The value under `key`, or nil where it is absent.
  package func value(_ ref: NodeRef, _ key: StaticString) -> NodeRef? { pair(ref, key)?.value }

  /// The value under two keys, one below the other.
  package func value(_ ref: NodeRef, _ first: StaticString, _ second: StaticString) -> NodeRef? {
    pair(ref, first).flatMap { pair($0.value, second) }?.value
  }

  /// The value under three and more keys, or nil where one of them is absent.
  package func value(
    _ ref: NodeRef, _ first: StaticString, _ second: StaticString, _ third: StaticString, _ rest: StaticString...
  ) -> NodeRef? {
    guard var current = value(ref, first, second), let found = value(current, third) else { return nil }
    current = found
    for key in rest {
      guard let found = value(current, key) else { return nil }
      current = found
    }
    return current
  }

  /// The value of a key that is known only at run time.
  package func value(_ ref: NodeRef, key: String) -> NodeRef? {
    var key = key
    return key.withUTF8 { pair(ref, bytes: $0) }?.value
  }

  /// Whether the key is a plain `<<`.
  package func isMergeKey(_ key: NodeRef) -> Bool {
    let node = written(key)
    return node.kind == .scalar && node.style == .plain && (node.tag == .none || node.tag == .merge)
      && hasText(key, "<<")
  }

  package struct Pair: Sendable {
    package var key: NodeRef
    package var value: NodeRef

    package init(key: NodeRef, value: NodeRef) {
      self.key = key
      self.value = value
    }
  }
}

// MARK: - Text of scalars

extension Forest {
  /// Calls `body` with the decoded bytes of a scalar, empty for a collection.
  package func withText<R>(_ ref: NodeRef, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .scalar, node.payloadCount > 0 else {
      return try body(UnsafeBufferPointer(start: nil, count: 0))
    }
    let range = Int(node.payloadStart)..<Int(node.payloadStart) + Int(node.payloadCount)
    if node.flags.contains(.textInSource) {
      return try trees[Int(target.tree)].source.withUnsafeBufferPointer {
        try body(UnsafeBufferPointer(rebasing: $0[range]))
      }
    }
    return try trees[Int(target.tree)].pool.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[range]))
    }
  }

  /// The decoded text of a scalar, empty for a collection.
  package func text(_ ref: NodeRef) -> String {
    withText(ref) { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether `ref` is a scalar with this text.
  package func hasText(_ ref: NodeRef, _ expected: StaticString) -> Bool {
    hasText(ref, bytes: UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
  }

  /// Whether `ref` is a scalar with this text. Most keys that are asked about are of another length, or begin with another
  /// letter.
  package func hasText(_ ref: NodeRef, bytes expected: UnsafeBufferPointer<UInt8>) -> Bool {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .scalar, node.payloadCount == expected.count else { return false }
    guard let first = expected.first else { return true }
    let start = Int(node.payloadStart)
    func isEqual(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
      text[start] == first
        && UnsafeBufferPointer(rebasing: text[start..<start + expected.count]).order(to: expected) == 0
    }
    return node.flags.contains(.textInSource)
      ? trees[Int(target.tree)].source.withUnsafeBufferPointer(isEqual)
      : trees[Int(target.tree)].pool.withUnsafeBufferPointer(isEqual)
  }

  /// Whether the decoded text is the same; collections have none.
  package func hasEqualText(_ lhs: NodeRef, _ rhs: NodeRef) -> Bool {
    withText(lhs) { left in withText(rhs) { right in left.order(to: right) == 0 } }
  }
}
