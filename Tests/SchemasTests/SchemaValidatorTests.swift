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
    try checked(whole: "{type: object, properties: {spec: \(schema)}}", spec, isBuiltIn: isBuiltIn)
  }

  /// The same with the schema of the whole object.
  static func checked(
    whole definition: String, _ spec: String, kind: String = "Gadget", isBuiltIn: Bool = false,
    isJSONSchema: Bool = false, secrets: [String: String] = [:], keepsExpressions: Bool = false
  ) throws -> SchemaValidator {
    let text = "{apiVersion: example.com/v1, kind: \(kind), metadata: {name: x}, spec: \(spec)}"
    var forest = Forest()
    for (index, source) in [definition, text].enumerated() {
      let tree = YAMLParser.parse(Array(source.utf8), file: FileID(index), tree: UInt32(index))
      try #require(tree.problems.isEmpty, "\(tree.problems)")
      _ = forest.append(tree)
    }
    var reader = DefinitionReader(forest, isJSONSchema: isJSONSchema)
    let root = try #require(forest.trees[0].documents.first?.root)
    let object = reader.object(root)
    let read = try #require(object)
    var table = SchemaTable()
    let metadata = table.metadata()
    var places: [SourceRange: String] = [:]
    for (word, secret) in secrets {
      let found = try #require(Array(text.utf8).firstRange(of: Array(word.utf8)))
      places[SourceRange(file: FileID(1), found)] = secret
    }
    var validator = SchemaValidator(
      forest,
      SchemaValidator.Subject(
        kind: kind, isBuiltIn: isBuiltIn, secrets: places, keepsExpressions: keepsExpressions),
      metadata: metadata, caches: ValidatorCaches())
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

  /// Fields of `spec.o`, of which `a` has a default.
  private static func defaulted(_ limits: String) -> String {
    "{type: object, properties: {o: {type: object, \(limits), properties: {a: {type: string, default: x}, b: {type: string}}}}}"
  }

  @Test(arguments: [
    Example(schema: defaulted("minProperties: 1"), spec: "{o: {}}"),
    Example(schema: defaulted("minProperties: 1"), spec: "{o: {a: null}}"),
    Example(schema: defaulted("minProperties: 2"), spec: "{o: {b: null}}", expected: ["length /spec/o"]),
    Example(schema: defaulted("minProperties: 2"), spec: "{o: {'${B}': y}}"),
    Example(schema: defaulted("maxProperties: 1"), spec: "{o: {b: y}}", expected: ["length /spec/o"]),
    Example(schema: defaulted("maxProperties: 1"), spec: "{o: {a: y, b: null}}"),
    Example(schema: defaulted("anyOf: [{required: [a]}, {required: [b]}]"), spec: "{o: {}}"),
    Example(schema: defaulted("anyOf: [{required: [a]}, {required: [b]}]"), spec: "{o: {a: null}}"),
    Example(schema: defaulted("oneOf: [{required: [a]}, {required: [b]}]"), spec: "{o: {}}"),
    Example(
      schema: defaulted("oneOf: [{required: [a]}, {required: [b]}]"), spec: "{o: {b: y}}",
      expected: ["one-of /spec/o"]),
    Example(schema: defaulted("oneOf: [{required: [a]}, {required: [b]}]"), spec: "{o: {b: null}}"),
    Example(schema: defaulted("not: {required: [a]}"), spec: "{o: {}}", expected: ["one-of /spec/o"]),
    Example(schema: defaulted("not: {required: [b]}"), spec: "{o: {b: null}}"),
    Example(schema: defaulted("anyOf: [{minProperties: 2}]"), spec: "{o: {}}", expected: ["one-of /spec/o"]),
    Example(schema: defaulted("anyOf: [{minProperties: 1}]"), spec: "{o: {}}"),
    Example(schema: "{type: object, minProperties: 1, properties: {o: {type: object, default: {}}}}", spec: "{}"),
    Example(
      schema:
        "{type: object, anyOf: [{properties: {o: {required: [a]}}}], properties: {o: {type: object, properties: {a: {type: string, default: x}}}}}",
      spec: "{o: {}}"),
    Example(
      schema:
        "{type: object, anyOf: [{properties: {l: {items: {required: [a]}}}}], properties: {l: {type: array, items: {type: object, properties: {a: {type: string, default: x}}}}}}",
      spec: "{l: [{}]}"),
    Example(
      schema:
        "{type: object, properties: {o: {type: object, properties: {a: {type: string, default: x}}}}, anyOf: [{required: [o]}]}",
      spec: "{}", expected: ["one-of /spec"]),
  ])
  func `fields are counted with defaults and without nulls`(_ example: Example) throws {
    let found = try Self.violations(example.schema, example.spec)
    #expect(found.map { "\($0.kind.rawValue) \($0.path)" } == example.expected)
  }

  @Test func `an expression that stays what it is is no number`() throws {
    let schema =
      "{type: object, properties: {a: {type: integer}, b: {type: boolean}, c: {type: string, pattern: x}, d: {x-kubernetes-int-or-string: true}}}"
    let spec = "{a: '${A}', b: '${B:=true}', c: '${C}', d: '${D}'}"
    #expect(try Self.violations(schema, spec).isEmpty)
    let found = try Self.checked(
      whole: "{type: object, properties: {spec: \(schema)}}", spec, keepsExpressions: true)
    #expect(found.violations.map { "\($0.kind.rawValue) \($0.path)" } == ["type /spec/a", "type /spec/b"])
    #expect(
      found.violations.first?.help == "no variable is substituted in this object: write the value itself")
  }

  @Test func `a date without quotes is told as it is built`() throws {
    let found = try Self.violations("{type: object, properties: {a: {type: string, format: date}}}", "{a: 2024-01-01}")
    #expect(
      found.map(\.message) == ["'spec.a' is '2024-01-01T00:00:00Z' once it is built, but a date is expected"])
    #expect(found.first?.help == "quote it: \"2024-01-01\"")
  }

  @Test(arguments: [
    ("{type: string, format: port-name}", "8080"), ("{type: string, enum: [a, b]}", "5"),
    ("{type: string, pattern: '^[a-z]+$'}", "5"),
    ("{type: string, pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'}", "true"),
  ])
  func `nobody is told to quote what is refused with quotes too`(_ schema: String, _ value: String) throws {
    let found = try Self.violations("{type: object, properties: {a: \(schema)}}", "{a: \(value)}", isBuiltIn: true)
    #expect(found.map(\.kind) == [.type])
    #expect(found.first?.isMendedByQuotes == false)
    #expect(found.first?.help == nil)
  }

  @Test(arguments: [
    ("{type: string, pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$'}", "3600", "write '3600s': a duration has a unit"),
    ("{type: string, pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m))+$'}", "60", "write '60s': a duration has a unit"),
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

  @Test func `a pattern that is none is a mistake of the definition, told once`() throws {
    let schema = "{type: array, items: {type: string, pattern: '(?=x)'}}"
    let found = try Self.checked("{type: object, properties: {a: \(schema)}}", "{a: [y, z]}")
    #expect(found.violations.map(\.isOfDefinition) == [true])
    #expect(
      found.violations.first?.message.hasPrefix("'(?=x)' in the definition of Gadget is no regular expression: ")
        == true)
    #expect(found.violations.first?.range.file == FileID(0))
  }

  @Test func `a pattern that a JSON Schema takes and nobody here reads says nothing of a value`() throws {
    let schema = "{type: object, properties: {spec: {properties: {a: {type: string, pattern: '(?=x)'}}}}}"
    let found = try Self.checked(whole: schema, "{a: y}", isJSONSchema: true)
    #expect(found.violations.isEmpty)
    #expect(found.unchecked.map(\.reason) == ["pattern '(?=x)' in the schema of Gadget cannot be read"])
  }

  @Test func `a form whose pattern is none neither fits nor does not`() throws {
    let schema = "{type: object, properties: {a: {type: string, anyOf: [{pattern: '(?=x)'}, {pattern: '^z'}]}}}"
    #expect(try Self.checked(schema, "{a: y}").violations.isEmpty)
  }

  // MARK: Words

  @Test(arguments: [
    ("{type: string, minLength: 1}", "''", "'spec.a' has no characters, but at least 1 character is expected"),
    ("{type: string, maxLength: 2}", "xyz", "'spec.a' has 3 characters, but at most 2 characters are allowed"),
    ("{type: array, minItems: 2}", "[x]", "'spec.a' has 1 entry, but at least 2 entries are expected"),
    ("{type: array, maxItems: 1}", "[x, y]", "'spec.a' has 2 entries, but at most 1 entry is allowed"),
    (
      "{type: object, additionalProperties: true, minProperties: 1}", "{}",
      "'spec.a' has no fields, but at least 1 field is expected"
    ),
  ])
  func `what is too few or too many has its unit`(_ schema: String, _ value: String, _ message: String) throws {
    let found = try Self.checked("{type: object, properties: {a: \(schema)}}", "{a: \(value)}")
    #expect(found.violations.map(\.message) == [message])
  }

  @Test(arguments: [
    ("{type: string}", "4938", "'spec.a' is a number, but a string is expected"),
    ("{type: string, pattern: '^x'}", "y4938", "a text that matches '^x' is expected"),
    ("{type: string, enum: [y4939]}", "y4938", "'spec.a' is a value of Secret 'a/b', but 'y4939' is expected"),
    ("{type: integer, maximum: 5}", "4938", "'spec.a' is a value of Secret 'a/b', but at most 5 is expected"),
    ("{type: integer, format: int32}", "49384938493", "'spec.a' is a value of Secret 'a/b', which does not fit"),
    ("{type: string, format: ipv4}", "y4938", "'spec.a' is a value of Secret 'a/b', but an IPv4 address is expected"),
    ("{type: boolean}", "y4938", "'spec.a' is a string, but 'true' or 'false' is expected"),
    (
      "{type: integer, x-kubernetes-validations: [{rule: self < 5, messageExpression: 'string(self)', message: too much}]}",
      "4938", "too much"
    ),
    (
      "{type: integer, x-kubernetes-validations: [{rule: self < 5, messageExpression: 'string(self)'}]}", "4938",
      "failed rule"
    ),
  ])
  func `a value from a Secret is not told`(_ schema: String, _ value: String, _ part: String) throws {
    let definition = "{type: object, properties: {spec: {type: object, properties: {a: \(schema)}}}}"
    let found = try Self.checked(whole: definition, "{a: \(value)}", secrets: [value: "Secret 'a/b'"])
    let violation = try #require(found.violations.first)
    #expect(violation.message.contains(part), "\(violation.message)")
    #expect(!violation.message.contains(value) && violation.help?.contains(value) != true, "\(violation)")
  }

  @Test func `a key from a Secret is not told`() throws {
    let found = try Self.checked(
      whole: "{type: object, properties: {spec: {type: object, additionalProperties: {type: string}}}}",
      "{hunter2: 5}", secrets: ["hunter2": "Secret 'a/b'"])
    #expect(found.violations.map(\.path) == ["/spec/***"])
    #expect(found.violations.map(\.message) == ["'spec.***' is the number '5', but a string is expected"])
  }

  // MARK: References

  struct Linked: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var spec: String
    var text: String
    var expected: [String] = []
    var unchecked: [String] = []
  }

  @Test(arguments: [
    Linked(
      testDescription: "what it leads to holds", spec: "{properties: {a: {$ref: '#/definitions/size'}}}",
      text: "{a: x}",
      expected: ["type /spec/a"]),
    Linked(
      testDescription: "as an entry", spec: "{properties: {a: {items: {$ref: '#/definitions/size'}}}}",
      text: "{a: [1, x]}", expected: ["type /spec/a/1"]),
    Linked(
      testDescription: "with signs in its name", spec: "{properties: {a: {$ref: '#/definitions/a~1b%20c'}}}",
      text: "{a: 1}", expected: ["type /spec/a"]),
    Linked(
      testDescription: "to itself, at any depth", spec: "{$ref: '#/definitions/tree'}",
      text: "{next: {next: {next: {size: x}}}}", expected: ["type /spec/next/next/next/size"]),
    Linked(
      testDescription: "a default behind it", spec: "{required: [a], properties: {a: {$ref: '#/definitions/given'}}}",
      text: "{}"),
    Linked(
      testDescription: "fields by a pattern, which is not looked at",
      spec:
        "{patternProperties: {'^x-': {type: integer}}, additionalProperties: false, properties: {a: {type: string}}}",
      text: "{x-b: y, a: 1}", expected: ["type /spec/a"]),
    Linked(
      testDescription: "forms that differ by their fields",
      spec:
        "{oneOf: [{properties: {a: {}}, additionalProperties: false}, {properties: {b: {}}, additionalProperties: false}]}",
      text: "{a: x}"),
    Linked(
      testDescription: "none of such forms",
      spec:
        "{oneOf: [{properties: {a: {}}, additionalProperties: false}, {properties: {b: {}}, additionalProperties: false}]}",
      text: "{c: x}", expected: ["one-of /spec"]),
    Linked(
      testDescription: "one value only", spec: "{properties: {a: {const: x}}}", text: "{a: y}",
      expected: ["enum /spec/a"]),
    Linked(
      testDescription: "to another text", spec: "{properties: {a: {$ref: 'other.json#/a'}}}", text: "{a: x}",
      unchecked: ["'other.json#/a' in the schema of Gadget is not a part of it"]),
    Linked(
      testDescription: "to nothing", spec: "{properties: {a: {$ref: '#/definitions/none'}}}", text: "{a: x}",
      unchecked: ["'#/definitions/none' in the schema of Gadget is not a part of it"]),
    Linked(
      testDescription: "to nothing, where nothing is", spec: "{properties: {a: {$ref: '#/definitions/none'}}}",
      text: "{b: x}"),
    Linked(
      testDescription: "in a circle", spec: "{properties: {a: {$ref: '#/definitions/circle'}}}", text: "{a: x}",
      unchecked: ["the schema of Gadget refers to itself without an end"]),
    Linked(
      testDescription: "in a circle of forms", spec: "{properties: {a: {$ref: '#/definitions/forms'}}}", text: "{a: x}",
      unchecked: ["the schema of Gadget refers to itself without an end"]),
  ])
  func `a reference is followed within its schema`(_ example: Linked) throws {
    let definitions = """
      {size: {type: integer}, 'a/b c': {type: string}, given: {type: string, default: x}, circle: {$ref: '#/definitions/circle'},
      forms: {allOf: [{$ref: '#/definitions/forms'}]},
      tree: {type: object, properties: {size: {type: integer}, next: {$ref: '#/definitions/tree'}}}}
      """
    let found = try Self.checked(
      whole: "{type: object, properties: {spec: \(example.spec)}, definitions: \(definitions)}", example.text,
      isJSONSchema: true)
    #expect(found.violations.map { "\($0.kind.rawValue) \($0.path)" } == example.expected)
    #expect(found.unchecked.map(\.reason) == example.unchecked)
  }

  @Test func `a schema that is a reference as a whole is read`() throws {
    let found = try Self.checked(
      whole:
        "{$ref: '#/definitions/gadget', definitions: {gadget: {properties: {spec: {properties: {a: {type: integer}}}}}}}",
      "{a: x}", isJSONSchema: true)
    #expect(found.violations.map(\.path) == ["/spec/a"])
  }

  @Test func `a definition with a reference is none`() throws {
    let found = try Self.checked(
      "{type: object, properties: {a: {$ref: '#/definitions/x'}, b: {type: string}}}", "{a: x, b: 1}")
    #expect(found.violations.map(\.isOfDefinition) == [true, false])
    #expect(
      found.violations.first?.message == "the definition of Gadget has '$ref', which the API server does not take")
  }

  // MARK: Workloads

  @Test(
    arguments: [
      ("{matchLabels: {a: b}}", "{labels: {a: b, c: d}}", nil),
      ("{matchLabels: {a: b}}", "{labels: {a: c}}", "the selector wants label 'a' with 'b', but the template has 'c'"),
      (
        "{matchLabels: {a: b}}", "{labels: {c: d}}",
        "the selector wants label 'a' with 'b', which the template does not have"
      ),
      ("{matchLabels: {a: b}}", "{}", "the selector wants label 'a' with 'b', which the template does not have"),
      ("{matchLabels: {a: ''}}", "{labels: {a: null}}", nil),
      ("{matchLabels: {a: '${A}'}}", "{labels: {a: c}}", nil),
      ("{matchLabels: {a: b}}", "{labels: {a: '${A}'}}", nil),
      ("{matchLabels: {a: b}}", "{labels: {'${A}': b}}", nil),
      ("{matchExpressions: [{key: a, operator: Exists}]}", "{labels: {c: d}}", nil),
    ] as [(String, String, String?)])
  func `the pods of a workload have the labels that it looks for`(
    _ selector: String, _ metadata: String, _ message: String?
  ) throws {
    let open = "{type: object, x-kubernetes-preserve-unknown-fields: true}"
    for (kind, isBuiltIn) in [("Deployment", true), ("DaemonSet", true), ("Job", true), ("Deployment", false)] {
      let found = try Self.checked(
        whole: "{type: object, properties: {spec: \(open)}}",
        "{selector: \(selector), template: {metadata: \(metadata)}}", kind: kind, isBuiltIn: isBuiltIn)
      let expected = isBuiltIn && kind != "Job" ? [message].compactMap(\.self) : []
      #expect(found.violations.map(\.message) == expected)
      if !expected.isEmpty { #expect(found.violations.map(\.path) == ["/spec/template/metadata/labels"]) }
    }
  }
}
