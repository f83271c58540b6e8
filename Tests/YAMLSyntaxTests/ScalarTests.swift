import Testing
import YAMLSyntax

@Suite struct ScalarTests {
  /// A plain text, and what it is in a resource and in a kustomization.yaml.
  static let plain: [(text: String, resource: ScalarValue, kustomization: ScalarValue)] = [
    ("", .null, .null), ("~", .null, .null), ("Null", .null, .null), ("nULL", .string("nULL"), .string("nULL")),
    ("true", .boolean(true), .boolean(true)), ("FALSE", .boolean(false), .boolean(false)),
    ("tRue", .string("tRue"), .string("tRue")),
    ("yes", .string("yes"), .boolean(true)), ("Off", .string("Off"), .boolean(false)),
    ("y", .string("y"), .boolean(true)), ("oN", .string("oN"), .string("oN")),
    ("7", .integer(7), .integer(7)), ("2001", .integer(2001), .integer(2001)),
    ("false", .boolean(false), .boolean(false)),
    ("999999999999999999", .integer(999_999_999_999_999_999), .integer(999_999_999_999_999_999)),
    ("1000000000000000000", .integer(1_000_000_000_000_000_000), .integer(1_000_000_000_000_000_000)),
    ("0", .integer(0), .integer(0)), ("-0", .integer(0), .integer(0)), ("00", .integer(0), .integer(0)),
    ("0755", .integer(493), .integer(493)), ("0o755", .integer(493), .integer(493)),
    ("0O755", .integer(493), .integer(493)), ("08", .integer(8), .integer(8)), ("0_8", .integer(8), .integer(8)),
    ("-0o7", .integer(-7), .integer(-7)), ("+0x1", .integer(1), .integer(1)), ("-0b1", .integer(-1), .integer(-1)),
    ("1_000", .integer(1000), .integer(1000)), ("-_1", .integer(-1), .integer(-1)), ("1_", .integer(1), .integer(1)),
    ("0x_ff", .integer(255), .integer(255)), ("_1", .string("_1"), .string("_1")), ("0x", .string("0x"), .string("0x")),
    ("0b2", .string("0b2"), .string("0b2")), ("0b+1", .integer(1), .integer(1)),
    ("0o+7", .integer(7), .string("0o+7")), ("+-1", .string("+-1"), .string("+-1")),
    ("9223372036854775807", .integer(.max), .integer(.max)), ("-9223372036854775808", .integer(.min), .integer(.min)),
    ("18446744073709551615", .unsigned(.max), .unsigned(.max)),
    ("18446744073709551616", .float(18_446_744_073_709_551_616), .float(18_446_744_073_709_551_616)),
    ("+18446744073709551615", .float(18_446_744_073_709_551_616), .float(18_446_744_073_709_551_616)),
    ("1e3", .integer(1000), .integer(1000)), ("1.e3", .integer(1000), .integer(1000)),
    ("+.5", .float(0.5), .float(0.5)), (".5", .float(0.5), .float(0.5)), ("1_0.5", .float(10.5), .float(10.5)),
    ("1.10", .float(1.1), .float(1.1)), ("5.0", .integer(5), .integer(5)),
    ("1e400", .string("1e400"), .string("1e400")),
    ("1e-400", .integer(0), .integer(0)), ("1e20", .float(1e20), .float(1e20)),
    (".", .string("."), .string(".")), (".5_0", .string(".5_0"), .string(".5_0")),
    (".inf", .float(.infinity), .float(.infinity)), ("-.INF", .float(-.infinity), .float(-.infinity)),
    (".iNf", .string(".iNf"), .string(".iNf")), ("-.nan", .string("-.nan"), .string("-.nan")),
    ("1.2.3", .string("1.2.3"), .string("1.2.3")), ("1,000", .string("1,000"), .string("1,000")),
    ("5%", .string("5%"), .string("5%")), ("+", .string("+"), .string("+")),
    ("12:30:45", .string("12:30:45"), .string("12:30:45")),
    ("inf", .string("inf"), .string("inf")), ("infinity", .string("infinity"), .string("infinity")),
    ("2001-01-01", .string("2001-01-01T00:00:00Z"), .string("2001-01-01")),
    ("2001-1-1", .string("2001-01-01T00:00:00Z"), .string("2001-1-1")),
    ("2001-01-01t10:20:30.5Z", .string("2001-01-01T10:20:30.5Z"), .string("2001-01-01t10:20:30.5Z")),
    ("2001-01-01T1:2:3+02:00", .string("2001-01-01T01:02:03+02:00"), .string("2001-01-01T1:2:3+02:00")),
    ("2001-01-01 10:20:30", .string("2001-01-01T10:20:30Z"), .string("2001-01-01 10:20:30")),
    ("2001-01-01  10:20:30.1200", .string("2001-01-01T10:20:30.12Z"), .string("2001-01-01  10:20:30.1200")),
    ("-9223372036854775809", .float(-9_223_372_036_854_775_808), .float(-9_223_372_036_854_775_808)),
    ("1e19", .unsigned(10_000_000_000_000_000_000), .unsigned(10_000_000_000_000_000_000)),
    ("2001-02-29", .string("2001-02-29"), .string("2001-02-29")),
    ("2000-02-29", .string("2000-02-29T00:00:00Z"), .string("2000-02-29")),
    ("2001-01-01T10:20:30", .string("2001-01-01T10:20:30"), .string("2001-01-01T10:20:30")),
    ("2001-01", .string("2001-01"), .string("2001-01")),
  ]

  @Test(arguments: plain)
  func `a plain scalar is what its reader makes of it`(text: String, resource: ScalarValue, kustomization: ScalarValue)
    throws
  {
    let forest = forest("k: \(text)\n")
    let node = try #require(forest.node("k"))
    let asResource = forest.scalarValue(node, dialect: .resource)
    #expect(asResource == resource)
    let asKustomization = forest.scalarValue(node, dialect: .kustomization)
    #expect(asKustomization == kustomization)
    let quoted = YAMLSyntaxTests.forest("k: \"\(text)\"\n")
    let quotedNode = try #require(quoted.node("k"))
    #expect(quoted.scalarValue(quotedNode, dialect: .resource) == .string(text))
  }

  /// A value with a tag, and what it is in a resource; nil for an error.
  static let tagged: [(text: String, value: ScalarValue?)] = [
    ("!!str 5", .string("5")), ("!!str", .string("")), ("!!int \"5\"", .integer(5)), ("!!int x", nil), ("!!int", nil),
    ("!!int 1e3", nil), ("!!float 5", .integer(5)), ("!!float 1.5", .float(1.5)), ("!!bool yes", nil),
    ("!!bool true", .boolean(true)), ("!!null ''", .null), ("!!null x", nil), ("! 5", .integer(5)),
    ("!foo 5", .string("5")), ("!foo", .string("")), ("!<tag:yaml.org,2002:int> 7", .integer(7)),
    ("!!binary YWJj", .string("abc")), ("!!binary /w==", .string("\u{FFFD}")), ("!!binary YWJ", nil),
    ("!!binary YWI=", .string("ab")), ("!!binary 4oKAgOI=", .string("\u{2080}\u{FFFD}\u{FFFD}")),
    ("!!timestamp 2001-1-1", .string("2001-01-01T00:00:00Z")), ("!!timestamp x", nil),
  ]

  @Test(arguments: tagged) func `a tag decides what a scalar is`(text: String, value: ScalarValue?) throws {
    let forest = forest("k: \(text)\n")
    let node = try #require(forest.node("k"))
    let found = try? forest.checkedScalarValue(node, dialect: .resource)
    #expect(found == value)
    if value == nil {
      let text = forest.text(node)
      #expect(forest.scalarValue(node, dialect: .resource) == .string(text))
    }
  }

  @Test func `the bare tag makes a string in a kustomization only`() throws {
    let forest = forest("k: ! 5\n")
    let node = try #require(forest.node("k"))
    #expect(forest.written(node).tag == .nonSpecific)
    #expect(forest.scalarValue(node, dialect: .kustomization) == .string("5"))
    #expect(forest.scalarValue(node, dialect: .resource) == .integer(5))
  }

  @Test func `an alias has the value of its target and a collection has none`() throws {
    let forest = forest("a: &x 5\nb: *x\nc: [1]\n")
    let alias = try #require(forest.node("b"))
    #expect(forest.scalarValue(alias, dialect: .resource) == .integer(5))
    let list = try #require(forest.node("c"))
    #expect(forest.scalarValue(list, dialect: .resource) == .null)
  }

  @Test(arguments: [
    (ScalarValue.boolean(true), "true"), (.integer(-5), "-5"), (.unsigned(.max), "18446744073709551615"),
    (.float(1), "1"), (.float(-0.0), "-0"), (.float(0.5), "0.5"), (.float(12_000), "12000"),
    (.float(123_456.789), "123456.79"), (.float(1_234_567.5), "1.2345675e+06"), (.float(1e6), "1e+06"),
    (.float(0.0001), "0.0001"), (.float(0.00001), "1e-05"), (.float(1e-7), "1e-07"),
    (.float(18_446_744_073_709_551_616), "1.8446744e+19"), (.float(1e300), "+Inf"), (.float(.nan), "NaN"),
    (.null, ""), (.string("a"), "a"),
  ]) func `a value in the place of a text is written as Go does`(value: ScalarValue, text: String) {
    #expect(value.textForString == text)
  }

  @Test(arguments: [
    (ScalarValue.float(1_234_567.5), "1.2345675e+06"), (.float(.infinity), ".inf"), (.float(-.infinity), "-.inf"),
    (.float(.nan), ".nan"), (.boolean(false), "false"),
  ]) func `a key is written as go-yaml does`(value: ScalarValue, text: String) {
    #expect(value.textForKey == text)
  }
}
