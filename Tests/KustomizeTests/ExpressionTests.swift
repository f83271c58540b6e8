import Testing

@testable import Kustomize

/// Regular expressions and label selectors of targets.
struct ExpressionTests {
  struct Match: Sendable, CustomTestStringConvertible {
    var pattern: String
    var matching: [String]
    var other: [String]
    var testDescription: String { pattern }
  }

  @Test(arguments: [
    Match(pattern: "", matching: [""], other: ["a"]),
    Match(pattern: "abc", matching: ["abc"], other: ["ab", "abcd", "xabc"]),
    Match(pattern: "a.c", matching: ["abc", "a.c"], other: ["ac", "a\nc"]),
    Match(pattern: "a*", matching: ["", "a", "aaa"], other: ["b", "ab"]),
    Match(pattern: "a+b?", matching: ["a", "aab"], other: ["", "b", "abb"]),
    Match(pattern: "a|bc", matching: ["a", "bc"], other: ["abc", "ac"]),
    Match(pattern: "(a|b)c", matching: ["ac", "bc"], other: ["abc", "c"]),
    Match(pattern: "(?:ab){2,3}", matching: ["abab", "ababab"], other: ["ab", "abababab"]),
    Match(pattern: "a{2}", matching: ["aa"], other: ["a", "aaa"]),
    Match(pattern: "a{,2}", matching: ["a{,2}"], other: ["aa"]),
    Match(pattern: "[a-c]x[^0-9]", matching: ["axz", "cx-"], other: ["dxz", "ax5"]),
    Match(pattern: "[]a-]", matching: ["]", "a", "-"], other: ["b"]),
    Match(pattern: #"\d+\.\w"#, matching: ["12.x"], other: ["12x", "x.x"]),
    Match(pattern: "(?i)ABC", matching: ["abc", "AbC"], other: ["abd"]),
    Match(pattern: "^abc$", matching: ["abc"], other: ["xabc"]),
    Match(pattern: "[[:alpha:]]+", matching: ["abC"], other: ["a1"]),
    Match(pattern: "x.*?y", matching: ["xy", "xaay"], other: ["x"]),
    Match(pattern: "(app|web)-(.*)", matching: ["app-", "web-front"], other: ["db-x"]),
    Match(pattern: #"a\.b"#, matching: ["a.b"], other: ["axb"]),
    Match(pattern: #".*\bfoo\b.*"#, matching: ["a foo b", "foo"], other: ["afoo"]),
    Match(pattern: "(a*)*b", matching: ["b", "aab"], other: ["aac"]),
  ])
  func `an expression matches whole texts`(_ example: Match) throws {
    let expression = try LinearRegex(example.pattern)
    for text in example.matching { #expect(expression.matchesWhole(text), "\(text)") }
    for text in example.other { #expect(!expression.matchesWhole(text), "\(text)") }
  }

  @Test(arguments: [
    "(", ")", "a**", "[", "[z-a]", #"\1"#, "(?=a)", "(?<!a)", "*", "a{2,1}", "\\", "a{1001}", "(?x)a", "a*{2}", "a*?+",
  ])
  func `what RE2 refuses is refused`(_ pattern: String) {
    #expect(throws: LinearRegex.Failure.self) { try LinearRegex(pattern) }
  }

  @Test func `an expression that defeats backtracking is matched at once`() throws {
    let expression = try LinearRegex("(a+)+(b|c)*d")
    #expect(!expression.matchesWhole(String(repeating: "a", count: 2_000)))
    #expect(throws: LinearRegex.Failure.self) { try LinearRegex("(((a{1000}){1000}){1000})") }
    #expect(throws: LinearRegex.Failure.self) { try LinearRegex(String(repeating: "(", count: 5_000)) }
  }

  struct Selection: Sendable, CustomTestStringConvertible {
    var selector: String
    var isMatch: Bool
    var testDescription: String { selector }
  }

  @Test(arguments: [
    Selection(selector: "", isMatch: true), Selection(selector: "app", isMatch: true),
    Selection(selector: "!app", isMatch: false), Selection(selector: "!none", isMatch: true),
    Selection(selector: "app=web", isMatch: true), Selection(selector: "app == web", isMatch: true),
    Selection(selector: "app=db", isMatch: false), Selection(selector: "app!=db", isMatch: true),
    Selection(selector: "none!=db", isMatch: true), Selection(selector: "app in (db, web)", isMatch: true),
    Selection(selector: "app notin (db,web)", isMatch: false), Selection(selector: "none notin (x)", isMatch: true),
    Selection(selector: "app=web,tier in (1)", isMatch: true), Selection(selector: "app=web,tier=2", isMatch: false),
    Selection(selector: "tier>0", isMatch: true), Selection(selector: "tier<1", isMatch: false),
    Selection(selector: "example.com/part=x", isMatch: false),
  ])
  func `a label selector selects`(_ example: Selection) throws {
    let selector = try LabelSelector(example.selector)
    let labels = ["app": "web", "tier": "1"]
    #expect(selector.matches { labels[$0] } == example.isMatch)
  }

  @Test(arguments: ["a=b,", "a=b/c", "=b", "a in b", "a in (b", "a ~ b", "a=https://x", "a>x", "a b"])
  func `a selector that is none is refused`(_ text: String) {
    #expect(throws: LabelSelector.Failure.self) { try LabelSelector(text) }
  }
}
