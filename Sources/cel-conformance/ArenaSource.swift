import CEL

/// Values that lie in an array, to be read in place as manifests are.
///
/// One writes them, and whoever reads them later changes nothing.
final class ArenaSource: ValueSource, @unchecked Sendable {
  private enum Node {
    case scalar(SourceNode)
    case text([UInt8])
    case list([UInt32])
    case map([(key: UInt32, value: UInt32)])
  }

  private var nodes: [Node] = []

  private func append(_ node: Node) -> Ref {
    nodes.append(node)
    return Ref(tree: 0, node: UInt32(nodes.count - 1))
  }

  func add(scalar: SourceNode) -> Ref { append(.scalar(scalar)) }
  func add(text: String) -> Ref { append(.text(Array(text.utf8))) }
  func add(list: [Ref]) -> Ref { append(.list(list.map(\.node))) }
  func add(map: [(key: Ref, value: Ref)]) -> Ref { append(.map(map.map { ($0.key.node, $0.value.node) })) }

  func node(_ ref: Ref) -> SourceNode {
    switch nodes[Int(ref.node)] {
    case .scalar(let scalar): scalar
    case .text: .text
    case .list: .list
    case .map: .map
    }
  }

  func withText(_ ref: Ref, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    guard case .text(let bytes) = nodes[Int(ref.node)] else { return }
    bytes.withUnsafeBufferPointer(body)
  }

  func member(_ map: Ref, _ key: UnsafeBufferPointer<UInt8>) -> Ref? {
    guard case .map(let entries) = nodes[Int(map.node)] else { return nil }
    for entry in entries {
      if case .text(let bytes) = nodes[Int(entry.key)], bytes.elementsEqual(key) {
        return Ref(tree: 0, node: entry.value)
      }
    }
    return nil
  }

  func count(_ container: Ref) -> Int {
    switch nodes[Int(container.node)] {
    case .list(let elements): elements.count
    case .map(let entries): entries.count
    default: 0
    }
  }

  func element(_ list: Ref, _ index: Int) -> Ref {
    guard case .list(let elements) = nodes[Int(list.node)] else { return list }
    return Ref(tree: 0, node: elements[index])
  }

  func entries(_ map: Ref) -> [(key: Ref, value: Ref)] {
    guard case .map(let entries) = nodes[Int(map.node)] else { return [] }
    return entries.map { (Ref(tree: 0, node: $0.key), Ref(tree: 0, node: $0.value)) }
  }
}
