package import Changes
package import Diagnostics
package import Facts
package import FluxGraph
package import RuleFiles
package import SourceText
package import YAMLSyntax

/// A rule: who it is, and what it does with one pass over a repository.
///
/// A rule never fails, prints, reads a file or changes what others read. Its prose, severity and examples are in
/// `rules/FAMILY/NAME.yaml`; the list of rules is made from there, so that a file without a rule does not compile.
package struct Rule: Sendable {
  /// What a rule asks for. The engine goes over the objects once, however many rules want them.
  package enum Check: Sendable {
    /// The whole repository, once.
    case repository(@Sendable (RepositoryModel, inout FindingSink) -> Void)
    /// Each object of some kinds: once however many clusters have it, and never one that a Kustomization does not apply.
    case objects([ObjectKind], @Sendable (ObjectPass, inout FindingSink) -> Void)
    /// The same in expressions; for each cluster where they look at it.
    case expressions(ExpressionRule)
    /// Two revisions of the repository; not asked where there is only one.
    case change(@Sendable (Comparison, inout FindingSink) -> Void)
    /// What the API server will say, once all objects are judged: they are, together, where a rule asks for it.
    case schemas(@Sendable (SchemaVerdicts, RepositoryModel, inout FindingSink) -> Void)
  }

  package var id: RuleID
  package var check: Check

  /// Whether it says something only where two revisions are compared.
  package var isAboutChange: Bool { if case .change = check { true } else { false } }

  package init(_ id: RuleID, _ check: Check) {
    self.id = id
    self.check = check
  }

  package init(_ id: RuleID, _ code: some RepositoryRule) { self.init(id, .repository(code.check)) }

  package init(_ id: RuleID, _ code: some ChangeRule) { self.init(id, .change(code.check)) }

  package init(_ id: RuleID, _ check: ExpressionCheck, options: [RuleOption], file: FileID? = nil) {
    self.init(id, .expressions(ExpressionRule(check, options: options, file: file)))
  }

  package init(_ id: RuleID, _ code: some SchemaRule) { self.init(id, .schemas(code.check)) }

  package init<Code: ObjectRule>(_ id: RuleID, _ code: Code) { self.init(id, .objects(Code.kinds, code.check)) }
}

extension Rule {
  var needsSchemas: Bool {
    if case .schemas = check { true } else { false }
  }
}

/// Code that looks at the whole repository: clusters, files, references, order.
package protocol RepositoryRule: Sendable {
  @Sendable func check(_ model: RepositoryModel, _ report: inout FindingSink)
}

/// Code that looks at what a change does to the clusters. Its findings are places of the new revision, whatever is gone.
package protocol ChangeRule: Sendable {
  @Sendable func check(_ comparison: Comparison, _ report: inout FindingSink)
}

/// Code that looks at one object and nothing else of its cluster.
package protocol ObjectRule: Sendable {
  static var kinds: [ObjectKind] { get }
  @Sendable func check(_ pass: ObjectPass, _ report: inout FindingSink)
}

/// Code that tells a part of what the API server will say.
package protocol SchemaRule: Sendable {
  @Sendable func check(_ verdicts: SchemaVerdicts, _ model: RepositoryModel, _ report: inout FindingSink)
}

/// A kind of an API group, in any version.
package struct ObjectKind: Hashable, Sendable {
  package var group: String
  package var kind: String

  /// Stands for every kind.
  package static let any = ObjectKind("*", "")

  package init(_ kind: String, _ group: String) {
    self.group = group
    self.kind = kind
  }
}

/// The kinds that rules ask for.
struct KindSelection {
  private var kinds: Set<ObjectKind> = []
  /// Of whatever group.
  private var names: Set<String> = []
  private var isAll = false

  init(_ check: Rule.Check) {
    switch check {
    case .repository, .schemas, .change: break
    case .objects(let wanted, _):
      kinds = Set(wanted)
      isAll = kinds.contains(.any)
    case .expressions(let rule): for match in rule.check.match { add(match) }
    }
  }

  init(_ rules: some Sequence<Rule>) {
    for rule in rules { unite(KindSelection(rule.check)) }
  }

  /// `Kind.group`, `Kind` or `*`.
  private mutating func add(_ match: String) {
    if match == "*" {
      isAll = true
    } else if let dot = match.firstIndex(of: ".") {
      kinds.insert(ObjectKind(String(match[..<dot]), String(match[match.index(after: dot)...])))
    } else {
      names.insert(match)
    }
  }

  private mutating func unite(_ other: KindSelection) {
    kinds.formUnion(other.kinds)
    names.formUnion(other.names)
    isAll = isAll || other.isAll
  }

  var isEmpty: Bool { !isAll && kinds.isEmpty && names.isEmpty }

  func contains(_ kind: ObjectKind) -> Bool { isAll || kinds.contains(kind) || names.contains(kind.kind) }
}

/// One object as it is applied.
package struct ObjectPass {
  package let object: AppliedObject
  package let forest: Forest

  /// The object by the fields that most kinds of Flux have.
  package var view: FluxObject { FluxObject(object.root, in: forest) }
  /// The value of `spec`.
  package var spec: NodeRef? { view.spec }
  package var reference: ObjectReference { ObjectReference(object.id) }
}
