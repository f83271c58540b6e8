import CEL
import Diagnostics
import RuleFiles

/// One evaluation of a rule: what its expressions see, and what becomes of their values.
struct ExpressionRun {
  /// Its bindings are the slots of `RuleEnvironment`, then the names that a rule binds.
  private var machine: Machine

  init(source: any ValueSource, bindings: [Value]) { machine = Machine(source, bindings) }

  subscript(slot: RuleEnvironment.Slot) -> Value {
    get { machine.bindings[slot.rawValue] }
    set { machine.bindings[slot.rawValue] = newValue }
  }

  /// Forgets what another rule bound.
  mutating func begin(options: Value, names: [Program]) {
    machine.bind(names, from: RuleEnvironment.Slot.allCases.count)
    self[.options] = options
  }

  /// Goes on to the next element of `each`.
  mutating func enter(_ item: Value, namesOfItem: [Int]) {
    self[.item] = item
    machine.unbind(namesOfItem)
  }

  /// An error and what is not known are values too.
  mutating func value(of program: Program) -> Value { machine.value(of: program) }

  func elements(of list: Value) -> [Value]? { machine.evaluator.elements(list) }

  /// The deepest node that exists of a path.
  mutating func node(of place: ExpressionPrograms.Wording.Place) -> Ref? { machine.decidingNode(of: place.program) }

  /// Whether a node is a text that SOPS encrypted.
  func isEncrypted(_ node: Ref) -> Bool {
    var isFound = false
    guard case .text = machine.evaluator.source.node(node) else { return false }
    machine.evaluator.source.withText(node) { isFound = $0.starts(with: "ENC[AES256_GCM,".utf8) }
    return isFound
  }

  mutating func text(of template: ExpressionPrograms.Wording.Template) -> String {
    var result = ""
    for part in template {
      switch part {
      case .text(let text): result += text
      case .program(let program): result += text(value(of: program))
      }
    }
    return result
  }

  /// A template that is one expression keeps the type of its value.
  mutating func fact(of template: ExpressionPrograms.Wording.Template) -> Fact {
    guard template.count == 1, case .program(let program) = template[0] else { return .string(text(of: template)) }
    let value = value(of: program)
    switch value {
    case .bool(let flag): return .boolean(flag)
    case .int(let number): return .integer(Int(number))
    case .list, .listRef: return .strings((elements(of: value) ?? []).map(text))
    default: return .string(text(value))
    }
  }

  private func text(_ value: Value) -> String {
    if let text = machine.evaluator.string(value) { return ObjectReference.shown(text) }
    if let elements = elements(of: value) { return elements.map(text).joined(separator: ", ") }
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
