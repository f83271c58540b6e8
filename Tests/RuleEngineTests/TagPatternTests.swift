import Testing

@testable import RuleEngine

/// The patterns and templates that choose and cut tags.
struct TagPatternTests {
  @Test(arguments: [
    ("$ts", ["ts"]), ("${ts}_x", ["ts"]), ("$ts_x", ["ts_x"]), ("$1.$2", ["1", "2"]), ("$v-$v", ["v"]), ("$$ts", []),
    ("ts", []), ("${ts", []), ("$-", []), ("$", []),
  ])
  func `a template names groups as Go reads it`(_ template: String, _ names: [String]) {
    #expect(TagPattern.references(in: template) == names)
  }

  @Test(arguments: [
    ("^(?P<v>[0-9]+)-(a|b)(?:c)$", ["v", ""]), ("((?P<in>x))", ["", "in"]), ("x", []), ("(", []),
  ])
  func `the groups of a pattern are in order`(_ pattern: String, _ names: [String]) {
    #expect(TagPattern.groups(of: pattern) == names)
  }

  @Test func `what is no pattern has a reason`() {
    #expect(TagPattern.problem(with: "^(?!x)").isEmpty == false)
    #expect(TagPattern.problem(with: "^x$").isEmpty)
  }
}
