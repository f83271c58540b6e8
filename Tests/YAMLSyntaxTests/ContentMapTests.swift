import SourceText
import Testing
import YAMLSyntax

@Suite struct ContentMapTests {
  /// YAML whose value under `k` contains `${V}` once, and the bytes of the file that make it.
  static let marks: [(yaml: String, source: String)] = [
    ("k: ${V}\n", "${V}"),
    ("k: a b ${V} c\n", "${V}"),
    ("k: 'it''s ${V}'\n", "${V}"),
    ("k: \"\\u00e9 \\x41\\\"${V}\"\n", "${V}"),
    ("k: \"\\x24{V}\"\n", "\\x24{V}"),
    ("k: one\n  two\n\n  ${V}\n", "${V}"),
    ("k: \"one \\\n   two\\\n\n\n   ${V}\"\n", "${V}"),
    ("k: |\n  é\n   indented\n\n  x ${V}\n", "${V}"),
    ("k: |2\n     x\n\n   ${V}\n", "${V}"),
    ("k: >-\r\n  a\r\n  b\r\n\r\n    c\r\n  ${V}\r\n", "${V}"),
    ("k: >+\n\n  a\n\n\n  b ${V}\n\n\n", "${V}"),
    ("k: &a !!str | # comment\n    ${V}\n", "${V}"),
    ("k: a\u{85} b\u{2028} c ${V}\n", "${V}"),
    ("k: \"it\\'s ${V}\"\n", "${V}"),
  ]

  @Test(arguments: marks) func `a part of a scalar is found in its file`(yaml: String, source: String) throws {
    let forest = forest(yaml)
    let messages = forest.messages
    #expect(messages == [])
    let node = try #require(forest.node("k"))
    #expect(forest.written(node).flags.contains(.containsDollar))
    let text = forest.text(node)
    let mark = try #require(text.utf8.firstRange(of: "${V}".utf8))
    let start = text.utf8.distance(from: text.startIndex, to: mark.lowerBound)
    let range = forest.sourceRange(of: node, decoded: start..<start + 4)
    let found = forest.source(range)
    #expect(found == source)
    let rest = forest.sourceRange(of: node, decoded: start + 4..<text.utf8.count)
    #expect(rest.lowerBound >= range.upperBound)
    #expect(forest.sourceOffsets(of: node).count == text.utf8.count)
  }

  @Test func `a line break that folds to a blank is where the blank comes from`() throws {
    let forest = forest("k: one\r\n  two\n")
    let node = try #require(forest.node("k"))
    let range = forest.sourceRange(of: node, decoded: 3..<4)
    #expect(range.bounds == 6..<8)
  }

  @Test func `ranges beyond the text stay in it`() throws {
    let forest = forest("k: 'abc'\ne: ''\n")
    let node = try #require(forest.node("k"))
    #expect(forest.sourceRange(of: node, decoded: 2..<99).bounds == 6..<7)
    #expect(forest.sourceRange(of: node, decoded: 99..<99).bounds == 7..<7)
    let empty = try #require(forest.node("e"))
    #expect(forest.sourceRange(of: empty, decoded: 0..<0).bounds == 13..<13)
    #expect(forest.sourceOffsets(of: empty) == [])
  }

  @Test func `a scalar of a built tree stands for its whole range`() {
    var forest = forest("k: value\n")
    let tree = forest.append(YAMLTree())
    let range = SourceRange(file: FileID(0), 3..<8)
    let built = forest.withTree(tree) { $0.appendScalar("other".utf8, style: .plain, range: range, tree: tree) }
    #expect(forest.sourceRange(of: built, decoded: 1..<2) == range)
  }
}
