import SourceText
package import YAMLSyntax

/// Makes nodes in one tree of a forest.
///
/// Nodes are never changed. An edit copies the collections on the way from the root to the edited place and shares
/// everything else, so what nobody touched keeps the file and the bytes where it was written.
struct NodeWriter: Sendable {
  /// The tree that new nodes go to.
  let tree: UInt32

  func mapping(_ pairs: [Forest.Pair], at range: SourceRange, in forest: inout Forest) -> NodeRef {
    let flags = forest.flags(ofMapping: pairs)
    return forest.withTree(tree) { $0.appendMapping(pairs, style: .block, range: range, flags: flags, tree: tree) }
  }

  func sequence(_ items: [NodeRef], at range: SourceRange, in forest: inout Forest) -> NodeRef {
    let flags = forest.flags(ofSequence: items)
    return forest.withTree(tree) { $0.appendSequence(items, style: .block, range: range, flags: flags, tree: tree) }
  }

  /// A changed copy of the mapping `old`: it is where the old one is.
  func mapping(_ pairs: [Forest.Pair], like old: NodeRef, in forest: inout Forest) -> NodeRef {
    let flags = forest.flags(ofMapping: pairs).union(forest.lastingFlags(of: old))
    let range = forest.range(old)
    let style = forest[old].style
    return forest.withTree(tree) { $0.appendMapping(pairs, style: style, range: range, flags: flags, tree: tree) }
  }

  /// A changed copy of the sequence `old`: it is where the old one is.
  func sequence(_ items: [NodeRef], like old: NodeRef, in forest: inout Forest) -> NodeRef {
    let flags = forest.flags(ofSequence: items).union(forest.lastingFlags(of: old))
    let range = forest.range(old)
    let style = forest[old].style
    return forest.withTree(tree) { $0.appendSequence(items, style: style, range: range, flags: flags, tree: tree) }
  }

  /// A scalar that is a string whatever it looks like.
  func string(_ text: String, at range: SourceRange, in forest: inout Forest) -> NodeRef {
    scalar(text, style: .doubleQuoted, tag: .string, at: range, in: &forest)
  }

  /// A scalar whose type follows from its text.
  func plain(_ text: String, at range: SourceRange, in forest: inout Forest) -> NodeRef {
    scalar(text, style: .plain, tag: .none, at: range, in: &forest)
  }

  func scalar(
    _ text: String, style: Node.Style, tag: Node.Tag, at range: SourceRange, in forest: inout Forest
  ) -> NodeRef {
    forest.withTree(tree) { $0.appendScalar(text.utf8, style: style, tag: tag, range: range, tree: tree) }
  }

  /// The mapping with `value` under `key`; a key that is there keeps its node.
  func setting(
    _ key: String, to value: NodeRef, in mapping: NodeRef, keyRange: SourceRange? = nil, in forest: inout Forest
  ) -> NodeRef {
    var pairs = forest.expandedPairs(mapping)
    if let index = forest.index(ofKey: key, in: pairs) {
      if pairs[index].value == value { return mapping }
      pairs[index].value = value
      return replacing(mapping, with: pairs, changed: value, in: &forest)
    } else {
      let keyNode = self.string(key, at: keyRange ?? forest.range(value), in: &forest)
      pairs.append(Forest.Pair(key: keyNode, value: value))
    }
    return self.mapping(pairs, like: mapping, in: &forest)
  }

  /// Flags that a mapping has only as long as one of its children has them.
  private static let hints: Node.Flags = [.containsDollar, .containsLongNumber]

  /// The mapping with the same keys and one changed value.
  private func replacing(
    _ mapping: NodeRef, with pairs: [Forest.Pair], changed value: NodeRef, in forest: inout Forest
  ) -> NodeRef {
    // What no child had before, only the new one can bring.
    var flags = forest.flags(ofSequence: [value]).union(forest.lastingFlags(of: mapping))
    if !forest[mapping].flags.isDisjoint(with: Self.hints) { flags.formUnion(forest.flags(ofMapping: pairs)) }
    let range = forest.range(mapping)
    let style = forest[mapping].style
    return forest.withTree(tree) { $0.appendMapping(pairs, style: style, range: range, flags: flags, tree: tree) }
  }

  /// The mapping with `value` under the keys of `path`; mappings that are missing on the way are made.
  func setting(
    _ path: [String], to value: NodeRef, in mapping: NodeRef, in forest: inout Forest
  ) -> NodeRef {
    guard let first = path.first else { return value }
    guard path.count > 1 else { return setting(first, to: value, in: mapping, in: &forest) }
    let child = forest.value(mapping, key: first).flatMap { forest.kind($0) == .mapping ? $0 : nil }
    let container = child ?? self.mapping([], at: forest.range(value), in: &forest)
    let changed = setting(Array(path.dropFirst()), to: value, in: container, in: &forest)
    return setting(first, to: changed, in: mapping, in: &forest)
  }

  /// The mapping without `key`.
  func removing(_ key: String, from mapping: NodeRef, in forest: inout Forest) -> NodeRef {
    var pairs = forest.expandedPairs(mapping)
    guard let index = forest.index(ofKey: key, in: pairs) else { return mapping }
    pairs.remove(at: index)
    return self.mapping(pairs, like: mapping, in: &forest)
  }

  /// What is there after writing `new` over the scalar `old`: the text and place of the new one in the style of the old
  /// one (kyaml/yaml/fns.go, `FieldSetter`). A quoted scalar stays a string whatever comes. Quotes over a plain scalar
  /// make a string too, but one that is plain: what is written there next may be a number again.
  func overwriting(_ old: NodeRef, with new: NodeRef, in forest: inout Forest) -> NodeRef {
    let oldNode = forest[old]
    let newNode = forest[new]
    guard oldNode.kind == .scalar, newNode.kind == .scalar else { return new }
    let isQuoted = newNode.style == .doubleQuoted || newNode.style == .singleQuoted
    guard oldNode.style == .plain ? isQuoted : newNode.style == .plain else { return new }
    let tag = isQuoted && newNode.tag != .none ? newNode.tag : .string
    return scalar(forest.text(new), style: oldNode.style, tag: tag, at: forest.range(new), in: &forest)
  }
}

extension Forest {
  /// The flags that a changed copy keeps. What was an alias is a shared node in the copy, and walking it again and again
  /// costs as much as following the alias would: so the flag stays.
  fileprivate func lastingFlags(of ref: NodeRef) -> Node.Flags {
    var flags = self[ref].flags.intersection(Self.lastingFlags)
    if written(ref).kind == .alias { flags.insert(.containsAlias) }
    return flags
  }

  /// A constant, because making a set of flags anew for each node is slow across modules.
  private static let lastingFlags: Node.Flags = [.containsAlias, .hasRepeatedKey, .needsOutputCheck]

  /// Whether the same node may be in the tree below `ref` many times.
  func mayShareNodes(_ ref: NodeRef) -> Bool {
    written(ref).kind == .alias || self[ref].flags.contains(.containsAlias)
  }

  /// The pairs of a mapping, merge keys carried out, as an array of its own.
  ///
  /// Use it (and `Array(items(_:))`) before anything is appended to the same tree: a view would keep the tree's storage
  /// alive, and the next append would copy all of it.
  func expandedPairs(_ ref: NodeRef) -> [Pair] {
    self[ref].flags.contains(.hasMergeKey) ? pairs(ref) : copiedPairs(ref)
  }

  func index(ofKey key: String, in pairs: [Pair]) -> Int? {
    var key = key
    return key.withUTF8 { key in pairs.firstIndex { hasText($0.key, bytes: key) } }
  }

  func hasText(_ ref: NodeRef, _ expected: String) -> Bool {
    var expected = expected
    return expected.withUTF8 { hasText(ref, bytes: $0) }
  }

  /// Whether the node is a null: left out, `~` or `null`.
  package func isNull(_ ref: NodeRef) -> Bool {
    let node = self[ref]
    guard node.kind == .scalar else { return false }
    if node.tag == .null { return true }
    guard node.style == .plain, node.tag == .none else { return false }
    switch node.payloadCount {
    case 0: return true
    case 1: return hasText(ref, "~" as StaticString)
    case 4:
      return hasText(ref, "null" as StaticString) || hasText(ref, "Null" as StaticString)
        || hasText(ref, "NULL" as StaticString)
    default: return false
    }
  }

  func isEmptyMapping(_ ref: NodeRef) -> Bool { kind(ref) == .mapping && count(ref) == 0 }
}
