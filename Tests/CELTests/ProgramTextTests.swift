import Testing

@testable import CEL

/// Programs that were written as text do what they did before.
struct ProgramTextTests {
  private static let environment: Environment = {
    var environment = Environment.kubernetes(minor: 34)
    environment.syntax.hasQuotedFields = true
    environment.addMath()
    environment.declare("object")
    environment.add(
      HostFunction("twice(int) int") { arguments, _ in
        if case .int(let number) = arguments[0] { .int(number * 2) } else { .fail("no number") }
      })
    return environment
  }()

  private static func object() -> Value {
    .map(
      MapValue([
        (.string("name"), .string("web")), (.string("count"), .int(-3)),
        (.string("list"), .list([.int(1), .int(2), .string("x")])),
      ]))
  }

  private static func copy(_ program: Program) throws -> Program {
    let text = try #require(ProgramText.encode([program]))
    return try #require(ProgramText.read(text, functions: environment.functions)?.first)
  }

  @Test(arguments: [
    "object.name == 'web' && object.count < 0", "object.list.exists(x, x == 'x')",
    "size(object.list) + twice(object.count)",
    "object.?missing.orValue('none') + 'ü\\\\\"\\n'", "object.name.matches('^w[a-z]+$')",
    "{'a': 3.5}.a > 3.0 && b'ab' != b'' && 2u > 1u && null == null && [true] != []",
    "{'a': object.count}.a", "object.list.map(x, type(x) == int, x).sum()", "object.missing", "object.count.field",
    "duration('90s') > duration('1m') ? timestamp('2026-01-01T00:00:00Z').getFullYear() : 0",
    "has(object.name) || object.nope",
    "object.list.transformMap(i, x, i > 0, x)",
    "semver('1.10.0').isLessThan(semver('1.9.3')) || semver('1.2.0-rc.1').isLessThan(semver('1.2.0'))",
    "!(object.count in [1, -3])", "object.list[0] % 2 == 1",
    "'%s-%d'.format([object.name, object.count])", "optional.of(object.count).optMap(n, n * n).value()",
    "-9223372036854775808 + object.count * 0", "object.?name == optional.of('web')",
    "object.?count != optional.none() && object.?name.?first.hasValue() == false", "[optional.of(1), optional.none()]",
  ])
  func `a program gives the same value`(_ text: String) throws {
    let program = try Program(text, in: Self.environment)
    let copy = try Self.copy(program)
    let bindings = [Self.object()]
    #expect("\(Self.shown(program.run(NoSource(), bindings)))" == "\(Self.shown(copy.run(NoSource(), bindings)))")
  }

  @Test func `a path that fails is told at the key that is missing, by a copy at the last one`() throws {
    let program = try Program("object.missing.field", in: Self.environment)
    let copy = try Self.copy(program)
    #expect(Self.shown(program.run(NoSource(), [Self.object()])) == "failed no such key 'missing' 7..<14")
    #expect(Self.shown(copy.run(NoSource(), [Self.object()])) == "failed no such key 'missing' 15..<20")
  }

  private static func shown(_ outcome: Program.Outcome) -> String {
    switch outcome {
    case .value(let value): shown(value)
    case .unknown(let unknown): "unknown \(unknown.reason)"
    case .failed(let failure): "failed \(failure.message) \(failure.range.map { "\($0)" } ?? "")"
    }
  }

  private static func shown(_ value: Value) -> String {
    switch value {
    case .list(let elements): "[\(elements.map(shown).joined(separator: ", "))]"
    case .map(let map): "{\(map.entries.map { "\(shown($0.key)): \(shown($0.value))" }.joined(separator: ", "))}"
    default: "\(value)"
    }
  }

  @Test func `a text that is cut off is no program`() throws {
    let program = try Program("object.name == 'web'", in: Self.environment)
    let text = try #require(ProgramText.encode([program]))
    for length in 0..<text.utf8.count {
      let cut = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
      #expect(ProgramText.read(cut, functions: []) == nil)
    }
  }
}
