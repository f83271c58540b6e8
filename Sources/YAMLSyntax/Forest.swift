package import SourceText

/// All trees of one run, and how to walk them. A `NodeRef` means a node of one forest.
///
/// Trees of parsed files come first (their index is the `FileID` of the file); trees that are made later, for inline
/// patches and for built objects, follow. Nothing in it is ever changed: a change makes new nodes that share the rest.
package struct Forest: Sendable {
  package private(set) var trees: ContiguousArray<YAMLTree>

  package init(trees: [YAMLTree] = []) { self.trees = ContiguousArray(trees) }

  /// Adds a tree and returns its index.
  package mutating func append(_ tree: YAMLTree) -> UInt32 {
    trees.append(tree)
    return UInt32(trees.count - 1)
  }

  /// The index the next appended tree will have.
  package var nextTreeIndex: UInt32 { UInt32(trees.count) }

  /// Changes a built tree in place: only the engine that owns it appends to it.
  package mutating func withTree<R>(_ index: UInt32, _ body: (inout YAMLTree) -> R) -> R {
    body(&trees[Int(index)])
  }

  /// The node as written: an alias stays an alias.
  package func written(_ ref: NodeRef) -> Node { trees[Int(ref.tree)].nodes[Int(ref.node)] }

  /// The node an alias stands for; any other node is itself. An alias never stands for an alias.
  package func resolved(_ ref: NodeRef) -> NodeRef {
    let node = written(ref)
    return node.kind == .alias ? NodeRef(tree: ref.tree, node: node.payloadStart) : ref
  }

  /// The node, aliases followed.
  package subscript(ref: NodeRef) -> Node { written(resolved(ref)) }

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

  /// The items of a sequence in order; empty for anything else.
  package func items(_ ref: NodeRef) -> Items {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .sequence else { return Items(links: [], range: 0..<0) }
    let start = Int(node.payloadStart)
    return Items(links: trees[Int(target.tree)].links, range: start..<start + Int(node.payloadCount))
  }

  /// The pairs of a mapping as written, `<<` pairs included; empty for anything else.
  package func writtenPairs(_ ref: NodeRef) -> Pairs {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .mapping else { return Pairs(links: [], range: 0..<0) }
    let start = Int(node.payloadStart)
    return Pairs(links: trees[Int(target.tree)].links, range: start..<start + Int(node.payloadCount))
  }

  /// The pairs of a mapping with merge keys carried out: explicit keys win, then earlier merged mappings.
  package func pairs(_ ref: NodeRef) -> [Pair] {
    var result: [Pair] = []
    appendPairs(of: ref, to: &result, depth: 0)
    return result
  }

  private func appendPairs(of ref: NodeRef, to result: inout [Pair], depth: Int) {
    let node = self[ref]
    guard node.kind == .mapping else { return }
    guard node.flags.contains(.hasMergeKey), depth < 32 else {
      for pair in writtenPairs(ref) where !result.contains(where: { hasEqualText($0.key, pair.key) }) {
        result.append(pair)
      }
      return
    }
    var merges: [NodeRef] = []
    for pair in writtenPairs(ref) {
      if isMergeKey(pair.key) {
        merges.append(pair.value)
      } else if !result.contains(where: { hasEqualText($0.key, pair.key) }) {
        result.append(pair)
      }
    }
    for merge in merges {
      if kind(merge) == .sequence {
        for item in items(merge) { appendPairs(of: item, to: &result, depth: depth + 1) }
      } else {
        appendPairs(of: merge, to: &result, depth: depth + 1)
      }
    }
  }

  /// The pair of mapping `ref` whose key has the text `key`, merge keys carried out. O(pairs).
  package func pair(_ ref: NodeRef, _ key: StaticString) -> Pair? {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .mapping else { return nil }
    let tree = Int(target.tree)
    let end = Int(node.payloadStart) + Int(node.payloadCount)
    var index = Int(node.payloadStart)
    while index < end {
      let keyRef = trees[tree].links[index]
      if hasText(keyRef, key) { return Pair(key: keyRef, value: trees[tree].links[index + 1]) }
      index += 2
    }
    guard node.flags.contains(.hasMergeKey) else { return nil }
    return pairs(ref).first { hasText($0.key, key) }
  }

  /// The value under `path` from mapping to mapping, or nil where one of the keys is absent.
  package func value(_ ref: NodeRef, _ path: StaticString...) -> NodeRef? {
    var current = ref
    for key in path {
      guard let found = pair(current, key) else { return nil }
      current = found.value
    }
    return current
  }

  /// The value of a key that is known only at run time.
  package func value(_ ref: NodeRef, key: String) -> NodeRef? {
    pairs(ref).first { text($0.key) == key }?.value
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

  /// The items of a sequence.
  package struct Items: RandomAccessCollection, Sendable {
    let links: ContiguousArray<NodeRef>
    let range: Range<Int>
    package var startIndex: Int { range.lowerBound }
    package var endIndex: Int { range.upperBound }
    package subscript(index: Int) -> NodeRef { links[index] }
  }

  /// The pairs of a mapping, in the order written.
  package struct Pairs: Sequence, IteratorProtocol, Sendable {
    let links: ContiguousArray<NodeRef>
    var range: Range<Int>
    package mutating func next() -> Pair? {
      guard range.lowerBound < range.upperBound else { return nil }
      defer { range = range.lowerBound + 2..<range.upperBound }
      return Pair(key: links[range.lowerBound], value: links[range.lowerBound + 1])
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

  package func hasText(_ ref: NodeRef, _ expected: StaticString) -> Bool {
    withText(ref) { bytes in
      guard bytes.count == expected.utf8CodeUnitCount, kind(ref) == .scalar else { return false }
      return bytes.elementsEqual(UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount))
    }
  }

  package func hasEqualText(_ lhs: NodeRef, _ rhs: NodeRef) -> Bool {
    withText(lhs) { left in withText(rhs) { right in left.elementsEqual(right) } }
  }
}
