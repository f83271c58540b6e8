import CEL
import Testing

/// Errors before an expression runs, with their places.
struct ErrorTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var text: String
    var phase: CELError.Phase
    var message: String
    /// What the range covers.
    var place: String
    var testDescription: String { text }
    init(_ text: String, _ phase: CELError.Phase, _ message: String, _ place: String) {
      (self.text, self.phase, self.message, self.place) = (text, phase, message, place)
    }
  }

  private func check(_ example: Example, _ environment: Environment, result: CELType? = nil) throws {
    let error = try #require(throws: CELError.self) { try Program(example.text, in: environment, result: result) }
    #expect(error.phase == example.phase)
    #expect(error.message == example.message)
    #expect(String(decoding: Array(example.text.utf8)[error.range], as: UTF8.self) == example.place)
  }

  @Test(arguments: [
    Example("", .parse, "the end is not expected, but an expression", ""),
    Example("a &&", .parse, "the end is not expected, but an expression", ""),
    Example("é == “x”", .parse, "unexpected character 'é'", "é"),
    Example("a == “x”", .parse, "unexpected character '“'", "“"),
    Example("a and b", .parse, "'and' is not expected, but the end", "and"),
    Example("${status} == 1", .parse, "unexpected character '$'", "$"),
    Example("has(status)", .parse, "'has' takes a field selection such as 'a.b'", "status"),
    Example("a.all(b.c, true)", .parse, "the variable of a macro must be a simple name", "b.c"),
    Example("for", .parse, "'for' is a reserved word", "for"),
    Example("f(1,)", .parse, "')' is not expected, but an expression", ")"),
    Example("'abc", .parse, "string is not closed", "'abc"),
    Example("'a\\qb'", .parse, "invalid escape sequence", "\\q"),
    Example(
      "9223372036854775808", .parse, "'9223372036854775808' does not fit an integer of 64 bits", "9223372036854775808"),
    Example("!-a", .parse, "'-' is not expected, but an expression", "-"),
    Example("a.`b-c`", .parse, "'`' is not supported here", "`b-c`"),
    Example("true || nofn()", .plan, "function 'nofn' is not declared", "nofn"),
    Example("true || duration('x') > duration('1s')", .plan, "'x' is no duration", "'x'"),
    Example("a.matches('(')", .plan, "'(' is no regular expression: missing closing ')'", "'('"),
  ])
  func `what a health check of Flux refuses is refused at its place`(_ example: Example) throws {
    try check(example, .fluxHealthCheck)
  }

  @Test(arguments: ["a &&", "a && \n", "a &&  // and more\n", "a &&\n\n\n"])
  func `an end that is too early is behind what is written`(_ text: String) throws {
    let error = try #require(throws: CELError.self) { try Program(text, in: .fluxHealthCheck) }
    #expect(error.range == 4..<4)
  }

  @Test(arguments: [
    "whatever.x > nofn(1)", "status.conditions\n.filter(e, e.type == 'Ready')\n.all(e, e.status == 'True')",
    "a.nofn()", "1 + 'a'", "[1, 'a']", "status.?phase.orValue('x') == 'x'", "Foo{}", "'x'.reverse() == 'x'",
  ])
  func `what only fails when it runs passes a health check of Flux`(_ text: String) throws {
    _ = try Program(text, in: .fluxHealthCheck)
  }

  @Test func `the variables of a health check are the fields it names`() throws {
    let program = try Program("status.ready && metadata.generation == status.generation", in: .fluxHealthCheck)
    #expect(program.variables == ["status", "metadata"])
  }

  @Test(arguments: [
    Example("dep.spec.prune", .check, "the expression is 'dyn', but 'bool' is expected", "dep.spec.prune"),
    Example("'a'", .check, "the expression is 'string', but 'bool' is expected", "'a'"),
    Example("nofn(dep)", .check, "function 'nofn' is not declared", "nofn"),
    Example("1 == 'a'", .check, "'==' does not take '(int, string)'", "=="),
    Example("1 in [1, 'a']", .check, "type 'string' follows 'int' in one literal", "'a'"),
    Example("other.x == 1", .check, "'other' is not declared", "other"),
    Example("dep.exists(k, v, true)", .check, "'k' is not declared", "k"),
    Example("isQuantity('1')", .check, "function 'isQuantity' is not declared", "isQuantity"),
    Example("timestamp('x') < timestamp(dep.a)", .check, "'x' is no timestamp", "'x'"),
    Example("self.metadata.name.startsWith(1)", .check, "'startsWith' does not take 'dyn.(int)'", "startsWith"),
    Example("'%d %d'.format([1]) == ''", .check, "argument 1 of 'format' is missing", "[1]"),
  ])
  func `what a readiness expression of Flux must not be is said at its place`(_ example: Example) throws {
    try check(example, .fluxReadiness, result: .bool)
  }

  @Test(arguments: [
    "dep.spec.prune == true", "has(dep.status)", "dep.metadata.generation == self.metadata.generation",
    "sets.intersects(['a'], dep.status.conditions.map(c, c.type))",
  ])
  func `a readiness expression of Flux is bool`(_ text: String) throws {
    #expect(try Program(text, in: .fluxReadiness, result: .bool).type == .bool)
  }

  @Test func `nesting is bounded`() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("!(", ")"), ("a ? b : (", ")")] {
      let text = String(repeating: open, count: 5_000) + "a" + String(repeating: close, count: 5_000)
      #expect(throws: CELError.self) { try Program(text, in: .fluxHealthCheck) }
    }
    #expect(throws: CELError.self) { try Program("a" + String(repeating: ".b", count: 5_000), in: .fluxHealthCheck) }
    #expect(throws: CELError.self) { try Program(String(repeating: "a + ", count: 5_000) + "a", in: .fluxHealthCheck) }
    #expect(throws: Never.self) { try Program(String(repeating: "a && ", count: 5_000) + "a", in: .fluxHealthCheck) }
    let doubling = "[1]" + String(repeating: ".map(x, {x: x})", count: 60)
    #expect(throws: CELError.self) { try Program(doubling, in: .newest) }
    #expect(throws: CELError.self) { try Program(String(repeating: "a", count: 100_001), in: .fluxHealthCheck) }
  }
}
