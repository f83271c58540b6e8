package import Diagnostics
package import Facts
package import FluxGraph
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
  }

  package var id: RuleID
  package var check: Check

  package init(_ id: RuleID, _ check: Check) {
    self.id = id
    self.check = check
  }

  package init(_ id: RuleID, _ code: some RepositoryRule) { self.init(id, .repository(code.check)) }

  package init<Code: ObjectRule>(_ id: RuleID, _ code: Code) { self.init(id, .objects(Code.kinds, code.check)) }
}

/// Code that looks at the whole repository: clusters, files, references, order.
package protocol RepositoryRule: Sendable {
  @Sendable func check(_ model: RepositoryModel, _ report: inout FindingSink)
}

/// Code that looks at one object and nothing else of its cluster.
package protocol ObjectRule: Sendable {
  static var kinds: [ObjectKind] { get }
  @Sendable func check(_ pass: ObjectPass, _ report: inout FindingSink)
}

/// A kind of an API group, in any version.
package struct ObjectKind: Hashable, Sendable {
  package var group: String
  package var kind: String

  package init(_ kind: String, _ group: String) {
    self.group = group
    self.kind = kind
  }
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
