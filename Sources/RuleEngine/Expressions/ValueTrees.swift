import CEL
import ScalarFormats
import SourceText
import TextMatching
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
    var leaves = Leaves(evaluator: evaluator) { _, _, _ in true }
    return leaves.list(below: value, &evaluator)
  }

  /// Those among them whose key says that they are a password or the like, and private keys.
  static func suspects(_ value: Value, _ evaluator: inout Evaluator) -> Value {
    var leaves = Leaves(evaluator: evaluator) { key, value, evaluator in
      switch value {
      case .text, .string: break
      default: return false
      }
      // Nearly all keys are out with a look at their end.
      var isSuspect = false
      evaluator.withText(key) { isSuspect = CredentialText.mayEndWithNoun($0) }
      if isSuspect, CredentialText.isKey(evaluator.string(key) ?? "") { return true }
      var isKey = false
      evaluator.withText(value) { isKey = $0.contains(subsequence: "PRIVATE KEY-----") }
      return isKey
    }
    return leaves.list(below: value, &evaluator)
  }

  /// Collects scalars. Paths are put together for those alone that are wanted.
  private struct Leaves {
    private enum Step {
      case key(Value)
      case index(Int)
    }

    let evaluator: Evaluator
    /// Takes the key above a scalar and the scalar.
    let isWanted: (Value, Value, Evaluator) -> Bool
    private var found: [Value] = []
    private var seen = 0
    private var steps: [Step] = []

    init(evaluator: Evaluator, isWanted: @escaping (Value, Value, Evaluator) -> Bool) {
      (self.evaluator, self.isWanted) = (evaluator, isWanted)
    }

    mutating func list(below value: Value, _ evaluator: inout Evaluator) -> Value {
      guard visit(value, nil, key: .string(""), depth) else { return .fail("a value has more than \(limit) scalars") }
      evaluator.steps -= seen
      return .list(found)
    }

    private mutating func visit(_ value: Value, _ node: Ref?, key: Value, _ depth: Int) -> Bool {
      guard seen < limit, depth > 0 else { return false }
      switch value {
      case .mapRef(let ref):
        for entry in evaluator.source.entries(ref) {
          let key = Value.text(entry.key)
          guard enter(.key(key), evaluator.load(entry.value), entry.value, key: key, depth) else { return false }
        }
      case .map(let map):
        for entry in map.entries {
          guard enter(.key(entry.key), entry.value, nil, key: entry.key, depth) else { return false }
        }
      case .listRef(let ref):
        for index in 0..<evaluator.source.count(ref) {
          let element = evaluator.source.element(ref, index)
          guard enter(.index(index), evaluator.load(element), element, key: key, depth) else { return false }
        }
      case .list(let elements):
        for (index, element) in elements.enumerated() {
          guard enter(.index(index), element, nil, key: key, depth) else { return false }
        }
      default:
        seen += 1
        if isWanted(key, value, evaluator) { add(value, node, key: key) }
      }
      return true
    }

    private mutating func enter(_ step: Step, _ value: Value, _ node: Ref?, key: Value, _ depth: Int) -> Bool {
      steps.append(step)
      defer { steps.removeLast() }
      return visit(value, node, key: key, depth - 1)
    }

    private mutating func add(_ value: Value, _ node: Ref?, key: Value) {
      var path = ""
      for step in steps {
        switch step {
        case .key(let key): path = join(path, evaluator.string(key) ?? "")
        case .index(let index): path += "[\(index)]"
        }
      }
      found.append(
        .map(
          MapValue(fields: [
            ("path", .string(path)), ("key", .string(evaluator.string(key) ?? "")), ("value", value),
            ("node", .opaque(Node(place: node))),
          ])))
    }
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
