import Testing

@testable import Schemas

/// Rules of a definition see values with the types of its schema (k8s.io/apiserver/pkg/cel/common).
struct RuleChecksTests {
  struct Example: Sendable, CustomTestStringConvertible {
    /// The properties of `spec`.
    var fields: String
    var rule: String
    var spec: String
    /// `holds`, `fails`, or why it is not checked.
    var expected = "holds"
    var testDescription: String { "\(fields) | \(rule) | \(spec)" }
  }

  @Test(arguments: [
    Example(fields: "a: {type: integer}", rule: "self.a == 1", spec: "a: 1"),
    Example(fields: "a: {type: integer}", rule: "self.a == 2", spec: "a: 1", expected: "fails"),
    Example(
      fields: "a: {type: integer}", rule: "has(self.b)", spec: "a: 1",
      expected: "validation rule 'has(self.b)' cannot be evaluated: 'b' is not declared"),
    Example(
      fields: "a: {type: string}", rule: "self.a > 1", spec: "a: x",
      expected: "validation rule 'self.a > 1' cannot be evaluated: '>' does not take '(string, int)'"),
    // A word of the language is written as it is, or between underscores.
    Example(fields: "if: {type: integer}", rule: "self.if == 1 && self.__if__ == 1", spec: "if: 1"),
    Example(fields: "a-b.c: {type: integer}", rule: "self.a__dash__b__dot__c == 1", spec: "a-b.c: 1"),
    Example(fields: "a__b: {type: integer}", rule: "self.a__underscores__b == 1", spec: "a__b: 1"),
    // Types come from formats.
    Example(fields: "a: {type: number}", rule: "self.a == 2.0", spec: "a: 2"),
    Example(fields: "a: {type: string, format: duration}", rule: "self.a < duration('1h')", spec: "a: 30m"),
    Example(
      fields: "a: {type: array, items: {type: string, format: duration}}", rule: "self.a.sum() == duration('0s')",
      spec: "a: []"),
    Example(fields: "a: {x-kubernetes-int-or-string: true}", rule: "type(self.a) == string", spec: "a: 80%"),
    // A field that is null is not there, whatever else it may be.
    Example(fields: "a: {type: string, nullable: true}", rule: "!has(self.a)", spec: "a: null"),
    Example(
      fields: "a: {type: object, additionalProperties: {type: integer}}", rule: "self.a['x'] == 1", spec: "a: {x: 1}"),
    // The order of sets and of lists with keys means nothing.
    Example(
      fields: "a: \(Self.set), b: \(Self.set)", rule: "self.a == self.b && self.a + self.b == self.a",
      spec: "a: [x, y], b: [y, x]"),
    Example(
      fields: "a: {type: array, items: {type: string}}, b: {type: array, items: {type: string}}",
      rule: "self.a == self.b", spec: "a: [x, y], b: [y, x]", expected: "fails"),
    Example(
      fields: "a: \(Self.keyed), b: \(Self.keyed)", rule: "self.a == self.b",
      spec: "a: [{k: x, v: 1}, {k: y, v: 2}], b: [{k: y, v: 2}, {k: x, v: 1}]",
      expected: "validation rule 'self.a == self.b' cannot be evaluated: "
        + "'==' does not take '(list(self.a.[]), list(self.b.[]))'"),
    Example(
      fields: "a: {type: array, items: \(Self.keyed)}",
      rule: "self.a[0] == self.a[1] && self.a[0] + self.a[2] == self.a[3]",
      spec:
        "a: [[{k: x, v: 1}, {k: y, v: 2}], [{k: y, v: 2}, {k: x, v: 1}], [{k: x, v: 3}], [{k: y, v: 2}, {k: x, v: 3}]]"),
    // Of an object in it rules see what it is and its name.
    Example(
      fields: "a: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}",
      rule: "self.a.metadata.name == 'x' && self.a.kind == 'K'",
      spec: "a: {apiVersion: v1, kind: K, metadata: {name: x}}"),
  ])
  func `a rule sees what the schema declares`(_ example: Example) throws {
    let found = try SchemaValidatorTests.checked(
      "{type: object, properties: {\(example.fields)}, x-kubernetes-validations: [{rule: \"\(example.rule)\"}]}",
      "{\(example.spec)}")
    let actual = found.unchecked.first?.reason ?? (found.violations.isEmpty ? "holds" : "fails")
    #expect(actual == example.expected, "\(found.violations)")
  }

  private static let set = "{type: array, x-kubernetes-list-type: set, items: {type: string}}"
  private static let keyed =
    "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], items: {type: object, properties: {k: {type: string}, v: {type: integer}}}}"

  @Test func `names are written so that a rule can say them`() {
    for (plain, written) in [
      ("a", "a"), ("a.b", "a__dot__b"), ("a-b", "a__dash__b"), ("a/b", "a__slash__b"), ("a__b", "a__underscores__b"),
      ("in", "__in__"), ("_in", "_in"),
    ] {
      #expect(FieldEscape.escaped(plain) == written)
      #expect(FieldEscape.plain(written) == plain)
    }
    for name in ["", "1a", "a!", "a b", "\u{E9}"] { #expect(FieldEscape.escaped(name) == nil, "\(name)") }
  }
}
