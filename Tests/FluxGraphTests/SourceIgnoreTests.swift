import Manifests
import Testing

struct SourceIgnoreTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var directory = ""
    var text: String
    var ignored: [String]
    var kept: [String]
    var testDescription: String { text }
  }

  static let cases = [
    Case(text: "*.md", ignored: ["a.md", "docs/a.md"], kept: ["a.mdx", "md"]),
    Case(text: "# a comment\n\n  \n", ignored: [".sops.yaml", ".github/x.yaml"], kept: ["a.yaml"]),
    Case(text: "docs/", ignored: ["docs/a.yaml", "apps/docs/b/a.yaml"], kept: ["docs", "apps/docs"]),
    Case(text: "/docs", ignored: ["docs", "docs/a.yaml"], kept: ["apps/docs/a.yaml"]),
    Case(
      text: "apps/*/test", ignored: ["apps/web/test", "apps/web/test/a.yaml"], kept: ["apps/test", "x/apps/web/test"]),
    Case(text: "**/test", ignored: ["test/a", "a/b/test/c"], kept: ["tests/a"]),
    Case(text: "/*\n!/clusters", ignored: ["apps/a.yaml"], kept: ["clusters/a.yaml"]),
    Case(text: "docs/\n!docs/keep.yaml", ignored: ["docs/a.yaml"], kept: ["docs/keep.yaml"]),
    Case(text: "a.yaml   \r", ignored: ["a.yaml", "x/a.yaml"], kept: ["a.yaml   "]),
    Case(
      directory: "apps", text: "/test", ignored: ["apps/test/a.yaml"], kept: ["test/a.yaml", "apps/web/test/a.yaml"]),
    Case(text: "nothing", ignored: [".gitignore", "nothing"], kept: [".sops.yaml", ".github/x.yaml", "a.png"]),
  ]

  @Test(arguments: cases) func `a pattern decides as in source-controller`(_ test: Case) {
    let ignore = SourceIgnore(files: [(test.directory, Array(test.text.utf8))])
    for path in test.ignored { #expect(ignore.ignores(path), "\(path)") }
    for path in test.kept { #expect(!ignore.ignores(path), "\(path)") }
  }

  @Test(arguments: [
    (".sops.yaml", true), ("secrets/.sops.yaml", true), (".github/workflows/a.yaml", true), ("x/.github/a.yaml", true),
    ("cloudbuild.yaml", true), ("logo.png", true), ("a/b.tar.gz", true), ("apps/cloud.yaml", false),
    ("apps/web.yaml", false), (".hidden/a.yaml", false), ("apps/app.yml", false), ("ci/appveyor.yml", true),
  ])
  func `without any pattern the default list counts`(path: String, expected: Bool) {
    #expect(SourceIgnore(files: []).ignores(path) == expected)
  }

  @Test(arguments: [
    ("apps/a.yaml", "/*\n!/clusters", "/*"), ("tests/a.yaml", "", "/tests/"), ("tests/a.yaml", "!/tests", nil),
    ("clusters/a.yaml", "/*\n!/clusters", nil), (".gitignore", "", ".gitignore"),
  ])
  func `the line that leaves a file out is the last one that fits`(path: String, spec: String, expected: String?) {
    let files = [(directory: "", text: Array("# drafts\n/tests/ \n".utf8)), (directory: "docs", text: Array("a".utf8))]
    let line = SourceIgnore.line(leavingOut: path, files: files, spec: Array(spec.utf8))
    #expect(line?.text == expected)
    if expected == "/tests/" { #expect(line?.origin == .file(".sourceignore") && line?.number == 1) }
  }

  @Test func `without any pattern a default may leave a file out`() {
    let line = SourceIgnore.line(leavingOut: ".github/a.yaml", files: [], spec: [])
    #expect(line?.origin == .defaults && line?.text == ".github/")
  }

  static let segments: [(pattern: String, ignored: [String], kept: [String])] = [
    ("a*", ["abc", "x/a/y"], ["ba"]), ("*c", ["abc", "x/c/y"], ["cb"]), ("a?c", ["abc", "x/a.c"], ["ac", "abbc"]),
    ("[ab]c", ["ac", "x/bc/y"], ["cc", "c"]), ("\\*", ["*"], ["a"]), ("*", ["a", "a/b"], []),
    ("a*c", ["ac", "abc"], ["acb"]),
    ("**/a/**", ["a/b", "x/a/b/c"], ["ab"]), ("/a/*/c", ["a/b/c", "a/b/c/d"], ["a/c", "a/b/b/c", "x/a/b/c"]),
    ("a/**/c", ["a/c", "a/b/b/c"], ["b/c", "a/cc"]), ("**", ["a", "a/b"], []), ("a/b/", ["a/b/c"], ["a/b", "x/a/b/c"]),
  ]

  @Test(arguments: segments) func `each kind of segment fits what it says`(
    pattern: String, ignored: [String], kept: [String]
  ) {
    let ignore = SourceIgnore(files: [("", Array(pattern.utf8))])
    for path in ignored { #expect(ignore.ignores(path), "\(path)") }
    for path in kept { #expect(!ignore.ignores(path), "\(path)") }
  }

  @Test func `many stars do not take for ever`() {
    let ignore = SourceIgnore(files: [("", Array(String(repeating: "*a", count: 500).utf8))])
    #expect(!ignore.ignores(String(repeating: "a", count: 499) + "b"))
  }
}
