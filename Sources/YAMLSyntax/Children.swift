extension Forest {
  /// The items of a sequence, counted from 0. It is independent of the forest it came from.
  package struct Items: RandomAccessCollection, Sendable {
    fileprivate let links: ContiguousArray<NodeRef>
    fileprivate let range: Range<Int>

    package var startIndex: Int { 0 }
    package var endIndex: Int { range.count }

    package subscript(index: Int) -> NodeRef {
      precondition(index >= 0 && index < range.count, "no such item")
      return links[range.lowerBound + index]
    }

    package func makeIterator() -> Iterator { Iterator(links: links, rest: range) }

    package struct Iterator: IteratorProtocol {
      fileprivate let links: ContiguousArray<NodeRef>
      fileprivate var rest: Range<Int>

      package mutating func next() -> NodeRef? {
        guard let index = rest.first else { return nil }
        rest = index + 1..<rest.upperBound
        return links[index]
      }
    }
  }

  /// The pairs of a mapping in the order written, counted from 0. It is independent of the forest it came from.
  package struct Pairs: RandomAccessCollection, Sendable {
    fileprivate let links: ContiguousArray<NodeRef>
    fileprivate let range: Range<Int>

    package var startIndex: Int { 0 }
    package var endIndex: Int { range.count / 2 }

    package subscript(index: Int) -> Pair {
      precondition(index >= 0 && index < endIndex, "no such pair")
      let key = range.lowerBound + 2 * index
      return Pair(key: links[key], value: links[key + 1])
    }

    package func makeIterator() -> Iterator { Iterator(links: links, rest: range) }

    package struct Iterator: IteratorProtocol {
      fileprivate let links: ContiguousArray<NodeRef>
      fileprivate var rest: Range<Int>

      package mutating func next() -> Pair? {
        guard let index = rest.first else { return nil }
        rest = index + 2..<rest.upperBound
        return Pair(key: links[index], value: links[index + 1])
      }
    }
  }
}

extension Forest {
  /// The items of a sequence in order; empty for anything else.
  package func items(_ ref: NodeRef) -> Items {
    let (links, range) = children(ref, of: .sequence)
    return Items(links: links, range: range)
  }

  /// One item of a sequence, without a look at the others; the sequence itself when there is no such item.
  package func item(_ ref: NodeRef, _ index: Int) -> NodeRef {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .sequence, index >= 0, index < Int(node.payloadCount) else { return ref }
    return trees[Int(target.tree)].links[Int(node.payloadStart) + index]
  }

  /// The pairs of a mapping as written, `<<` pairs included; empty for anything else.
  package func writtenPairs(_ ref: NodeRef) -> Pairs {
    let (links, range) = children(ref, of: .mapping)
    return Pairs(links: links, range: range)
  }

  /// The pairs of a mapping as written, copied; empty for anything else.
  package func copiedPairs(_ ref: NodeRef) -> [Pair] {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == .mapping, node.payloadCount > 0 else { return [] }
    let start = Int(node.payloadStart)
    let count = Int(node.payloadCount) / 2
    var pairs: [Pair] = []
    // Whoever asks for a copy may add to it.
    pairs.reserveCapacity(count + 1)
    trees[Int(target.tree)].links.withUnsafeBufferPointer { links in
      for key in stride(from: start, to: start + 2 * count, by: 2) {
        pairs.append(Pair(key: links[key], value: links[key + 1]))
      }
    }
    return pairs
  }

  /// The children of a tree that still grows are copied: were they shared, the next node added while somebody walks
  /// over them would copy the links of the whole tree.
  private func children(_ ref: NodeRef, of kind: Node.Kind) -> (links: ContiguousArray<NodeRef>, range: Range<Int>) {
    let target = resolved(ref)
    let node = written(target)
    guard node.kind == kind else { return ([], 0..<0) }
    let range = Int(node.payloadStart)..<Int(node.payloadStart) + Int(node.payloadCount)
    if trees[Int(target.tree)].isComplete { return (trees[Int(target.tree)].links, range) }
    return (ContiguousArray(trees[Int(target.tree)].links[range]), 0..<range.count)
  }
}
