import CEL
import Diagnostics
import RuleFiles

/// One evaluation of a rule: what its expressions see, and what becomes of their values.
struct ExpressionRun {
  /// Boxed once for all evaluations.
  let source: any ValueSource
  /// The slots of `RuleEnvironment`, then the names that a rule binds.
  private(set) var bindings: [Value]

  init(source: any ValueSource, bindings: [Value]) {
    self.source = source
    self.bindings = bindings
  }

  subscript(slot: RuleEnvironment.Slot) -> Value {
    get { bindings[slot.rawValue] }
    set { bindings[slot.rawValue] = newValue }
  }

  /// Forgets what another rule bound.
  mutating func begin(options: Value, nameCount: Int) {
    let first = RuleEnvironment.Slot.allCases.count
    bindings.removeSubrange(first...)
    for _ in 0..<nameCount { bindings.append(.null) }
    self[.options] = options
  }

  /// Binds the names of a rule, each to the value of its program.
  mutating func bind(_ names: [ExpressionPrograms.Binding]) {
    for name in names { bindings[name.slot] = value(of: name.program) }
  }

  var evaluator: Evaluator { Evaluator(source: source, steps: Program.defaultSteps) }

  /// An error and what is not known are values too.
  func value(of program: Program) -> Value {
    switch program.run(source, bindings) {
    case .value(let value): value
    case .unknown(let unknown): .unknown(unknown)
    case .failed(let failure): .failure(failure)
    }
  }

  /// The deepest node that exists of a path.
  func node(of place: ExpressionPrograms.Wording.Place) -> Ref? { place.program.decidingNode(source, bindings) }

  func text(of template: ExpressionPrograms.Wording.Template) -> String {
    template.map { part in
      switch part {
      case .text(let text): text
      case .program(let program): text(value(of: program))
      }
    }.joined()
  }

  /// A template that is one expression keeps the type of its value.
  func fact(of template: ExpressionPrograms.Wording.Template) -> Fact {
    guard template.count == 1, case .program(let program) = template[0] else { return .string(text(of: template)) }
    let value = value(of: program)
    switch value {
    case .bool(let flag): return .boolean(flag)
    case .int(let number): return .integer(Int(number))
    case .list, .listRef: return .strings((evaluator.elements(value) ?? []).map(text))
    default: return .string(text(value))
    }
  }

  private func text(_ value: Value) -> String {
    if let text = evaluator.string(value) { return ObjectReference.shown(text) }
    if let elements = evaluator.elements(value) { return elements.map(text).joined(separator: ", ") }
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return "\(number)"
    case .uint(let number): return "\(number)"
    case .double(let number): return "\(number)"
    case .optional(let optional): return optional.value.map(text) ?? ""
    case .unknown: return "(not known)"
    default: return "(a value that is no text; write string(...) around it)"
    }
  }
}
