import CEL
import Diagnostics
import FluxGraph
import Manifests
package import RuleFiles
package import SourceText
import YAMLSyntax

/// A rule that is written in expressions, as it runs.
package final class ExpressionRule: Sendable {
  let check: ExpressionCheck
  let programs: ExpressionPrograms
  private let options: Value
  /// Where the assertion stands, in a rule of a user: what goes wrong while it runs is said there.
  private let origin: SourceRange?

  package init(_ check: ExpressionCheck, options: [RuleOption], origin: SourceRange? = nil) {
    self.check = check
    self.origin = origin
    programs = ExpressionPrograms(check)
    self.options = .map(MapValue(options.map { (.string($0.name), Value($0.defaultValue)) }))
  }

  /// What it is about.
  struct Subject {
    var object: AppliedObject
    var graph: FluxGraph
    /// The number of the cluster and its value; nil for a rule that does not look at it.
    var cluster: (number: Int, value: Value)?
    /// The path of the file that the object is written in.
    var file: String
    var forest: Forest

    /// Made for findings only.
    var owner: Cluster? { cluster.map { graph.clusters[$0.number] } }

    /// The definition of the Kustomization that applies it.
    var kustomization: NodeRef? {
      guard let cluster, let number = object.kustomization else { return nil }
      return graph.clusters[cluster.number].kustomizations[number].root
    }
  }

  /// Whether there may be a finding in some cluster: what looks at the cluster is not known, so what is false all the same
  /// is false in all of them. A rule for each cluster is about few of the objects.
  func mayApply(_ subject: Subject) -> Bool {
    guard let decision = programs.decision else { return false }
    guard let when = decision.when else { return true }
    var run = ExpressionRun(
      source: ManifestValues(subject.forest, isKnown: subject.object.isKnown), bindings: bindings(subject))
    for program in decision.bindings { run.bindings.append(run.value(of: program)) }
    if case .bool(false) = run.value(of: when) { return false }
    return true
  }

  func run(_ subject: Subject, _ report: inout FindingSink) {
    guard let decision = programs.decision else { return }
    // A text of the Kustomization may have a variable too, and whether is not known.
    var run = ExpressionRun(
      source: ManifestValues(subject.forest, isKnown: subject.object.isKnown && subject.cluster == nil),
      bindings: bindings(subject))
    for program in decision.bindings { run.bindings.append(run.value(of: program)) }
    if let when = decision.when {
      switch run.value(of: when) {
      case .bool(true): break
      case .bool(false), .unknown: return
      case let other: return fail(other, subject, &report)
      }
    }
    guard let each = decision.each else { return check(decision, run, subject, &report) }
    let list = run.value(of: each)
    guard let items = run.evaluator.elements(list) else {
      if case .unknown = list { return }
      return fail(list, subject, &report)
    }
    for item in items {
      run.bindings[RuleEnvironment.Slot.item.rawValue] = item
      check(decision, run, subject, &report)
    }
  }

  private func check(
    _ decision: ExpressionPrograms.Decision, _ run: ExpressionRun, _ subject: Subject, _ report: inout FindingSink
  ) {
    switch run.value(of: decision.assertion) {
    case .bool(true), .unknown: return
    case .bool(false): break
    case let other: return fail(other, subject, &report)
    }
    guard let wording = programs.wording else { return }
    let places = FindingPlace(forest: subject.forest, object: subject.object, kustomization: subject.kustomization)
    let deciding = wording.place ?? .init(program: decision.assertion, isKey: false)
    let help = run.text(of: wording.help)
    report.report(
      run.text(of: wording.message), at: places.range(of: run.node(of: deciding), isKey: deciding.isKey),
      label: run.text(of: wording.label), object: ObjectReference(subject.object.id), cluster: subject.owner,
      related: wording.related.map { related in
        RelatedLocation(
          places.range(of: run.node(of: related.place), isKey: related.place.isKey), run.text(of: related.message))
      },
      notes: wording.notes.map(run.text(of:)).filter { !$0.isEmpty }, help: help.isEmpty ? nil : help,
      data: Dictionary(wording.data.map { ($0.name, run.fact(of: $0.value)) }) { first, _ in first })
  }

  /// An expression that fails is a mistake of the rule, not of the object. Those of the product are tested.
  private func fail(_ value: Value, _ subject: Subject, _ report: inout FindingSink) {
    guard let origin else { return }
    let reason = if case .failure(let failure) = value { failure.message } else { "the result is not true or false" }
    report.report(
      "an expression of this rule fails for \(ObjectReference(subject.object.id).displayName): \(reason)", at: origin,
      label: "not checked", severity: .error, cluster: subject.owner,
      help: "ask 'has(...)' first, or write '.?field.orValue(...)' for a field that may be absent")
  }

  private func bindings(_ subject: Subject) -> [Value] {
    RuleEnvironment.Slot.allCases.map { slot in
      switch slot {
      case .object: .mapRef(Ref(subject.object.root))
      case .item: .fail("there is no item without 'each'")
      case .file: .string(subject.file)
      case .options: options
      case .kustomization: Self.kustomization(subject)
      case .cluster: subject.cluster?.value ?? .unknown(Unknown("it is not said which cluster is meant"))
      }
    }
  }

  private static func kustomization(_ subject: Subject) -> Value {
    guard let root = subject.kustomization else {
      return .unknown(Unknown("what applies it is no Kustomization of this repository"))
    }
    return .mapRef(Ref(root))
  }

  /// The variable `cluster`.
  static func value(of cluster: Cluster) -> Value {
    let settings = cluster.settings
    var flags: [(key: Value, value: Value)] = []
    func flag(_ name: String, _ flag: ControllerFlag?) {
      if let flag { flags.append((.string(name), .string(flag.value))) }
    }
    flag("kustomize-controller/default-service-account", settings.kustomizeServiceAccount)
    flag("helm-controller/default-service-account", settings.helmServiceAccount)
    flag("kustomize-controller/no-remote-bases", settings.remoteBaseBan)
    for (controller, lock) in settings.namespaceLocks.sorted(by: { $0.key < $1.key }) {
      flag("\(controller)/no-cross-namespace-refs", lock)
    }
    let version = settings.fluxVersion
    return .map(
      MapValue([
        (.string("name"), .string(cluster.name)),
        (
          .string("fluxVersion"),
          settings.versionOrigin == .assumed
            ? .unknown(Unknown("nothing says which release of Flux runs"))
            : .string("\(version.major).\(version.minor).0")
        ),
        (.string("flags"), .map(MapValue(flags))),
      ]))
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
