import CEL
import Diagnostics
import RuleFiles
import YAMLSyntax

/// One evaluation of a rule: what its expressions see, and what becomes of their values.
struct ExpressionRun {
  /// An expression that fails, and where its text begins in that of the check.
  struct Mistake {
    var part: ExpressionPlaces.Part
    var offset: Int
    var failure: Failure
  }

  /// Its bindings are the slots of `RuleEnvironment`, then the names that a rule binds.
  private var machine: Machine
  private let values: ManifestValues
  private var nameCount = 0
  /// Of what the rule may take for one object, however many items it goes through.
  private var stepsLeft = 0
  /// Whether texts of findings must not show the scalar of a node; nil where nobody asks.
  var isSecret: ((NodeRef) -> Bool)?
  /// Which programs tell something that is made of a secret, whatever they look at.
  var tellsSecret: (Program) -> Bool = { _ in false }
  /// The first expression in a text that fails.
  private(set) var mistake: Mistake?

  private static let stepsOfObject = 10 * Program.defaultSteps

  init(source: ManifestValues, bindings: [Value]) {
    machine = Machine(source, bindings)
    values = source
  }

  subscript(slot: RuleEnvironment.Slot) -> Value {
    get { machine.bindings[slot.rawValue] }
    set { machine.bindings[slot.rawValue] = newValue }
  }

  /// Forgets what another rule bound.
  ///
  /// - Parameter isOfUser: Whether the rule takes a text that SOPS encrypted for one that nobody knows.
  mutating func begin(options: Value, names: [Program], isOfUser: Bool) {
    machine.bind(names, from: RuleEnvironment.Slot.allCases.count)
    nameCount = names.count
    stepsLeft = Self.stepsOfObject
    values.hidesEncrypted = isOfUser
    self[.options] = options
  }

  /// Goes on to the next element of `each`.
  mutating func enter(_ item: Value, namesOfItem: [Int]) {
    self[.item] = item
    machine.unbind(namesOfItem)
  }

  /// An error and what is not known are values too.
  mutating func value(of program: Program) -> Value {
    let steps = min(stepsLeft, Program.defaultSteps)
    let value = machine.value(of: program, steps: steps)
    stepsLeft -= steps - machine.evaluator.steps
    return value
  }

  /// The same, and the scalars that were looked at.
  mutating func watchedValue(of program: Program) -> (value: Value, seen: [NodeRef]) {
    values.watch()
    let value = value(of: program)
    return (value, values.takeSeen())
  }

  func elements(of list: Value) -> [Value]? { machine.evaluator.elements(list) }

  func typeName(of value: Value) -> String { machine.evaluator.type(of: value).runtimeName }

  /// The deepest node that exists of a path.
  mutating func node(of place: ExpressionPrograms.Wording.Place) -> Ref? { machine.decidingNode(of: place.program) }

  // MARK: - Texts

  mutating func text(of template: ExpressionPrograms.Wording.Template) -> String {
    var result = ""
    for part in template.parts {
      switch part {
      case .text(let text): result += text
      case .program(let program, let offset):
        let origin = Mistake(part: template.origin, offset: offset, failure: Self.noText)
        result += told(program, origin) { run, value in run.text(value) ?? Self.nothing } ?? Self.hidden
      }
    }
    return result
  }

  /// A template that is one expression keeps the type of its value.
  mutating func fact(of template: ExpressionPrograms.Wording.Template) -> Fact {
    guard template.parts.count == 1, case .program(let program, let offset) = template.parts[0] else {
      return .string(text(of: template))
    }
    let origin = Mistake(part: template.origin, offset: offset, failure: Self.noText)
    return told(program, origin) { run, value in
      switch value {
      case .bool(let flag): return .boolean(flag)
      case .int(let number): return .integer(Int(number))
      case .list, .listRef: return .strings((run.elements(of: value) ?? []).map { run.text($0) ?? "" })
      default: return .string(run.text(value) ?? Self.nothing)
      }
    } ?? .string(Self.hidden)
  }

  private static let hidden = "(hidden)"
  private static let nothing = "(no value)"
  private static let noText = Failure("this has no text to show; write an expression that gives one")

  /// What is told of the value of an expression; nil where that is made of a secret. An expression without a value or a
  /// text is a mistake.
  private mutating func told<Told>(
    _ program: Program, _ origin: Mistake, _ tell: (inout ExpressionRun, Value) -> Told
  ) -> Told? {
    if isSecret != nil {
      // Names are worked out again, so that it is seen what they are made of.
      machine.unbind(Array(0..<nameCount))
      values.watch()
    }
    let value = value(of: program)
    if case .failure(let failure) = value {
      mistake = mistake ?? Mistake(part: origin.part, offset: origin.offset, failure: failure)
    } else if text(value) == nil {
      mistake = mistake ?? origin
    }
    let result = tell(&self, value)
    guard let isSecret else { return result }
    return values.takeSeen().contains(where: isSecret) || tellsSecret(program) ? nil : result
  }

  /// Nil for what has no text.
  private func text(_ value: Value) -> String? {
    if let text = machine.evaluator.string(value) { return ObjectReference.shown(text) }
    if let elements = elements(of: value) { return elements.map { text($0) ?? "" }.joined(separator: ", ") }
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return "\(number)"
    case .uint(let number): return "\(number)"
    case .double(let number): return "\(number)"
    case .optional(let optional): return optional.value.map { text($0) } ?? ""
    case .unknown: return "(not known)"
    case .failure: return nil
    default:
      var evaluator = machine.evaluator
      return evaluator.text(of: value).map(ObjectReference.shown)
    }
  }
}
