package import CEL

/// A check of a rule file that is written in the Common Expression Language, compiled where it is needed.
package struct ExpressionCheck: Hashable, Sendable {
  /// The objects that it is about: `Kind.group`, `Kind` of any group, or `*`.
  package var match: [String]
  /// Names for what later expressions use again, in their order.
  package var bindings: [Binding]
  /// Where it is not true nothing is checked.
  package var when: String?
  /// The list whose items are checked one by one; `item` is the item.
  package var each: String?
  /// Where it is false, there is a finding.
  package var assertion: String
  /// The place of the finding: a path whose deepest node that exists is shown, or with `key(...)` its key; nil for what
  /// decided the assertion.
  package var place: String?
  package var message: String
  package var label: String
  package var help: String
  package var notes: [String]
  package var related: [Related]
  package var data: [Binding]
  /// A template for the severity, where findings differ in it; nil for that of the rule.
  package var severity: String?
  /// Whether something in it looks at the cluster, so that it has to run for each one.
  package var needsCluster: Bool
  /// Whether it sees objects before variables are put in: what points at secrets looks for what is written in Git.
  package var looksAtWritten: Bool
  /// Whether what its findings point at is a secret.
  package var pointsAtSecrets = false
  /// What decides whether there is a finding, compiled by the build: `bindings`, `when`, `each`, `assertion`, those that
  /// there are. Nil for a rule of a user.
  package var decision: ProgramText?
  /// What must be so of an object's fields, found by the build; nil for a rule of a user.
  package var conditions: FieldConditions.Written?
  /// Where its expressions stand in the file; nowhere for a rule of the product.
  package var places = ExpressionPlaces()

  /// A name and an expression, or for `data` a template.
  package struct Binding: Hashable, Sendable {
    package var name: String
    package var text: String

    package init(_ name: String, _ text: String) { (self.name, self.text) = (name, text) }
  }

  /// Another place of a finding.
  package struct Related: Hashable, Sendable {
    package var place: String
    package var message: String

    package init(_ place: String, _ message: String) { (self.place, self.message) = (place, message) }
  }

  package init(
    match: [String], bindings: [Binding] = [], when: String? = nil, each: String? = nil, assertion: String,
    place: String? = nil, message: String, label: String = "", help: String = "", notes: [String] = [],
    related: [Related] = [], data: [Binding] = [], severity: String? = nil, needsCluster: Bool = false,
    looksAtWritten: Bool = false, decision: StaticString? = nil, conditions: StaticString? = nil
  ) {
    self.match = match
    self.bindings = bindings
    self.when = when
    self.each = each
    self.assertion = assertion
    self.place = place
    self.message = message
    self.label = label
    self.help = help
    self.notes = notes
    self.related = related
    self.data = data
    self.severity = severity
    self.needsCluster = needsCluster
    self.looksAtWritten = looksAtWritten
    self.decision = decision.map { ProgramText(stringLiteral: $0) }
    self.conditions = conditions.map { FieldConditions.Written($0) }
  }

  /// What decides, in its order.
  package var decidingTexts: [String] { bindings.map(\.text) + [when, each, assertion].compactMap(\.self) }
}
