import CEL
import Diagnostics
package import RuleFiles
package import SourceText

/// A rule that is written in expressions, as it runs.
package final class ExpressionRule: Sendable {
  let check: ExpressionCheck
  let programs: ExpressionPrograms
  private let defaults: [RuleOption]
  /// The variable `options`.
  private let options: Value
  /// Where the assertion stands, in a rule of a user: what goes wrong while it runs is said there.
  private let origin: SourceRange?

  package init(_ check: ExpressionCheck, options: [RuleOption], origin: SourceRange? = nil) {
    self.check = check
    self.origin = origin
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
    return ExpressionRule(check, options: options, origin: origin)
  }

  /// What must be so of the fields of an object for the rule to say anything.
  var conditions: FieldConditions? {
    if let written = check.conditions { return FieldConditions(written) }
    // The build found none for a rule of the product.
    if check.decision != nil { return nil }
    return programs.decision.map { FieldConditions(of: check, $0.programs, failsSilently: origin == nil) }
  }

  /// Whether there may be a finding in some cluster: what looks at the cluster is not known, so what is false all the same
  /// is false in all of them. A rule for each cluster is about few of the objects.
  func mayApply(_ subject: inout ExpressionSubject) -> Bool {
    guard let decision = programs.decision else { return false }
    guard let when = decision.when else { return true }
    subject.begin(decision, options)
    if case .bool(false) = subject.run.value(of: when) { return false }
    return true
  }

  func run(_ subject: inout ExpressionSubject, _ report: inout FindingSink) {
    guard let decision = programs.decision else { return }
    subject.begin(decision, options)
    if let when = decision.when {
      switch subject.run.value(of: when) {
      case .bool(true): break
      case .bool(false), .unknown: return
      case let other: return fail(other, subject, &report)
      }
    }
    if decision.usesReferences { subject.bindReferences() }
    guard let each = decision.each else { return check(decision, &subject, &report) }
    let list = subject.run.value(of: each)
    guard let items = subject.run.elements(of: list) else {
      if case .unknown(let unknown) = list { return leaveOpen(unknown, subject, &report) }
      return fail(list, subject, &report)
    }
    for item in items {
      subject.run.enter(item, namesOfItem: decision.namesOfItem)
      check(decision, &subject, &report)
    }
    subject.run[.item] = ExpressionSubject.noItem
  }

  private func check(
    _ decision: ExpressionPrograms.Decision, _ subject: inout ExpressionSubject, _ report: inout FindingSink
  ) {
    switch subject.run.value(of: decision.assertion) {
    case .bool(true): return
    case .bool(false): break
    case .unknown(let unknown): return leaveOpen(unknown, subject, &report)
    case let other: return fail(other, subject, &report)
    }
    guard let wording = programs.wording else { return }
    subject.bindReferences()
    var run = subject.run
    let places = FindingPlace(subject)
    let deciding = wording.place ?? .init(program: decision.assertion, isKey: false)
    // What the text is that SOPS hides, nobody knows here; rules of the product say what they make of it.
    if origin != nil, let decider = run.node(of: .init(program: decision.assertion, isKey: false)),
      run.isEncrypted(decider)
    {
      return leaveOpen(Unknown(UnknownValue.encrypted, place: decider), subject, &report)
    }
    let help = run.text(of: wording.help)
    report.report(
      run.text(of: wording.message), at: places.range(of: run.node(of: deciding), isKey: deciding.isKey),
      label: run.text(of: wording.label), severity: wording.severity.flatMap { Severity(rawValue: run.text(of: $0)) },
      object: ObjectReference(subject.object.id), cluster: subject.context.facts?.cluster,
      related: wording.related.compactMap { related in
        let message = run.text(of: related.message)
        return message.isEmpty
          ? nil
          : RelatedLocation(places.range(of: run.node(of: related.place), isKey: related.place.isKey), message)
      },
      notes: wording.notes.map { run.text(of: $0) }.filter { !$0.isEmpty }, help: help.isEmpty ? nil : help,
      data: Dictionary(wording.data.map { ($0.name, run.fact(of: $0.value)) }) { first, _ in first })
  }

  private func leaveOpen(_ unknown: Unknown, _ subject: ExpressionSubject, _ report: inout FindingSink) {
    report.leaveOpen(
      Undecided(
        rule: report.rule, reason: unknown.reason,
        range: FindingPlace(subject).range(of: unknown.place, isKey: false),
        object: ObjectReference(subject.object.id), cluster: subject.place.cluster,
        kustomization: subject.object.kustomization))
  }

  /// An expression that fails is a mistake of the rule, not of the object. Those of the product are tested.
  private func fail(_ value: Value, _ subject: ExpressionSubject, _ report: inout FindingSink) {
    guard let origin else { return }
    let reason = if case .failure(let failure) = value { failure.message } else { "the result is not true or false" }
    report.report(
      "an expression of this rule fails: \(reason)", at: origin, label: "not checked", severity: .error,
      object: ObjectReference(subject.object.id), cluster: subject.context.facts?.cluster,
      help: "ask 'has(...)' first, or write '.?field.orValue(...)' for a field that may be absent")
  }
}

extension Value {
  fileprivate init(_ option: RuleOption.Value) {
    self =
      switch option {
      case .integer(let number): .int(Int64(number))
      case .boolean(let flag): .bool(flag)
      case .string(let text): .string(text)
      case .strings(let texts): .list(texts.map { .string($0) })
      }
  }
}
