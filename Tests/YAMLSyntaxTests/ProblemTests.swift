import SourceText
import Testing
import YAMLSyntax

@Suite struct ProblemTests {
  /// Text, message, and the bytes of its range.
  static let syntax: [(text: String, message: String, place: String)] = [
    ("a: b: c\n", "mapping values are not allowed in this context", ":"),
    ("a: 1\n b: 2\n", "mapping values are not allowed in this context", ":"),
    ("a: [b\n", "did not find expected ',' or ']' while parsing a flow sequence", ""),
    ("a: \"b\n", "found unexpected end of stream while scanning a quoted scalar", ""),
    ("a:\n\tb: 1\n", "found a tab character that cannot start any token, indent with spaces", "\t"),
    ("a: @b\n", "found character '@' that cannot start any token, quote the value", "@"),
    ("a: é@\nb: @é\n", "found character '@' that cannot start any token, quote the value", "@"),
    ("é: *x\n", "unknown anchor 'x'", "*x"),
    ("a: \"\\q\"\n", "found unknown escape character while parsing a quoted scalar", "\\"),
    ("a: \"\\xZZ\"\n", "did not find expected hexadecimal number while parsing a quoted scalar", "Z"),
    ("a: [!!str, x]\n", "found ',' directly after a tag, put a blank before it", ","),
    ("a: [b?c]\n", "did not find expected ',' or ']', quote the '?'", "?"),
    ("a: {b?: c}\n", "did not find expected ',' or '}', quote the '?'", "?"),
    ("a: \"x\\/y\"\n", "found unknown escape character", "\\/"),
    ("a: \u{7}\n", "control characters are not allowed", "\u{7}"),
    ("a: \0b\n", "control characters are not allowed", "\0"),
  ]

  @Test(arguments: syntax) func `syntax problems say what and where`(text: String, message: String, place: String) {
    let forest = forest(text)
    let messages = forest.messages
    #expect(messages == [message])
    let places = forest.problems.map { forest.source($0.range) }
    #expect(places == [place])
    #expect(forest.problems.first?.kind == .syntax)
    #expect(forest.trees[0].documents.isEmpty)
  }

  @Test func `a problem points back to what was being read`() {
    let forest = forest("a: 1\nb: [c, d\ne: 2\n")
    let related = forest.problems.first?.related.map { forest.source($0) }
    #expect(related == "[")
  }

  @Test(
    arguments: [
      ([0x61, 0x3A, 0x20, 0xFF, 0x0A], 3),
      ([0x61, 0x3A, 0x20, 0xC3, 0xA9, 0x20, 0xC3], 6),
      ([0x61, 0x3A, 0x20, 0xC3, 0x28], 4),
      ([0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80], 3),
    ] as [([UInt8], Int)])
  func `bad UTF-8 is a problem at its byte`(bytes: [UInt8], offset: Int) {
    let forest = forest(bytes)
    #expect(forest.problems.map(\.kind) == [.encoding])
    #expect(forest.problems.first?.range.bounds.lowerBound == offset)
  }

  @Test(arguments: [[0xFF, 0xFE, 0x61, 0x00], [0xFE, 0xFF, 0x00, 0x61]] as [[UInt8]])
  func `UTF-16 is refused`(bytes: [UInt8]) {
    let forest = forest(bytes)
    #expect(forest.problems.map(\.kind) == [.encoding])
    #expect(forest.trees[0].documents.isEmpty)
  }

  @Test func `bad bytes in one document leave the others`() {
    let forest = forest(Array("a: 1\n---\nb: ".utf8) + [0xFF] + Array("\n---\nc: 3\n".utf8))
    let roots = forest.trees[0].documents.map { forest.source($0.root) }
    #expect(roots == ["a: 1", "c: 3"])
  }

  @Test func `a repeated key is a problem and the mapping is kept`() throws {
    let forest = forest("spec:\n  é: 1\n  b: 2\n  \"é\": 3\n")
    let problem = try #require(forest.problems.first)
    #expect(problem.kind == .duplicateKey)
    #expect(problem.message == "mapping key 'é' is already defined")
    let repeated = forest.source(problem.range)
    #expect(repeated == "\"é\"")
    let first = problem.related.map { forest.source($0) }
    #expect(first == "é")
    let spec = try #require(forest.node("spec"))
    #expect(forest.count(spec) == 3)
    #expect(forest.pairs(spec).count == 2)
    let value = forest.value(spec, "é").map { forest.text($0) }
    #expect(value == "1")
  }

  @Test(arguments: [
    ("{a: 1, b: 2, c: 3}", 0), ("{a: 1, a: 2, a: 3}", 2), ("{1: a, \"1\": b}", 1), ("{? [a] : 1, ? [a] : 2}", 0),
    ("{<<: {a: 1}, <<: {b: 2}}", 1), ("[&x a, {*x : 1, a: 2}]", 1), ("{ab: 1, ac: 2, bb: 3, a: 4, \"\": 5, '': 6}", 1),
    ("{a: {a: 1}, b: {a: 1}}", 0),
  ])
  func `keys are compared by their text`(text: String, count: Int) {
    let forest = forest(text)
    #expect(forest.problems.count { $0.kind == .duplicateKey } == count)
    #expect(forest.problems.count == count)
  }

  @Test(arguments: [2, 40, 64, 65, 200, 5_000])
  func `repeated keys are found in mappings of any size`(count: Int) {
    let lines = (0..<count).map { "key\($0): \($0)" }
    let forest = forest((lines + ["key1: again", "key0: again"]).joined(separator: "\n"))
    let places = forest.problems.map { forest.source($0.range) }
    #expect(places == ["key1", "key0"])
    #expect(forest.problems.compactMap(\.related).count == 2)
    #expect(forest.pairs(forest.root()).count == count)
  }
}
