/// A place in a value source: two numbers that only the source understands.
///
/// One type for all sources, so that a program, its values and the functions of a host are the same whatever is read.
package struct Ref: Hashable, Sendable {
  package var tree: UInt32
  package var node: UInt32

  package init(tree: UInt32, node: UInt32) { (self.tree, self.node) = (tree, node) }
}

/// Where values are read in place: nothing is copied but the scalars that an expression looks at.
///
/// An object, for it is handed on at every step of an evaluation.
package protocol ValueSource: AnyObject {
  func node(_ ref: Ref) -> SourceNode
  /// A key of a map node.
  func keyNode(_ ref: Ref) -> SourceNode
  /// The UTF-8 of a text node.
  func withText(_ ref: Ref, _ body: (UnsafeBufferPointer<UInt8>) -> Void)
  /// Whether a text node has these bytes.
  func hasText(_ ref: Ref, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool
  /// The value of a key of a map node.
  func member(_ map: Ref, _ key: UnsafeBufferPointer<UInt8>) -> Ref?
  /// How many elements or entries a list or map node has.
  func count(_ container: Ref) -> Int
  func element(_ list: Ref, _ index: Int) -> Ref
  func entries(_ map: Ref) -> [(key: Ref, value: Ref)]
}

extension ValueSource {
  package func keyNode(_ ref: Ref) -> SourceNode { node(ref) }

  package func hasText(_ ref: Ref, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var result = false
    withText(ref) { text in result = text.elementsEqual(bytes) }
    return result
  }
}

/// What a node of a source is.
package enum SourceNode: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case text, list, map
  /// With the reason why it is not known.
  case unknown(String)
}

/// A source without nodes, for expressions over computed values only.
package final class NoSource: ValueSource {
  package init() {}
  package func node(_ ref: Ref) -> SourceNode { .null }
  package func withText(_ ref: Ref, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {}
  package func member(_ map: Ref, _ key: UnsafeBufferPointer<UInt8>) -> Ref? { nil }
  package func count(_ container: Ref) -> Int { 0 }
  package func element(_ list: Ref, _ index: Int) -> Ref { list }
  package func entries(_ map: Ref) -> [(key: Ref, value: Ref)] { [] }
}
