import CEL

@testable import cel_conformance

/// A source with one document, written as Swift literals.
struct Document {
  let source = ArenaSource()
  private(set) var root = Ref(tree: 0, node: 0)

  indirect enum Content: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
  {
    case text(String)
    case int(Int64)
    case bool(Bool)
    case unknown(String)
    case list([Content])
    case map([Entry])

    struct Entry {
      var key: String
      var value: Content
    }

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int64) { self = .int(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: Content...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, Content)...) {
      self = .map(elements.map { Entry(key: $0.0, value: $0.1) })
    }
  }

  init(_ content: Content) { root = add(content) }

  private mutating func add(_ content: Content) -> Ref {
    switch content {
    case .text(let text): source.add(text: text)
    case .int(let value): source.add(scalar: .int(value))
    case .bool(let value): source.add(scalar: .bool(value))
    case .unknown(let reason): source.add(scalar: .unknown(reason))
    case .list(let elements): source.add(list: elements.map { add($0) })
    case .map(let entries): source.add(map: entries.map { (add(.text($0.key)), add($0.value)) })
    }
  }

  /// The typed JSON of a result, or `unknown: …` or `failed: …`.
  func run(_ text: String, steps: Int = Program.defaultSteps) throws(CELError) -> String {
    let program = try Program(text, in: Self.environment)
    switch program.run(source, [.mapRef(root)], steps: steps) {
    case .value(let value): return TypedValue.encode(value, Evaluator(source: source, steps: 0))
    case .unknown(let unknown): return "unknown: \(unknown.reason)"
    case .failed(let failure): return "failed: \(failure.message)"
    }
  }

  /// The value of the node that decided an expression, as typed JSON.
  func decided(_ text: String) throws(CELError) -> String? {
    let program = try Program(text, in: Self.environment)
    let evaluator = Evaluator(source: source, steps: 0)
    return program.decidingNode(source, [.mapRef(root)]).map { TypedValue.encode(evaluator.load($0), evaluator) }
  }

  static let environment: Environment = {
    var environment = Environment.newest
    environment.addOptionals()
    environment.addStrings()
    environment.addLists()
    environment.add([.sets, .listSums])
    environment.syntax.hasBindings = true
    environment.syntax.hasTwoVariables = true
    environment.declare("object")
    return environment
  }()
}
