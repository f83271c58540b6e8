import TextMatching

/// An expression, checked and compiled. It is made once and evaluated many times, from several threads too.
package final class Program: Sendable {
  /// The type that the check found; `dyn` without a check.
  package let type: CELType
  /// The names of the bindings of a run, in their order: what the environment declares, then what only the expression names.
  package let variables: [String]

  let operations: ContiguousArray<Operation>
  let root: Int32
  let children: ContiguousArray<Int32>
  let constants: ContiguousArray<Value>
  let keys: KeyTable
  let loops: [LoopOperation]
  let guards: [Guard]
  let patterns: [LinearRegex]
  let functions: [HostFunction]
  let names: [String]
  let ranges: [Range<Int>]
  /// Where the keys are written; empty for a program that was compiled before.
  let keyRanges: [Range<Int>]
  let localCount: Int
  let quotesInFormats: Bool

  /// Compiles an expression.
  ///
  /// - Parameter result: The type that the expression must have, exactly; nil for any.
  package convenience init(
    _ text: String, in environment: Environment, result: CELType? = nil
  ) throws(CELError) {
    let (expression, checker, type) = try Self.checked(text, environment, result)
    var compiler = Compiler(environment, checker.bindings)
    let root = try compiler.compile(expression)
    self.init(compiler, root, type, checker.variables, checker.localCount)
  }

  private init(_ compiler: Compiler, _ root: Int32, _ type: CELType, _ variables: [String], _ localCount: Int) {
    self.type = type
    self.variables = variables
    self.root = root
    self.localCount = localCount
    operations = compiler.operations
    children = compiler.children
    constants = compiler.constants
    keys = KeyTable(compiler.keys)
    loops = compiler.loops
    guards = compiler.guards
    patterns = compiler.patterns
    functions = compiler.environment.functions
    names = compiler.names
    ranges = compiler.ranges
    keyRanges = compiler.keyRanges
    quotesInFormats = compiler.environment.quotesInFormats
  }

  /// A program that was compiled before, and whose type does not matter any more.
  init(
    root: Int32, localCount: Int, quotesInFormats: Bool, operations: ContiguousArray<Operation>,
    children: ContiguousArray<Int32>, constants: ContiguousArray<Value>, keys: [String], loops: [LoopOperation],
    guards: [Guard], patterns: [LinearRegex], names: [String], ranges: [Range<Int>], functions: [HostFunction]
  ) {
    type = .dyn
    variables = []
    self.root = root
    self.localCount = localCount
    self.quotesInFormats = quotesInFormats
    self.operations = operations
    self.children = children
    self.constants = constants
    self.keys = KeyTable(keys)
    self.loops = loops
    self.guards = guards
    self.patterns = patterns
    self.names = names
    self.ranges = ranges
    keyRanges = []
    self.functions = functions
  }

  /// Its value is null: what a machine has before its first program.
  static let null = Program(
    root: 0, localCount: 0, quotesInFormats: false, operations: [.constant(0)], children: [], constants: [.null],
    keys: [], loops: [], guards: [], patterns: [], names: [], ranges: [0..<0], functions: [])

  private static func checked(
    _ text: String, _ environment: Environment, _ result: CELType?
  ) throws(CELError) -> (Expression, Checker, CELType) {
    let expression = try Parser.parse(text, environment.syntax)
    var checker = Checker(environment)
    try checker.check(expression)
    if checker.isChecking {
      try LiteralChecks(environment: environment, bindings: checker.bindings).check(expression)
    }
    let type = checker.bindings.resolved(expression.type, isFinal: true)
    if let result, checker.isChecking, type != result {
      throw CELError(
        .check, "the expression is '\(type.description)', but '\(result.description)' is expected", expression.range)
    }
    return (expression, checker, type)
  }

  /// The type of an expression, which is not compiled.
  package static func check(
    _ text: String, in environment: Environment, result: CELType? = nil
  ) throws(CELError) -> CELType {
    try checked(text, environment, result).2
  }

  /// The fields of a variable that an expression looks at; nil where it uses the whole value, or cannot be read.
  package static func fields(of variable: String, in text: String, _ environment: Environment) -> Set<String>? {
    (try? Parser.parse(text, environment.syntax)).flatMap { $0.fields(of: variable) }
  }

  /// The fields of a variable that an expression names, and at which bytes; none where it cannot be read.
  package static func namedFields(
    of variable: String, in text: String, _ environment: Environment
  ) -> [(name: String, range: Range<Int>)] {
    (try? Parser.parse(text, environment.syntax))?.namedFields(of: variable) ?? []
  }

  /// Whether the expression looks at anything but constants.
  package var usesBindings: Bool {
    operations.contains {
      switch $0 {
      case .variable, .host: true
      default: false
      }
    }
  }

  /// Whether the expression looks at the binding at a place of `variables`.
  package func uses(_ slot: Int) -> Bool {
    operations.contains { if case .variable(let used) = $0 { Int(used) == slot } else { false } }
  }

  /// The names of types that the expression uses. Where any name may be a variable, they may be variables as well.
  package var typeNames: [String] {
    constants.compactMap { if case .type(let type) = $0 { type.runtimeName } else { nil } }
  }

  /// The signatures of the functions of the host that the expression calls.
  package var hostCalls: Set<String> {
    Set(
      operations.compactMap {
        if case .host(let number, _, _, _) = $0 { functions[Int(number)].signature } else { nil }
      })
  }

  /// Whether a text is an expression at all, without looking at names and types.
  package static func parse(_ text: String, _ options: SyntaxOptions) throws(CELError) {
    _ = try Parser.parse(text, options)
  }

  /// The steps that an evaluation may take unless the host says otherwise; about a tenth of a second.
  package static let defaultSteps = 1_000_000

  /// How an evaluation ended.
  package enum Outcome: Sendable {
    case value(Value)
    /// It depends on something that is not known.
    case unknown(Unknown)
    case failed(Failure)
  }

  /// Evaluates the expression. Missing bindings are errors where they are looked at.
  package func run(
    _ source: any ValueSource = NoSource(), _ bindings: [Value] = [], steps: Int = Program.defaultSteps
  ) -> Outcome {
    var left = steps
    return run(source, bindings, stepsLeft: &left)
  }

  /// Evaluates the expression within what is left of a budget that several evaluations share.
  package func run(_ source: any ValueSource, _ bindings: [Value], stepsLeft: inout Int) -> Outcome {
    var machine = Machine(source, bindings)
    let result = machine.value(of: self, steps: stepsLeft)
    stepsLeft = machine.evaluator.steps
    switch result {
    case .unknown(let unknown): return .unknown(unknown)
    case .failure(let failure): return .failed(failure)
    default: return .value(result)
    }
  }

  /// The node of the source that decided a result; see `Machine`.
  package func decidingNode(
    _ source: any ValueSource, _ bindings: [Value], steps: Int = Program.defaultSteps
  ) -> Ref? {
    var machine = Machine(source, bindings)
    return machine.decidingNode(of: self, steps: steps)
  }
}

/// The field names of a program as UTF-8 that stays where it is.
final class KeyTable: Sendable {
  let texts: [Value]
  private nonisolated(unsafe) let storage: UnsafeMutableBufferPointer<UInt8>
  private let ranges: ContiguousArray<Range<Int>>

  init(_ names: [String]) {
    texts = names.map { .string($0) }
    let bytes = names.flatMap { Array($0.utf8) }
    storage = .allocate(capacity: max(bytes.count, 1))
    _ = storage.initialize(from: bytes)
    var position = 0
    ranges = ContiguousArray(
      names.map { name in
        defer { position += name.utf8.count }
        return position..<position + name.utf8.count
      })
  }

  deinit { storage.deallocate() }

  func name(_ index: Int32) -> String {
    if case .string(let text) = texts[Int(index)] { text } else { "" }
  }

  subscript(index: Int32) -> UnsafeBufferPointer<UInt8> {
    @inline(__always)
    get { UnsafeBufferPointer(rebasing: storage[ranges[Int(index)]]) }
  }
}
