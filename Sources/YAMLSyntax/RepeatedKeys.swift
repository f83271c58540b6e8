/// Finds the keys of a mapping that stand in it more than once. Scalars with the same text are the same key, however
/// they are quoted, as kyaml compares them.
struct RepeatedKeys {
  let nodes: UnsafeBufferPointer<Node>
  let source: UnsafeBufferPointer<UInt8>
  let pool: UnsafeBufferPointer<UInt8>
  /// Keys and values of the mapping in turn.
  let links: UnsafeBufferPointer<NodeRef>

  /// A key that stands there again, and the first one with its text, as indices of nodes.
  struct Pair {
    var first: UInt32
    var repeated: UInt32
  }

  /// All repeated keys in the order written.
  func find() -> [Pair] {
    links.count <= 64 ? findPairwise() : findBySorting()
  }

  /// Compares a few bytes of each key with those of the keys before it, and the text only where these are equal.
  private func findPairwise() -> [Pair] {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: links.count / 2) { prints in
      var result: [Pair] = []
      for index in 0..<links.count / 2 {
        let print = print(links[2 * index].node)
        prints[index] = print
        guard print != 0 else { continue }
        for earlier in 0..<index where prints[earlier] == print {
          let pair = Pair(first: links[2 * earlier].node, repeated: links[2 * index].node)
          guard hasSameText(pair.first, pair.repeated) else { continue }
          result.append(pair)
          break
        }
      }
      return result
    }
  }

  /// Length and outer bytes of a key's text; 0 for a key that is no scalar.
  private func print(_ node: UInt32) -> UInt32 {
    guard let text = text(node) else { return 0 }
    guard let first = text.first, let last = text.last else { return 1 << 31 }
    return 1 << 31 | UInt32(text.count & 0x7FFF) << 16 | UInt32(first) << 8 | UInt32(last)
  }

  /// O(n log n) whatever the keys are, so that no choice of keys makes it slow.
  private func findBySorting() -> [Pair] {
    let keys = stride(from: 0, to: links.count, by: 2).map { links[$0].node }.filter { text($0) != nil }
    // The order of nodes is the order in the text.
    let sorted = keys.sorted { lhs, rhs in
      let order = order(lhs, rhs)
      return order == 0 ? lhs < rhs : order < 0
    }
    var result: [Pair] = []
    var first = sorted.first ?? 0
    for key in sorted.dropFirst() {
      if hasSameText(first, key) { result.append(Pair(first: first, repeated: key)) } else { first = key }
    }
    return result.sorted { $0.repeated < $1.repeated }
  }

  private func hasSameText(_ lhs: UInt32, _ rhs: UInt32) -> Bool { order(lhs, rhs) == 0 }

  private func order(_ lhs: UInt32, _ rhs: UInt32) -> Int {
    guard let left = text(lhs), let right = text(rhs) else { return 1 }
    return left.order(to: right)
  }

  /// The text of a scalar or of the scalar an alias stands for.
  private func text(_ index: UInt32) -> UnsafeBufferPointer<UInt8>? {
    var node = nodes[Int(index)]
    if node.kind == .alias { node = nodes[Int(node.payloadStart)] }
    guard node.kind == .scalar else { return nil }
    let range = Int(node.payloadStart)..<Int(node.payloadStart) + Int(node.payloadCount)
    return UnsafeBufferPointer(rebasing: (node.flags.contains(.textInSource) ? source : pool)[range])
  }
}
