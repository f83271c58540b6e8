import CEL
import Diagnostics
package import RuleFiles
package import SourceText
import YAMLSyntax

/// A rule that is written in expressions, as it runs.
package final class ExpressionRule: Sendable {
  let check: ExpressionCheck
  let programs: ExpressionPrograms
  private let defaults: [RuleOption]
  /// The variable `options`.
  private let options: Value
  /// The file of a rule of a user: what goes wrong while it runs is said there. Those of the product are tested.
  private let file: FileID?

  package init(_ check: ExpressionCheck, options: [RuleOption], file: FileID? = nil) {
    self.check = check
    self.file = file
    programs = ExpressionPrograms(check)
    defaults = options
    self.options = .map(MapValue(options.map { (.string($0.name), Value($0.defaultValue)) }))
  }

  /// The same rule with other values of its options.
  func setting(_ values: [String: RuleOption.Value]) -> ExpressionRule {
    var options = defaults
    for index in options.indices {
      if let value = values[options[index].name] { options[index].defaultValue = value }
    }
    return ExpressionRule(check, options: options, file: file)
  }

  private func begin(_ decision: ExpressionPrograms.Decision, _ subject: inout ExpressionSubject) {
    subject.begin(decision, options, isOfUser: file != nil)
  }

  /// What must be so of the fields of an object for the rule to say anything.
  var conditions: FieldConditions? {
    if let written = check.conditions { return FieldConditions(written) }
    // The build found none for a rule of the product.
    if check.decision != nil { return nil }
    return programs.decision.map { FieldConditions(of: check, $0.programs, failsSilently: file == nil) }
  }

  /// Whether there may be a finding in some cluster: what looks at the cluster is not known, so what is false all the same
  /// is false in all of them. A rule for each cluster is about few of the objects.
  func mayApply(_ subject: inout ExpressionSubject) -> Bool {
    guard let decision = programs.decision else { return false }
    guard let when = decision.when else { return true }
    begin(decision, &subject)
    if case .bool(false) = subject.run.value(of: when) { return false }
    return true
  }

  func run(_ subject: inout ExpressionSubject, _ report: inout FindingSink) {
    guard let decision = programs.decision else { return }
    begin(decision, &subject)
    if let when = decision.when {
      switch subject.run.value(of: when) {
      case .bool(true): break
      case .bool(false): return
      case .unknown(let unknown): return file == nil ? () : leaveOpen(unknown, subject, &report)
      case let other: return fail(other, in: .when, expecting: "bool", subject, &report)
      }
    }
    if decision.usesReferences { subject.bindReferences() }
    guard let each = decision.each else { return check(decision, item: nil, &subject, &report) }
    let (list, seen) = file == nil ? (subject.run.value(of: each), []) : subject.run.watchedValue(of: each)
    guard let items = subject.run.elements(of: list) else {
      if case .unknown(let unknown) = list { return leaveOpen(unknown, subject, &report) }
      return fail(list, in: .each, expecting: "list", subject, &report)
    }
    for item in items {
      subject.run.enter(item, namesOfItem: decision.namesOfItem)
      check(decision, item: Item(value: item, seen: seen), &subject, &report)
    }
    subject.run[.item] = ExpressionSubject.noItem
  }

  /// An element of `each`.
  private struct Item {
    var value: Value
    /// The scalars that the list was made of.
    var seen: [NodeRef]

    /// Whether it is no node of a file, nor one of those that functions found, but made of them.
    var isComputed: Bool {
      switch value {
      case .text, .mapRef, .listRef, .unknown: false
      case .map(let map):
        !map.entries.contains { if case .opaque(let box) = $0.value { box.value.place != nil } else { false } }
      default: true
      }
    }
  }

  private func check(
    _ decision: ExpressionPrograms.Decision, item: Item?, _ subject: inout ExpressionSubject,
    _ report: inout FindingSink
  ) {
    switch subject.run.value(of: decision.assertion) {
    case .bool(true): return
    case .bool(false): break
    case .unknown(let unknown): return leaveOpen(unknown, subject, &report)
    case let other: return fail(other, in: .assertion, expecting: "bool", subject, &report)
    }
    guard let wording = programs.wording else { return }
    subject.bindReferences()
    var run = subject.run
    let places = FindingPlace(subject)
    let deciding = wording.place ?? .init(program: decision.assertion, isKey: false)
    let node = run.node(of: deciding)
    let range = places.range(of: node, isKey: deciding.isKey)
    if file != nil { hideSecrets(in: &run, at: node.map(NodeRef.init), item, decision, subject.context) }
    let help = run.text(of: wording.help)
    let (message, object) = (run.text(of: wording.message), ObjectReference(subject.object.id))
    report.report(
      message, at: range, label: run.text(of: wording.label),
      severity: wording.severity.flatMap { severity(run.text(of: $0), subject, &report) },
      object: object, cluster: subject.context.facts?.cluster,
      related: wording.related.compactMap { related in
        let message = run.text(of: related.message)
        return message.isEmpty
          ? nil
          : RelatedLocation(places.range(of: run.node(of: related.place), isKey: related.place.isKey), message)
      },
      notes: wording.notes.map { run.text(of: $0) }.filter { !$0.isEmpty }, help: help.isEmpty ? nil : help,
      data: Dictionary(wording.data.map { ($0.name, run.fact(of: $0.value)) }) { first, _ in first },
      // What overlays make of one document is one cause, whatever they call it.
      cause: message.replacing(object.displayName, with: ""))
    if let mistake = run.mistake {
      fail(
        .failure(mistake.failure), in: mistake.part, offset: mistake.offset, expecting: "string", subject, &report)
    }
  }

  /// Keeps values of Secrets out of what a finding says, and with `secret: true` the text that it points at.
  private func hideSecrets(
    in run: inout ExpressionRun, at place: NodeRef?, _ item: Item?, _ decision: ExpressionPrograms.Decision,
    _ context: ExpressionContext
  ) {
    let forest = context.model.forest
    let pointed = check.pointsAtSecrets ? place.map { forest.range($0) } : nil
    func isSecret(_ node: NodeRef) -> Bool {
      let range = forest.range(node)
      if let pointed, range.file == pointed.file, pointed.bounds.contains(range.bounds.lowerBound) { return true }
      return context.isSecret(node)
    }
    run.isSecret = isSecret
    guard let item, item.isComputed, item.seen.contains(where: isSecret) else { return }
    let slots = [RuleEnvironment.Slot.item.rawValue] + decision.namesOfItem.map(ExpressionPrograms.Decision.slot)
    run.tellsSecret = { program in slots.contains { program.uses($0) } }
  }

  /// - Returns: nil for a text that is none, which is a mistake where it is known.
  private func severity(_ text: String, _ subject: ExpressionSubject, _ report: inout FindingSink) -> Severity? {
    if let severity = Severity(rawValue: text) { return severity }
    let mistake = Failure("'\(text)' is no severity; write error, warning or note")
    fail(.failure(mistake), in: .severity, expecting: "string", subject, &report)
    return nil
  }

  private func leaveOpen(_ unknown: Unknown, _ subject: ExpressionSubject, _ report: inout FindingSink) {
    report.leaveOpen(
      Undecided(
        rule: report.rule, reason: unknown.reason,
        range: FindingPlace(subject).range(of: unknown.place, isKey: false),
        object: ObjectReference(subject.object.id), cluster: subject.place.cluster,
        kustomization: subject.object.kustomization))
  }

  /// An expression that fails, or gives what is of no use, is a mistake of the rule, not of the object.
  private func fail(
    _ value: Value, in part: ExpressionPlaces.Part, offset: Int = 0, expecting type: String,
    _ subject: ExpressionSubject, _ report: inout FindingSink
  ) {
    guard let file else { return }
    let failure: Failure
    if case .failure(let known) = value {
      failure = known
    } else {
      failure = Failure("the result is '\(subject.run.typeName(of: value))', but '\(type)' is expected")
    }
    let bounds =
      if let name = failure.name {
        check.places.bounds(of: .binding(name), failure.range)
      } else {
        check.places.bounds(of: part, failure.range.map { $0.lowerBound + offset..<$0.upperBound + offset })
      }
    report.fail(
      RuleMistake(
        message: "rule '\(report.rule.name)' fails for \(ObjectReference(subject.object.id).displayName): "
          + failure.message,
        range: SourceRange(file: file, bounds), kind: failure.isFinal ? .tooLong : .failing))
  }
}

extension Value {
  fileprivate init(_ option: RuleOption.Value) {
    self =
      switch option {
      case .integer(let number): .int(Int64(number))
      case .number(let number): .double(number)
      case .boolean(let flag): .bool(flag)
      case .string(let text): .string(text)
      case .strings(let texts): .list(texts.map { .string($0) })
      }
  }
}
