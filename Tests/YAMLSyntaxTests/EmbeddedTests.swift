import SourceText
import Testing
import YAMLSyntax

@Suite struct EmbeddedTests {
  /// A file whose `patch` is YAML with a value `x` under `spec.a`, in each style.
  static let patches: [String] = [
    "patch: |-\n  # é\n  kind: T\n  spec:\n    a: x\n",
    "patch: |\n    spec:\n      b: 1\n      a: x # c\n\n",
    "patch: >\n  spec:\n\n    a: x\n",
    "patch: \"spec:\\n  a: x\"\n",
    "patch: \"kind: \\u00e9\\nspec:\\n  a: x\\n\"\n",
    "patch: '{spec: {b: it''s, a: x}}'\n",
    "patch: '{spec: {b: it''s,\n\n  a: x}}'\n",
    "patch: |\r\n  spec:\r\n    a: x\r\n",
  ]

  @Test(arguments: patches) func `a value in an inline patch is found in the file`(text: String) throws {
    var forest = forest(text)
    let scalar = try #require(forest.node("patch"))
    let tree = forest.append(forest.parseEmbedded(scalar, tree: forest.nextTreeIndex))
    #expect(forest.trees[Int(tree)].problems.isEmpty)
    let root = try #require(forest.trees[Int(tree)].documents.first?.root)
    let value = try #require(forest.value(root, "spec", "a"))
    let found = forest.source(value)
    #expect(found == "x")
    let decoded = forest.text(value)
    #expect(decoded == "x")
    let spec = try #require(forest.pair(root, "spec"))
    let key = forest.source(spec.key)
    #expect(key == "spec")
  }

  @Test func `a part of a scalar in an inline patch is found in the file`() throws {
    var forest = forest("é: 1\npatch: |\n  spec:\n    a: \"\\x41 b ${V}\"\n    b: |\n      line\n      ${W} é\n")
    let scalar = try #require(forest.node("patch"))
    let tree = forest.append(forest.parseEmbedded(scalar, tree: forest.nextTreeIndex))
    let root = try #require(forest.trees[Int(tree)].documents.first?.root)
    let quoted = try #require(forest.value(root, "spec", "a"))
    let first = forest.sourceRange(of: quoted, decoded: 4..<8)
    let firstSource = forest.source(first)
    #expect(firstSource == "${V}")
    let escape = forest.sourceRange(of: quoted, decoded: 0..<1)
    let escapeSource = forest.source(escape)
    #expect(escapeSource == "\\x41")
    let block = try #require(forest.value(root, "spec", "b"))
    let second = forest.sourceRange(of: block, decoded: 5..<9)
    let secondSource = forest.source(second)
    #expect(secondSource == "${W}")
  }

  @Test func `YAML inside YAML inside YAML is found in the file`() throws {
    var forest = forest("patch: |\n  data: |\n    inner:\n      a: x\n")
    let outer = try #require(forest.node("patch"))
    let tree = forest.append(forest.parseEmbedded(outer, tree: forest.nextTreeIndex))
    let data = try #require(forest.trees[Int(tree)].documents.first.flatMap { forest.value($0.root, "data") })
    let inner = forest.append(forest.parseEmbedded(data, tree: forest.nextTreeIndex))
    let value = try #require(
      forest.trees[Int(inner)].documents.first.flatMap { forest.value($0.root, "inner", "a") })
    #expect(forest.range(value).bounds == 39..<40)
    let source = forest.source(value)
    #expect(source == "x")
  }

  @Test func `problems of an inline patch are where they stand in the file`() throws {
    var forest = forest("patch: |\n  a: 1\n  a: 2\n  ---\n  b: [\n")
    let scalar = try #require(forest.node("patch"))
    let embedded = forest.parseEmbedded(scalar, tree: forest.nextTreeIndex)
    _ = forest.append(embedded)
    #expect(embedded.problems.map(\.kind) == [.duplicateKey, .syntax])
    let place = forest.source(embedded.problems[0].range)
    #expect(place == "a")
    #expect(embedded.problems[0].range.bounds.lowerBound == 18)
    let related = embedded.problems[0].related?.bounds.lowerBound
    #expect(related == 11)
    #expect(embedded.problems[1].range.bounds.upperBound <= forest.trees[0].source.count)
  }
}
