import SourceText
import Testing
import YAMLSyntax

@Suite struct PositionTests {
  struct Case: Decodable {
    var yaml: String
    var path: [Step]
    var start: Int?
    var end: Int?
    var text: String?
    var content_offset: Int?
    var byte: Int?
  }

  /// A file, and what the value under `k` is in it.
  static let values: [(text: String, source: String)] = [
    ("k: a b # c\n", "a b"), ("k: 'a'\n", "'a'"), ("k:\n\nl: 1\n", ""), ("k: \"é\" \n", "\"é\""),
    ("k: &a !!str b\n", "b"), ("k: !!str &a\n  b\n", "b"), ("k: &a # c\r  b\r", "b"), ("k: &x:[1, 2]\n", ":[1, 2]"),
    ("k: !<a,b> c\n", "c"), ("k: ! c\n", "c"), ("k: &a\nl: 1\n", ""), ("k: {a: b} # c\n", "{a: b}"),
    ("k: &a\n  b: c\n  # d\n\nl: 1\n", "b: c"), ("k:\n- a\n- b:\n\n# c\nl: 1\n", "- a\n- b:"),
    ("k:\n  ? a\n\n# c\nl: 1\n", "? a"), ("k: [a: b , c]\n", "[a: b , c]"),
    ("k: |\n  a\n   \n  b\n\n\nl: 1\n", "|\n  a\n   \n  b"), ("k: |\n  a\n   \nl: 1\n", "|\n  a\n   "),
    ("k: |\n  a\n  \nl: 1\n", "|\n  a"), ("k: |+\n  a\n\n\nl: 1\n", "|+\n  a\n\n"), ("k: >- # c\n\nl: 1\n", ">-"),
    ("k: |2\n    a\n\n# c\nl: 1\n", "|2\n    a"), ("k: |\r\n  a\r\n\r\n", "|\r\n  a"), ("k: |\n  a", "|\n  a"),
    ("é: 日本\nk: 'ü'\n", "'ü'"), ("\u{FEFF}k: [é, 😀]\n", "[é, 😀]"),
  ]

  @Test(arguments: values) func `the range of a value is its text`(text: String, source: String) throws {
    let forest = forest(text)
    let messages = forest.messages
    #expect(messages == [])
    let value = forest.node("k")
    let node = try #require(value)
    let found = forest.source(node)
    #expect(found == source)
    #expect(forest.written(node).flags.contains(.omitted) == source.isEmpty)
  }

  @Test(.enabled(if: SharedCases.arePresent))
  func `ranges of values are those of the recorded cases`() throws {
    let cases: [Case] = try SharedCases.read("positions.json").filter { $0.start != nil }
    #expect(cases.count >= 156)
    for item in cases {
      let forest = forest(item.yaml)
      let messages = forest.messages
      #expect(messages == [], "\(item.yaml)")
      let found = forest.node(at: item.path)
      let node = try #require(found, "\(item.path) of \(item.yaml)")
      let range = forest.range(node).bounds
      #expect(range.lowerBound == item.start && range.upperBound == item.end, "\(item.path) of \(item.yaml)")
      let source = forest.source(node)
      #expect(source == item.text)
    }
  }

  @Test(.enabled(if: SharedCases.arePresent))
  func `bytes of decoded text lie where the recorded cases have them`() throws {
    let cases: [Case] = try SharedCases.read("positions.json").filter { $0.content_offset != nil }
    #expect(cases.count >= 176)
    for item in cases {
      let forest = forest(item.yaml)
      let found = forest.node(at: item.path)
      let node = try #require(found, "\(item.path) of \(item.yaml)")
      let offset = try #require(item.content_offset)
      let byte = try #require(item.byte)
      let offsets = forest.sourceOffsets(of: node)
      let text = forest.text(node)
      #expect(Int(offsets[offset]) == byte, "\(offset) of '\(text)' at \(item.path) of \(item.yaml)")
    }
  }
}
