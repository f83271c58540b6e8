package import SourceText

/// How the engines make new nodes. What holds in a parsed tree must hold in a built one:
///
/// - Nodes are only added, never changed; a change to an object is a new node that shares the children it keeps.
/// - Children may lie in any tree of the forest. Only a parsed tree has alias nodes; put `Forest.resolved(_:)` of an
///   alias into a new collection where its own place does not matter.
/// - `flags` of a collection come from `Forest.flags(ofMapping:)` or `Forest.flags(ofSequence:)`, asked before
///   `Forest.withTree(_:_:)`.
/// - The keys of a mapping differ from each other, unless its flags have `hasRepeatedKey`.
/// - `range` is where a reader finds the value: the range of the node it was made from or of what made it.
extension YAMLTree {
  /// Makes room for what builds add. What is not used costs address space, but no memory.
  package mutating func reserve(nodes nodeCount: Int) {
    nodes.reserveCapacity(nodeCount)
    links.reserveCapacity(4 * nodeCount)
    pool.reserveCapacity(8 * nodeCount)
  }

  /// Bounds the text of all scalars together, in bytes. One beyond has none, and the tree is full from then on.
  package mutating func limitText(to byteCount: Int) {
    textLimit = min(byteCount, Int(UInt32.max))
    isFull = false
  }

  /// Adds a scalar. `tree` is the index of this tree in its forest.
  package mutating func appendScalar(
    _ text: some Collection<UInt8>, style: Node.Style, tag: Node.Tag = .none, range: SourceRange, tree: UInt32
  ) -> NodeRef {
    let start = pool.count
    guard text.count <= textLimit - start else {
      isFull = true
      return append(
        Node(kind: .scalar, style: style, tag: tag, range: range, payloadStart: UInt32(start), payloadCount: 0), tree)
    }
    if text.withContiguousStorageIfAvailable({ pool.append(contentsOf: $0) }) == nil { pool.append(contentsOf: text) }
    let flags = pool.withUnsafeBufferPointer { pool in
      let text = UnsafeBufferPointer(rebasing: pool[start...])
      var flags: Node.Flags = text.hasSubstitutionMark ? .containsDollar : []
      if PrintableScalar.isDoubtful(text, style: style, tag: tag) || text.hasForbiddenCharacter {
        flags.insert(.needsOutputCheck)
      }
      if style == .plain, text.mayBeLongNumber { flags.insert(.containsLongNumber) }
      return flags
    }
    return append(
      Node(
        kind: .scalar, style: style, tag: tag, flags: flags, range: range,
        payloadStart: UInt32(start), payloadCount: UInt32(pool.count - start)),
      tree)
  }

  /// Adds a mapping. `tree` is the index of this tree in its forest.
  package mutating func appendMapping(
    _ pairs: [Forest.Pair], style: Node.Style = .block, range: SourceRange, flags: Node.Flags, tree: UInt32
  ) -> NodeRef {
    let start = links.count
    for pair in pairs {
      links.append(pair.key)
      links.append(pair.value)
    }
    return append(
      Node(
        kind: .mapping, style: style, flags: flags, range: range, payloadStart: UInt32(start),
        payloadCount: UInt32(2 * pairs.count)),
      tree)
  }

  /// Adds a sequence. `tree` is the index of this tree in its forest.
  package mutating func appendSequence(
    _ items: [NodeRef], style: Node.Style = .block, range: SourceRange, flags: Node.Flags, tree: UInt32
  ) -> NodeRef {
    let start = links.count
    links.append(contentsOf: items)
    return append(
      Node(
        kind: .sequence, style: style, flags: flags, range: range, payloadStart: UInt32(start),
        payloadCount: UInt32(items.count)),
      tree)
  }

  private mutating func append(_ node: Node, _ tree: UInt32) -> NodeRef {
    nodes.append(node)
    return NodeRef(tree: tree, node: UInt32(nodes.count - 1))
  }
}

extension YAMLTree {
  /// Points links into trees from `first` on to trees `offset` further: for a tree that is moved to another place in its
  /// forest together with all of those.
  package mutating func moveLinks(from first: UInt32, by offset: UInt32) {
    guard offset != 0 else { return }
    for index in links.indices where links[index].tree >= first { links[index].tree += offset }
    for index in documents.indices where documents[index].root.tree >= first { documents[index].root.tree += offset }
  }
}

extension Forest {
  /// The flags of a new mapping of `pairs`.
  package func flags(ofMapping pairs: [Pair]) -> Node.Flags {
    var flags: Node.Flags = []
    for pair in pairs {
      flags.formUnion(inheritedFlags(pair.key))
      flags.formUnion(inheritedFlags(pair.value))
      if isMergeKey(pair.key) { flags.insert(.hasMergeKey) }
    }
    return flags
  }

  /// The flags of a new sequence of `items`.
  package func flags(ofSequence items: [NodeRef]) -> Node.Flags {
    items.reduce(into: []) { $0.formUnion(inheritedFlags($1)) }
  }

  private func inheritedFlags(_ ref: NodeRef) -> Node.Flags {
    written(ref).flags.intersection(.inherited)
  }
}
