import SourceText
import YAMLSyntax

/// A JSON 6902 patch as the library behind kustomize carries it out (gopkg.in/evanphx/json-patch.v4).
struct JSONPatch: Sendable {
  var operations: [Operation]

  struct Operation: Sendable {
    enum Kind: Hashable, Sendable {
      case add, remove, replace, move, copy, test
      case unknown(String)
    }
    var kind: Kind
    /// The reference tokens of `path`, unescaped; nil when there is no path.
    var path: [String]?
    var from: [String]?
    /// Nil for an operation without value, which writes a null.
    var value: NodeRef?
    /// Where `path` is written, or else the operation.
    var range: SourceRange
    /// `path` as written.
    var pathText: String
    /// `from` as written.
    var fromText: String
    /// Whether the patch is JSON, whose numbers are compared as they are written.
    var isJSON = false
  }

  /// Reads the operations of a list; every element must be a mapping.
  init(_ list: NodeRef, in forest: Forest) throws(MergeFailure) {
    operations = []
    guard forest.kind(list) == .sequence else {
      throw MergeFailure(message: "a JSON patch must be a list of operations", range: forest.range(list))
    }
    for item in forest.items(list) {
      guard forest.kind(item) == .mapping else {
        throw MergeFailure(message: "an operation of a JSON patch must be a mapping", range: forest.range(item))
      }
      operations.append(Self.operation(item, in: forest))
    }
  }

  private static func operation(_ item: NodeRef, in forest: Forest) -> Operation {
    // Of equal keys the last counts, as everywhere in Go.
    let pairs = forest.decodedPairs(item)
    func value(_ key: String) -> NodeRef? { forest.index(ofKey: key, in: pairs).map { pairs[$0].value } }
    let path = value("path")
    let pathText = path.map { forest.text($0) } ?? ""
    let from = value("from")
    let fromText = from.map { forest.text($0) } ?? ""
    return Operation(
      kind: kind(value("op").map { forest.text($0) } ?? ""), path: path.map { _ in tokens(of: pathText) },
      from: from.map { _ in tokens(of: fromText) }, value: value("value"),
      range: forest.range(path ?? item), pathText: pathText, fromText: fromText)
  }

  private static func kind(_ text: String) -> Operation.Kind {
    switch text {
    case "add": .add
    case "remove": .remove
    case "replace": .replace
    case "move": .move
    case "copy": .copy
    case "test": .test
    default: .unknown(text)
    }
  }

  /// The text before the first slash is ignored; `~1` is a slash and `~0` a tilde.
  static func tokens(of pointer: String) -> [String] {
    pointer.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst().map { token in
      token.contains(UInt8(ascii: "~")) ? unescaped(Substring(token)) : String(Substring(token))
    }
  }

  private static func unescaped(_ token: Substring) -> String {
    var result = ""
    var rest = token[...]
    while let tilde = rest.firstIndex(of: "~") {
      result += rest[..<tilde]
      let after = rest[rest.index(after: tilde)...]
      switch after.first {
      case "1": result += "/"
      case "0": result += "~"
      default:
        result += "~"
        rest = after
        continue
      }
      rest = after.dropFirst()
    }
    return result + rest
  }
}
