import CEL
import RuleFiles
import Synchronization

/// The expressions of a rule, compiled when an object asks for them: what finds first, what tells only for a finding.
final class ExpressionPrograms: Sendable {
  /// What decides whether there is a finding.
  final class Decision: Sendable {
    /// Names that `when` looks at come first, for most objects are out with it; then `when`, then the other names.
    let early: [Binding]
    let late: [Binding]
    let when: Program?
    let each: Program?
    let assertion: Program
    /// Whether one of them looks at `refs`.
    let usesReferences: Bool

    /// - Parameter programs: those of the check's `decidingTexts`.
    init(_ check: ExpressionCheck, _ programs: [Program]) {
      var rest = programs[...]
      let first = RuleEnvironment.Slot.allCases.count
      let bindings = check.bindings.enumerated().compactMap { number, _ in
        rest.popFirst().map { Binding(slot: first + number, program: $0) }
      }
      when = check.when.flatMap { _ in rest.popFirst() }
      // A name may look at those before it.
      var wanted: Set<Int> = []
      for binding in bindings.reversed()
      where when?.uses(binding.slot) ?? true
        || bindings.contains { wanted.contains($0.slot) && $0.program.uses(binding.slot) }
      {
        wanted.insert(binding.slot)
      }
      early = bindings.filter { wanted.contains($0.slot) }
      late = bindings.filter { !wanted.contains($0.slot) }
      each = check.each.flatMap { _ in rest.popFirst() }
      assertion = rest.removeFirst()
      usesReferences = programs.contains { $0.uses(RuleEnvironment.Slot.refs.rawValue) }
    }
  }

  /// A name of a rule, by its slot.
  struct Binding: Sendable {
    var slot: Int
    var program: Program
  }

  /// What a finding says.
  struct Wording: Sendable {
    struct Place: Sendable {
      var program: Program
      var isKey: Bool
    }
    enum Part: Sendable {
      case text(String)
      case program(Program)
    }
    typealias Template = [Part]

    var place: Place?
    var message: Template
    var label: Template
    var help: Template
    var notes: [Template]
    var related: [(place: Place, message: Template)]
    var data: [(name: String, value: Template)]
    var severity: Template?
  }

  private let check: ExpressionCheck
  /// Asked for each object on each worker, so that a lock would be in the way.
  private let decisions = AtomicLazyReference<Decision>()
  private let wordings = Mutex<Wording?>(nil)

  init(_ check: ExpressionCheck) { self.check = check }

  private var environment: Environment { .init(copying: check) }

  /// Nil when an expression does not compile, which the reader of the file has said.
  var decision: Decision? {
    if let known = decisions.load() { return known }
    return (try? programs()).map { decisions.storeIfNil(Decision(check, $0)) }
  }

  var wording: Wording? {
    wordings.withLock { known in
      if known == nil { known = try? makeWording() }
      return known
    }
  }

  /// What decides, in its order: as the build compiled it, or compiled now.
  private func programs() throws -> [Program] {
    let texts = check.decidingTexts
    if let programs = check.decision?.programs(functions: RuleEnvironment.runningFunctions),
      programs.count == texts.count
    {
      return programs
    }
    let environment = environment
    return try texts.map { try Program($0, in: environment) }
  }

  private func makeWording() throws -> Wording {
    let environment = environment
    func place(_ text: String) throws -> Wording.Place {
      let (path, isKey) = RuleEnvironment.place(text)
      return Wording.Place(program: try Program(path, in: environment), isKey: isKey)
    }
    func template(_ text: String) throws -> Wording.Template {
      try ExpressionTemplate(text).parts.map { part in
        switch part {
        case .text(let text): .text(text)
        case .expression(let text, _): .program(try Program(text, in: environment))
        }
      }
    }
    return Wording(
      place: try check.place.map(place), message: try template(check.message), label: try template(check.label),
      help: try template(check.help), notes: try check.notes.map(template),
      related: try check.related.map { (try place($0.place), try template($0.message)) },
      data: try check.data.map { ($0.name, try template($0.text)) }, severity: try check.severity.map(template))
  }
}

extension Environment {
  fileprivate init(copying check: ExpressionCheck) { self = RuleEnvironment.running(names: check.bindings.map(\.name)) }
}
