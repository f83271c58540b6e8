import Testing

@testable import TextMatching

/// Regular expressions.
struct LinearRegexTests {
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
    "(", ")", "a**", "[", "[z-a]", #"\1"#, "(?=a)", "(?<!a)", "*", "a{2,1}", "\\", "a{1001}", "(?x)a", "a{2}{3}",
    #"\Z"#, "[a", #"\p{Nope}"#, "(?P<n>a)(?P<n>b)", "a++", "(?i", "[[:nope:]]",
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

  struct Search: Sendable, CustomTestStringConvertible {
    var pattern: String
    var text: String
    /// The matches, each with its groups behind it; nil for a group without a part.
    var found: [[String?]]
    var testDescription: String { "\(pattern) in \(text)" }
  }

  @Test(arguments: [
    Search(pattern: "a|ab", text: "ab", found: [["a"]]),
    Search(pattern: "a*?", text: "aa", found: [[""], [""], [""]]),
    Search(pattern: "(a+)(b*)", text: "aab ab", found: [["aab", "aa", "b"], ["ab", "a", "b"]]),
    Search(pattern: "(a)|(b)", text: "ba", found: [["b", nil, "b"], ["a", "a", nil]]),
    Search(pattern: "(a*)*", text: "b", found: [["", ""], ["", ""]]),
    Search(pattern: "(?P<year>\\d{4})-(?<month>\\d\\d)", text: "on 2024-05", found: [["2024-05", "2024", "05"]]),
    Search(pattern: "(?U)a+", text: "aa", found: [["a"], ["a"]]),
    Search(pattern: "(?m)^b$", text: "a\nb\nc", found: [["b"]]),
    Search(pattern: "^b$", text: "a\nb", found: []),
    Search(pattern: "(?s:a.)b", text: "a\nb", found: [["a\nb"]]),
    Search(pattern: "(?i)straße", text: "STRAße", found: [["STRAße"]]),
    Search(pattern: "(?i:É)x", text: "éx", found: [["éx"]]),
    Search(pattern: "\\bfoo\\b", text: "foo foobar foo", found: [["foo"], ["foo"]]),
    Search(pattern: "本.", text: "日本語", found: [["本語"]]),
    Search(pattern: "\\pL+", text: "12ab日3", found: [["ab日"]]),
    Search(pattern: "\\p{Greek}+", text: "abγδ", found: [["γδ"]]),
    Search(pattern: "[^\\pL]+", text: "ab12", found: [["12"]]),
    Search(pattern: "\\Qa.b\\E+", text: "a.bb axb", found: [["a.bb"]]),
    Search(pattern: "\\x41\\x{42}\\103", text: "ABC", found: [["ABC"]]),
    Search(pattern: "[[:^digit:]]+", text: "1ab2", found: [["ab"]]),
    Search(pattern: "x{2,3}?", text: "xxxxx", found: [["xx"], ["xx"]]),
    Search(pattern: "(x(y)?)+", text: "xyx", found: [["xyx", "x", "y"]]),
    Search(pattern: "", text: "ab", found: [[""], [""], [""]]),
  ])
  func `matches are found leftmost, the first alternative before the second`(_ example: Search) throws {
    let expression = try LinearRegex(example.pattern)
    var text = example.text
    let found = text.withUTF8 { bytes in
      expression.matches(in: bytes).map { match in
        ([match.range] + match.groups).map { range in range.map { String(decoding: bytes[$0], as: UTF8.self) } }
      }
    }
    #expect(found == example.found)
  }

  @Test func `a search through a long text is linear`() throws {
    let expression = try LinearRegex("(x+x+)+y")
    #expect(!expression.matchesPart(String(repeating: "x", count: 20_000)))
    var text = String(repeating: "a", count: 20_000)
    let other = try LinearRegex("a*b")
    let match = text.withUTF8 { other.firstMatch(in: $0)?.range }
    #expect(match == nil)
    _ = try LinearRegex(String(repeating: "a|", count: 4_000))
  }

  @Test func `the ways to match agree, whatever the pattern`() {
    var state: UInt64 = 11
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces = [
      "a", "b", "é", ".", "*", "+", "?", "{2}", "{1,3}", "{,2}", "|", "(", ")", "(?:", "(?i)", "(?m)", "(?P<n>", "[ab]",
      "[^a]", "[", "]", "^", "$", "\\b", "\\d", "\\pL", "\\x41", "\\Q", "\\E", "\\", "(?U)", "*?",
    ]
    let texts = ["", "a", "ab", "aab", "éa b", "a\nb", "A1"]
    for _ in 0..<5_000 {
      let pattern = (0...next(7)).map { _ in pieces[next(pieces.count)] }.joined()
      guard let expression = try? LinearRegex(pattern) else { continue }
      for text in texts {
        var text = text
        let found = text.withUTF8 { expression.firstMatch(in: $0) }
        #expect(expression.matchesPart(text) == (found != nil), "\(pattern) in \(text)")
        if found?.range == 0..<text.utf8.count { #expect(expression.matchesWhole(text), "\(pattern) in \(text)") }
      }
    }
  }
}
