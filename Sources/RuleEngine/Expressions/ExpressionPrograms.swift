import CEL
import RuleFiles
import Synchronization

/// The expressions of a rule, compiled when an object asks for them: what finds first, what tells only for a finding.
final class ExpressionPrograms: Sendable {
  /// What decides whether there is a finding.
  final class Decision: Sendable {
    /// What `let` binds, in its order.
    let names: [Program]
    /// Those of them that look at `item`, also through others.
    let namesOfItem: [Int]
    let when: Program?
    let each: Program?
    let assertion: Program
    /// Whether one of them looks at `refs`, and whether that is asked already by what decides whether the rule is about an
    /// object.
    let usesReferences: Bool
    let needsReferencesFirst: Bool

    /// Where the value of a name is among the bindings.
    static func slot(of name: Int) -> Int { RuleEnvironment.Slot.allCases.count + name }

    /// All of them, in the order of the check's `decidingTexts`.
    let programs: [Program]

    /// - Parameter programs: those of the check's `decidingTexts`.
    init(_ check: ExpressionCheck, _ programs: [Program]) {
      self.programs = programs
      var rest = programs[...]
      names = check.bindings.compactMap { _ in rest.popFirst() }
      namesOfItem = Self.names(in: names, lookingAt: .item)
      when = check.when.flatMap { _ in rest.popFirst() }
      each = check.each.flatMap { _ in rest.popFirst() }
      assertion = rest.removeFirst()
      usesReferences = programs.contains { $0.uses(RuleEnvironment.Slot.refs.rawValue) }
      let slots =
        [RuleEnvironment.Slot.refs.rawValue] + Self.names(in: names, lookingAt: .refs).map(Self.slot)
      needsReferencesFirst = when.map { when in slots.contains { when.uses($0) } } ?? usesReferences
    }

    /// The names that look at a variable, also through others.
    private static func names(in programs: [Program], lookingAt slot: RuleEnvironment.Slot) -> [Int] {
      var found: Set<Int> = []
      for (number, program) in programs.enumerated()
      where program.uses(slot.rawValue) || found.contains(where: { program.uses(Self.slot(of: $0)) }) {
        found.insert(number)
      }
      return found.sorted()
    }
  }

  /// What a finding says.
  struct Wording: Sendable {
    struct Place: Sendable {
      var program: Program
      var isKey: Bool
    }
    enum Part: Sendable {
      case text(String)
      /// With the byte of the text that it begins at.
      case program(Program, offset: Int)
    }
    struct Template: Sendable {
      /// Which text of the check it is.
      var origin: ExpressionPlaces.Part
      var parts: [Part]

      var isEmpty: Bool { parts.isEmpty }
    }

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
    func template(_ text: String, _ origin: ExpressionPlaces.Part) throws -> Wording.Template {
      Wording.Template(
        origin: origin,
        parts: try ExpressionTemplate(text).parts.map { part in
          switch part {
          case .text(let text): .text(text)
          case .expression(let text, let offset): .program(try Program(text, in: environment), offset: offset)
          }
        })
    }
    return Wording(
      place: try check.place.map(place), message: try template(check.message, .message),
      label: try template(check.label, .label), help: try template(check.help, .help),
      notes: try check.notes.enumerated().map { try template($1, .note($0)) },
      related: try check.related.enumerated().map {
        (try place($1.place), try template($1.message, .relatedMessage($0)))
      },
      data: try check.data.enumerated().map { ($1.name, try template($1.text, .data($0))) },
      severity: try check.severity.map { try template($0, .severity) })
  }
}

extension Environment {
  fileprivate init(copying check: ExpressionCheck) { self = RuleEnvironment.running(names: check.bindings.map(\.name)) }
}
