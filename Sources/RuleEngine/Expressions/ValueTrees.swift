import CEL
import ScalarFormats
import SourceText
import YAMLSyntax

/// Functions of expressions over whole trees of values.
enum ValueTrees {
  /// A node as a value of its own, for a place.
  private struct Node: OpaqueValue {
    let place: Ref?
    var typeName: String { "fluxlint.Node" }

    func isEqual(_ other: any OpaqueValue) -> Bool { (other as? Node)?.place == place }
  }

  /// No manifest that a person reads has more scalars, nor deeper trees.
  private static let limit = 20_000
  private static let depth = 100

  /// The scalars below a value, each as `path`, `key`, `value` and `node`, in their order.
  static func walk(_ value: Value, _ evaluator: inout Evaluator) -> Value {
    var leaves: [Value] = []
    func add(_ value: Value, _ node: Ref?, path: String, key: String) {
      leaves.append(
        .map(
          MapValue(fields: [
            ("path", .string(path)), ("key", .string(key)), ("value", value), ("node", .opaque(Node(place: node))),
          ])))
    }
    func visit(_ value: Value, _ node: Ref?, _ path: String, _ key: String, _ depth: Int) -> Bool {
      guard leaves.count < limit, depth > 0 else { return false }
      switch value {
      case .mapRef(let ref):
        for entry in evaluator.source.entries(ref) {
          let key = evaluator.string(.text(entry.key)) ?? ""
          guard visit(evaluator.load(entry.value), entry.value, join(path, key), key, depth - 1) else { return false }
        }
      case .map(let map):
        for entry in map.entries {
          let key = evaluator.string(entry.key) ?? ""
          guard visit(entry.value, nil, join(path, key), key, depth - 1) else { return false }
        }
      case .listRef(let ref):
        for index in 0..<evaluator.source.count(ref) {
          let element = evaluator.source.element(ref, index)
          guard visit(evaluator.load(element), element, "\(path)[\(index)]", key, depth - 1) else { return false }
        }
      case .list(let elements):
        for (index, element) in elements.enumerated() {
          guard visit(element, nil, "\(path)[\(index)]", key, depth - 1) else { return false }
        }
      default: add(value, node, path: path, key: key)
      }
      return true
    }
    guard visit(value, nil, "", "", depth) else { return .fail("a value has more than \(limit) scalars") }
    evaluator.steps -= leaves.count
    return .list(leaves)
  }

  private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// The dotted paths that both trees set, as Helm merges them: maps are joined, and anything else replaces.
  static func overlaps(_ first: Value, _ second: Value, _ evaluator: inout Evaluator) -> Value {
    var paths: [Value] = []
    func visit(_ first: Value, _ second: Value, _ path: String, _ depth: Int) {
      guard depth > 0, paths.count < limit else { return }
      guard let left = evaluator.entries(first), let right = evaluator.entries(second) else {
        if !path.isEmpty { paths.append(.string(path)) }
        return
      }
      let others = Dictionary(
        right.compactMap { entry in evaluator.string(entry.key).map { ($0, entry.value) } }
      ) { first, _ in first }
      evaluator.steps -= left.count + right.count
      for entry in left {
        guard let key = evaluator.string(entry.key), let other = others[key] else { continue }
        visit(entry.value, other, join(path, key), depth - 1)
      }
    }
    visit(first, second, "", depth)
    return .list(paths)
  }

  /// The value of the first document of a text; null for what is no YAML.
  static func parseYAML(_ text: String, _ evaluator: inout Evaluator) -> Value {
    let tree = YAMLParser.parseFirst(Array(text.utf8), file: FileID(0), tree: 0)
    evaluator.steps -= tree.nodes.count
    guard tree.problems.isEmpty, let root = tree.documents.first?.root else { return .null }
    let source = Evaluator(source: ManifestValues(Forest(trees: [tree]), isKnown: false), steps: 0)
    return copied(source.load(Ref(root)), source, depth)
  }

  private static func copied(_ value: Value, _ source: Evaluator, _ depth: Int) -> Value {
    guard depth > 0 else { return .null }
    switch value {
    case .text: return .string(source.string(value) ?? "")
    case .listRef: return .list((source.elements(value) ?? []).map { copied($0, source, depth - 1) })
    case .mapRef:
      let entries = source.entries(value) ?? []
      return .map(
        MapValue(
          entries.map { entry in
            (.string(source.string(entry.key) ?? ""), copied(entry.value, source, depth - 1))
          }))
    case .unknown(let unknown): return .unknown(Unknown(unknown.reason))
    default: return value
    }
  }

  /// A duration as Flux reads it; null for what is none.
  static func interval(_ text: String) -> Value { GoDuration.parse(text).map { .duration($0) } ?? .null }
}
