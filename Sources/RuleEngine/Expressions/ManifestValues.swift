package import CEL
import Kustomize
package import YAMLSyntax

/// The nodes of manifests as values of expressions, read in place.
///
/// A field that is null is as one that is not there: so the API server reads it, and a controller.
package final class ManifestValues: ValueSource {
  private let forest: Forest
  /// Whether texts are what Flux applies: false where a variable or encrypted input is not known.
  private let isKnown: Bool
  /// Whether a text that SOPS encrypted is not known: some rules look at what is written.
  var hidesEncrypted = false
  /// The scalars that were looked at since somebody asked for them.
  private var seen: [NodeRef]?
  /// What functions look things up in; nil where none is called.
  let context: ExpressionContext?

  package convenience init(_ forest: Forest, isKnown: Bool) { self.init(forest, isKnown: isKnown, context: nil) }

  init(_ forest: Forest, isKnown: Bool, context: ExpressionContext?) {
    self.forest = forest
    self.isKnown = isKnown
    self.context = context
  }

  /// Begins to note the scalars that are looked at.
  func watch() { seen = [] }

  /// Those since then.
  func takeSeen() -> [NodeRef] {
    defer { seen = nil }
    return seen ?? []
  }

  package func node(_ ref: Ref) -> SourceNode {
    let place = NodeRef(ref)
    let node = forest[place]
    switch node.kind {
    case .mapping: return .map
    case .sequence: return .list
    case .alias: return .null
    case .scalar: break
    }
    if seen != nil { seen?.append(place) }
    if !isKnown || hidesEncrypted, let reason = unknown(place) { return .unknown(reason) }
    if node.tag == .none, node.style != .plain || forest.withText(place, { PlainText.isSurelyString($0) }) {
      return .text
    }
    switch forest.scalarValue(place, dialect: .resource) {
    case .null: return .null
    case .boolean(let value): return .bool(value)
    case .integer(let value): return .int(value)
    case .unsigned(let value): return .uint(value)
    case .float(let value): return .double(value)
    case .string: return .text
    }
  }

  /// In JSON, which is what the API server is given, every key is a text.
  package func keyNode(_ ref: Ref) -> SourceNode {
    if !isKnown, let reason = unknown(NodeRef(ref)) { return .unknown(reason) }
    return .text
  }

  /// Why a text is not known: a variable stands in it that nobody set, or it is encrypted.
  private func unknown(_ place: NodeRef) -> String? {
    forest.withText(place) { text in
      // Nearly all texts are out with their first letter.
      if text.first == UInt8(ascii: "E"), text.starts(with: isKnown ? "ENC[AES256_GCM,".utf8 : "ENC[".utf8) {
        return UnknownValue.encrypted
      }
      if isKnown { return nil }
      for index in text.indices.dropLast()
      where text[index] == UInt8(ascii: "$") && text[index + 1] == UInt8(ascii: "{") {
        return UnknownValue.variable
      }
      return nil
    }
  }

  package func withText(_ ref: Ref, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    if seen != nil { seen?.append(NodeRef(ref)) }
    forest.withText(NodeRef(ref), body)
  }

  package func hasText(_ ref: Ref, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    forest.hasText(NodeRef(ref), bytes: bytes)
  }

  package func member(_ map: Ref, _ key: UnsafeBufferPointer<UInt8>) -> Ref? {
    guard let value = forest.pair(NodeRef(map), bytes: key)?.value, !forest.isNull(value) else { return nil }
    return Ref(value)
  }

  package func count(_ container: Ref) -> Int {
    let place = NodeRef(container)
    return forest.kind(place) == .sequence ? forest.count(place) : entries(container).count
  }

  package func element(_ list: Ref, _ index: Int) -> Ref { Ref(forest.item(NodeRef(list), index)) }

  package func entries(_ map: Ref) -> [(key: Ref, value: Ref)] {
    forest.pairs(NodeRef(map)).compactMap { forest.isNull($0.value) ? nil : (Ref($0.key), Ref($0.value)) }
  }
}

extension Ref {
  package init(_ node: NodeRef) { self.init(tree: node.tree, node: node.node) }
}

extension NodeRef {
  package init(_ ref: Ref) { self.init(tree: ref.tree, node: ref.node) }
}

/// Why a text of a manifest is not known.
package enum UnknownValue {
  package static let variable = "it has a variable whose value is not known"
  package static let encrypted = "it is encrypted"
}
