import RuleEngine
import Testing

struct PathGlobTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var pattern: String
    var path: String
    var isMatch: Bool
    var testDescription: String { "'\(pattern)' and '\(path)'" }

    init(_ pattern: String, _ path: String, _ isMatch: Bool) {
      (self.pattern, self.path, self.isMatch) = (pattern, path, isMatch)
    }
  }

  @Test(arguments: [
    Case("apps", "apps/web/a.yaml", true), Case("apps", "apps", true), Case("apps", "apps-old/a.yaml", false),
    Case("apps", "other/apps/a.yaml", false), Case("", "apps/a.yaml", true),
    Case("apps/*", "apps/a.yaml", true), Case("apps/*", "apps/web/a.yaml", true), Case("a*/b", "a/x/b", false),
    Case("*.yaml", "a.yaml", true), Case("*.yaml", "apps/a.yaml", false), Case("a?c", "abc", true),
    Case("a?c", "a/c", false), Case("a?c", "ac", false),
    Case("apps/**/vendored", "apps/vendored/a.yaml", true), Case("apps/**/vendored", "apps/x/y/vendored", true),
    Case("apps/**/vendored", "apps/not-vendored/a.yaml", false), Case("**/a.yaml", "a.yaml", true),
    Case("**/a.yaml", "x/y/a.yaml", true), Case("**/a.yaml", "x/ba.yaml", false), Case("**/**/a", "a", true),
    Case("**/**/a", "x/ba", false), Case("apps/**", "apps/x/y", true), Case("apps/**", "apps", false),
    Case("**", "a/b", true), Case("***", "a/b", true), Case("***/b", "a/b", true), Case("a**b", "a/x/b", true),
    Case("[a]", "[a]/b", true), Case("ä*", "äpfel", true),
  ])
  func `a pattern matches what it says`(_ example: Case) {
    #expect(PathGlob(example.pattern).matches(example.path) == example.isMatch)
  }

  @Test(arguments: ["**a", "*a", "**/", "a**/", "?*"]) func `no pattern takes long`(part: String) {
    let glob = PathGlob(String(repeating: part, count: 50) + "b")
    #expect(!glob.matches(String(repeating: "a", count: 2_000)))
    #expect(!glob.matches(String(repeating: "a/", count: 1_000) + "c"))
  }
}
