import SourceText
import Testing
import YAMLSyntax

@Suite struct LimitTests {
  private func limits(bytes: Int = 1 << 20, depth: Int = 1_000, nodes: Int = 100_000) -> YAMLLimits {
    var limits = YAMLLimits()
    limits.bytes = bytes
    limits.depth = depth
    limits.expandedNodes = nodes
    return limits
  }

  @Test func `a file over the limit of bytes is not read`() {
    let forest = forest("a: 1234567890\n", limits: limits(bytes: 10))
    #expect(forest.problems.map(\.kind) == [.limit])
    #expect(forest.trees[0].nodes.isEmpty)
  }

  @Test(arguments: [10, 100_000]) func `nesting is limited`(depth: Int) {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
      let text = String(repeating: open, count: depth) + "x" + String(repeating: close, count: depth)
      let forest = forest(text, limits: limits(depth: 9))
      #expect(forest.problems.map(\.kind) == [.limit], "\(open)")
      #expect(forest.trees[0].documents.isEmpty)
    }
    let allowed = forest(String(repeating: "[", count: 9) + String(repeating: "]", count: 9), limits: limits(depth: 9))
    #expect(allowed.problems.isEmpty)
  }

  @Test func `nesting counts through aliases`() {
    let text = "a: &a [[[x]]]\nb: &b [[*a]]\nc: [[*b]]\n"
    let forest = forest(text, limits: limits(depth: 7))
    #expect(forest.problems.map(\.kind) == [.limit])
    let place = forest.problems.first.map { forest.source($0.range) }
    #expect(place == "*b")
    let wider = YAMLParser.parse(Array(text.utf8), file: FileID(0), tree: 0, limits: limits(depth: 8))
    #expect(wider.problems.isEmpty)
  }

  @Test func `aliases that multiply are stopped`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    let forest = forest("first: 1\n---\n" + text + "---\nlast: 1\n", limits: limits())
    #expect(forest.problems.map(\.kind) == [.limit])
    #expect(forest.problems.first?.document == 1)
    #expect(forest.trees[0].documents.count == 2)
  }

  @Test func `an alias in its own anchor is refused`() {
    for text in ["a: &a [*a]\n", "&a {b: {c: *a}}\n", "a: &a\n  <<: *a\n"] {
      let forest = forest(text)
      let messages = forest.messages
      #expect(messages == ["anchor 'a' contains itself"], "\(text)")
      #expect(forest.trees[0].documents.isEmpty)
    }
  }

  @Test func `the latest anchor of a name counts`() throws {
    let forest = forest("a: &x 1\nb: *x\nc: &x [2]\nd: *x\ne: &x {k: &x 3, l: *x}\nf: *x\n")
    #expect(forest.problems.isEmpty)
    let texts = try ["b", "d", "f"].map { key in
      let node = try #require(forest.node(key))
      #expect(forest.written(node).kind == .alias)
      return forest.source(forest.resolved(node))
    }
    #expect(texts == ["1", "[2]", "3"])
    let inner = try #require(forest.node("e", "l"))
    let text = forest.text(inner)
    #expect(text == "3")
  }

  @Test func `anchors end with their document`() {
    let forest = forest("a: &x 1\n---\nb: *x\n")
    let messages = forest.messages
    #expect(messages == ["unknown anchor 'x'"])
  }
}
