import SourceText
import Testing
import YAMLSyntax

@testable import Schemas

/// An object against a definition: what the API server would say.
struct SchemaValidatorTests {
  struct Example: Sendable, CustomTestStringConvertible {
    /// The schema of `spec`, in flow style.
    var schema: String
    var spec: String
    /// `kind path`, in order.
    var expected: [String] = []
    var isBuiltIn = false
    var testDescription: String { "\(schema) | \(spec)" }
  }

  static func violations(_ schema: String, _ spec: String, isBuiltIn: Bool = false) throws -> [Violation] {
    try checked(schema, spec, isBuiltIn: isBuiltIn).violations
  }

  /// A validator that has looked at an object.
  static func checked(_ schema: String, _ spec: String, isBuiltIn: Bool = false) throws -> SchemaValidator {
    let definition = "{type: object, properties: {spec: \(schema)}}"
    let text = "{apiVersion: example.com/v1, kind: Gadget, metadata: {name: x}, spec: \(spec)}"
    var forest = Forest()
    for (index, source) in [definition, text].enumerated() {
      let tree = YAMLParser.parse(Array(source.utf8), file: FileID(index), tree: UInt32(index))
      try #require(tree.problems.isEmpty, "\(tree.problems)")
      _ = forest.append(tree)
    }
    var reader = DefinitionReader(forest)
    let root = try #require(forest.trees[0].documents.first?.root)
    let object = reader.object(root)
    let read = try #require(object)
    var table = SchemaTable()
    let metadata = table.metadata()
    var validator = SchemaValidator(
      forest, SchemaValidator.Subject(kind: "Gadget", isBuiltIn: isBuiltIn), metadata: metadata,
      caches: ValidatorCaches())
    let checked = try #require(forest.trees[1].documents.first?.root)
    _ = validator.check(checked, read)
    return validator
  }

  @Test(arguments: [
    Example(schema: "{type: object, properties: {a: {type: string}}}", spec: "{a: x}"),
    Example(
      schema: "{type: object, properties: {a: {type: string}}}", spec: "{b: x, a: 1}",
      expected: ["unknown-field /spec/b", "type /spec/a"]),
    Example(
      schema: "{type: object, required: [a], properties: {a: {type: string}}}", spec: "{a: null}",
      expected: ["required /spec/a"]),
    Example(schema: "{type: object, required: [a], properties: {a: {type: string, default: x}}}", spec: "{}"),
    Example(
      schema: "{type: object, required: [a], properties: {a: {type: string, nullable: true}}}", spec: "{a: null}"),
    Example(
      schema: "{type: object, properties: {a: {type: array, items: {type: string}}}}", spec: "{a: [x, null]}",
      expected: ["type /spec/a/1"]),
    Example(
      schema: "{type: object, properties: {a: {type: array, items: {type: string}}}}", spec: "{a: [x, null]}",
      isBuiltIn: true),
    Example(schema: "{type: object, x-kubernetes-preserve-unknown-fields: true}", spec: "{a: 1}"),
    Example(schema: "{type: object, properties: {a: {type: integer}}}", spec: "{a: 2.0}"),
    Example(schema: "{type: object, properties: {a: {type: integer}}}", spec: "{a: 2.5}", expected: ["type /spec/a"]),
    Example(schema: "{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", spec: "{a: 80%}"),
    Example(
      schema: "{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}", spec: "{a: true}",
      expected: ["type /spec/a"]),
    Example(
      schema: "{type: object, properties: {a: {type: string, enum: [x, y]}}}", spec: "{a: z}",
      expected: ["enum /spec/a"]),
    Example(
      schema: "{type: object, properties: {a: {type: string, pattern: '^[a-z]+$', maxLength: 3}}}", spec: "{a: ABCD}",
      expected: ["pattern /spec/a", "length /spec/a"]),
    Example(schema: "{type: object, properties: {a: {type: string, pattern: '(?=x)'}}}", spec: "{a: y}"),
    Example(schema: "{type: object, properties: {a: {type: string, pattern: '^[a-z]+$'}}}", spec: "{a: '${A}'}"),
    Example(schema: "{type: object, properties: {a: {type: integer}}}", spec: "{a: '${A}'}"),
    Example(
      schema: "{type: object, properties: {a: {type: string, format: ipv4}}}", spec: "{a: '::1'}",
      expected: ["format /spec/a"]),
    Example(schema: "{type: object, properties: {a: {type: string, format: made-up}}}", spec: "{a: x}"),
    Example(
      schema: "{type: object, properties: {a: {type: integer, format: int32}}}", spec: "{a: 3000000000}",
      expected: ["range /spec/a"]),
    Example(
      schema: "{type: object, properties: {a: {type: array, x-kubernetes-list-type: set, items: {type: string}}}}",
      spec: "{a: [x, y, x]}", expected: ["duplicate /spec/a/2"]),
    Example(
      schema:
        "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k, z], items: {type: object, properties: {k: {type: integer}, z: {type: string, default: d}}}}}}",
      spec: "{a: [{k: 1}, {k: 1, z: e}, {k: 1, z: d}]}", expected: ["duplicate /spec/a/2"]),
    Example(
      schema:
        "{type: object, properties: {a: {type: string}, b: {type: string}}, oneOf: [{required: [a]}, {required: [b]}]}",
      spec: "{a: x, b: y}", expected: ["one-of /spec"]),
    Example(
      schema:
        "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: self.a < 5, message: too much}]}",
      spec: "{a: 7}", expected: ["cel /spec"]),
    Example(
      schema:
        "{type: object, properties: {a: {type: integer, default: 3}}, x-kubernetes-validations: [{rule: self.a < 5}]}",
      spec: "{}"),
    Example(
      schema: "{type: object, properties: {a: {type: integer}}, x-kubernetes-validations: [{rule: self == oldSelf}]}",
      spec: "{a: 7}"),
    Example(
      schema: "{type: object, properties: {a: {type: string}}, x-kubernetes-validations: [{rule: self.a == 'x'}]}",
      spec: "{a: '${A}'}"),
    Example(
      schema: "{type: object, properties: {a/b: {type: string}}}", spec: "{a~c: 1}",
      expected: ["unknown-field /spec/a~0c"]),
  ])
  func `what an object violates is told with its place`(_ example: Example) throws {
    let found = try Self.violations(example.schema, example.spec, isBuiltIn: example.isBuiltIn)
    #expect(found.map { "\($0.kind.rawValue) \($0.path)" } == example.expected)
  }

  @Test(arguments: [
    ("{type: string, pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'}", "1 hour", "write 1h"),
    ("{type: string, pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'}", "1d", "write 24h: there is no unit for days"),
    ("{type: string, pattern: '^(http|https|ssh)://.*$'}", "git@host.test:a/b", "write ssh://git@host.test/a/b"),
    ("{type: string, enum: [Always, Never]}", "always", "did you mean 'Always'?"),
    ("{type: boolean}", "yes", "write true"),
    ("{type: string}", "5", "quote it: \"5\""),
  ])
  func `a finding says what to write`(_ schema: String, _ value: String, _ help: String) throws {
    let found = try Self.violations("{type: object, properties: {a: \(schema)}}", "{a: \(value)}")
    #expect(found.first?.help == help)
  }

  @Test func `a definition that is too large or too deep takes anything`() throws {
    let deep =
      String(repeating: "{type: object, properties: {a: ", count: 150) + "{type: string}"
      + String(repeating: "}}", count: 150)
    #expect(
      try Self.violations(deep, String(repeating: "{a: ", count: 150) + "1" + String(repeating: "}", count: 150))
        .isEmpty)
  }

  @Test func `a rule that never ends is given up`() throws {
    let list = "[" + (0..<200).map(String.init).joined(separator: ", ") + "]"
    let rule = "self.a.all(x, self.a.all(y, self.a.all(z, self.a.all(w, x + y + z + w >= 0))))"
    let found = try Self.checked(
      "{type: object, properties: {a: {type: array, items: {type: integer}}}, x-kubernetes-validations: [{rule: '\(rule)'}]}",
      "{a: \(list)}")
    #expect(found.violations.isEmpty)
    #expect(found.unchecked.map(\.reason) == ["validation rule '\(rule.prefix(57))...' takes too long"])
  }

  @Test func `an object that has too much to look at is given up`() throws {
    let branches = (0..<1_500).map { "{items: {enum: [x\($0)]}}" }.joined(separator: ", ")
    let list = (0..<1_500).map { "y\($0)" }.joined(separator: ", ")
    let found = try Self.checked(
      "{type: object, properties: {a: {type: array, items: {type: string}, anyOf: [\(branches)]}}}", "{a: [\(list)]}")
    #expect(found.unchecked.map(\.reason) == ["an object is too large to be held against its schema"])
  }

  @Test(arguments: ["{type: string, pattern: '(?=x)'}", "{type: string, anyOf: [{pattern: '(?=x)'}, {pattern: '^z'}]}"])
  func `a pattern that is none says nothing of a value`(schema: String) throws {
    let found = try Self.checked("{type: object, properties: {a: \(schema)}}", "{a: y}")
    #expect(found.violations.isEmpty)
    if !schema.contains("anyOf") { #expect(found.unchecked.map(\.reason) == ["pattern '(?=x)' cannot be read"]) }
  }
}
