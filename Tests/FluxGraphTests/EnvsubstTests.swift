import Testing

@testable import FluxGraph

struct EnvsubstTests {
  struct Case: CustomTestStringConvertible {
    var text: String
    /// With `v` unset, and with `v` = `Abc`; nil where a strict controller refuses an unset variable.
    var unset: String?
    var set: String

    init(_ text: String, unset: String?, set: String) {
      self.text = text
      self.unset = unset
      self.set = set
    }

    var testDescription: String { text }
  }

  /// The table of fluxcd/pkg `envsubst`: `:?` and `:+` are defaults too, whatever bash makes of them.
  static let cases = [
    Case("${v}", unset: nil, set: "Abc"),
    Case("a-${v}-b", unset: nil, set: "a-Abc-b"),
    Case("${v:-d}", unset: "d", set: "Abc"),
    Case("${v:=d}", unset: "d", set: "Abc"),
    Case("${v=d}", unset: "d", set: "Abc"),
    Case("${v:?no}", unset: "no", set: "Abc"),
    Case("${v:+alt}", unset: "alt", set: "Abc"),
    Case("${v:=${w:=c}}", unset: "c", set: "Abc"),
    Case("${v:=x-${w:=y}-z}", unset: "x-y-z", set: "Abc"),
    Case("${v:=a}b}", unset: "ab}", set: "Abcb}"),
    Case("${v:-$$a}", unset: "$$a", set: "Abc"),
    Case("${#v}", unset: nil, set: "3"),
    Case("${v^}", unset: nil, set: "Abc"),
    Case("${v^^}", unset: nil, set: "ABC"),
    Case("${v,}", unset: nil, set: "abc"),
    Case("${v,,}", unset: nil, set: "abc"),
    Case("${v:1}", unset: nil, set: "bc"),
    Case("${v:0:2}", unset: nil, set: "Ab"),
    Case("${v: -1}", unset: nil, set: "Abc"),
    Case("${v#A}", unset: nil, set: "bc"),
    Case("${v%c}", unset: nil, set: "Ab"),
    Case("${v##*b}", unset: nil, set: "c"),
    Case("${v%%b*}", unset: nil, set: "A"),
    Case("${v#[A-Z]}", unset: nil, set: "bc"),
    Case("${v%[^a-b]}", unset: nil, set: "Ab"),
    Case("${v##[A-]}", unset: nil, set: "Abc"),
    Case("${v#\\A}", unset: nil, set: "bc"),
    Case("${v#?}", unset: nil, set: "bc"),
    Case("${v%%*}", unset: nil, set: ""),
    Case("${v/b/-}", unset: nil, set: "A-c"),
    Case("${v//b/-}", unset: nil, set: "A-c"),
    Case("${v/#A/-}", unset: nil, set: "-bc"),
    Case("${v/%c/-}", unset: nil, set: "Ab-"),
    Case("${v#${w:-A}}", unset: nil, set: "bc"),
    Case("${v/${w:-b}/-}", unset: nil, set: "A-c"),
    Case("${v/b/${w:-x}}", unset: nil, set: "Axc"),
    Case("${v:${w:-1}}", unset: nil, set: "bc"),
    Case("${v:0:${w:-1}}", unset: nil, set: "A"),
    Case("${v:-${w:-d}}", unset: "d", set: "Abc"),
    Case("$${v}", unset: "${v}", set: "${v}"),
    Case("$$$${v}", unset: "$${v}", set: "$${v}"),
    Case("pid $$ and $v and $(v) and $1", unset: "pid $ and $v and $(v) and $1", set: "pid $ and $v and $(v) and $1"),
  ]

  @Test(arguments: cases) func `an expression becomes what envsubst makes of it`(_ test: Case) throws {
    let parts = try Self.parse(test.text)
    let set = Envsubst.evaluate(parts, values: ["v": .known("Abc")], isOpen: false)
    #expect(set.text == test.set)
    #expect(set.undefined.isEmpty)
    let unset = Envsubst.evaluate(parts, values: [:], isOpen: false)
    if let expected = test.unset {
      #expect(unset.text == expected)
      #expect(unset.undefined.isEmpty)
    } else {
      #expect(unset.undefined.map(\.name) == ["v"])
    }
  }

  @Test(arguments: [
    "${}", "${ a}", "${!a}", "${{ x }}", "${a }", "${a.b}", "${a-b}", "${a+b}", "${a?b}", "${a[0]}", "${a@Q}", "${a",
    "${v/p}", "${v:=", "${v:=${w}",
  ])
  func `what envsubst cannot parse is an error`(_ text: String) {
    #expect(throws: Envsubst.SyntaxError.self) { try Self.parse(text) }
  }

  @Test func `an expression knows its bytes after non-ASCII text`() throws {
    let text = "é ${name}!"
    let parts = try Self.parse(text)
    guard case .expression(let expression) = parts[1] else {
      Issue.record("the second part is no expression")
      return
    }
    #expect(expression.range == 3..<10)
    #expect(expression.name == "name")
  }

  @Test func `a variable out of sight is undecided, not undefined`() throws {
    let parts = try Self.parse("${known}-${hidden}-${encrypted}-${hidden:=d}")
    let result = Envsubst.evaluate(parts, values: ["known": .known("a"), "encrypted": .unknown], isOpen: true)
    #expect(result.text == nil)
    #expect(result.undefined.isEmpty)
    #expect(result.undecided.map(\.name) == ["hidden", "encrypted"])
  }

  @Test func `deeply nested defaults end in an error, not in a crash`() {
    let text = String(repeating: "${a:=", count: 5_000) + String(repeating: "}", count: 5_000)
    #expect(throws: Envsubst.SyntaxError.self) { try Self.parse(text) }
  }

  private static func parse(_ text: String) throws -> [Envsubst.Part] {
    var text = text
    return try text.withUTF8 { try Envsubst.parse($0) }
  }

  @Test func `a pattern of many stars costs no more than its length times that of the value`() throws {
    let parts = try Self.parse("${v%%*a*a*a*a*a*b}")
    let value = String(repeating: "a", count: 100_000)
    #expect(Envsubst.evaluate(parts, values: ["v": .known(value)], isOpen: false).text == value)
  }
}
