import SourceText
import Testing
import YAMLSyntax

@Suite struct DocumentTests {
  /// What a file is cut into: the text of each root.
  static let cuts: [(text: String, roots: [String])] = [
    ("", []),
    ("# only a comment\n", []),
    ("a: 1\n", ["a: 1"]),
    ("a: 1\n---\nb: 2\n", ["a: 1", "b: 2"]),
    ("a: 1\r\n---\r\nb: 2\r\n", ["a: 1", "b: 2"]),
    ("---\na: 1\n--- # next\nb: 2\n", ["a: 1", "b: 2"]),
    ("a: 1\n---\t \nb: 2\n", ["a: 1", "b: 2"]),
    ("a: 1\n---#c\nb: 2\n", ["a: 1", "b: 2"]),
    // Without a line break after it there is no cut; YAML then ends the document there.
    ("a: 1\n---", ["a: 1"]),
    // Of each piece only the first document counts.
    ("a: 1\n...\nb: 2\n", ["a: 1"]),
    ("a: 1\n...\n---\nb: 2\n", ["a: 1", "b: 2"]),
    ("a: 1\n---\n---\nb: 2\n", ["a: 1", "b: 2"]),
    // Cut before anything is read: also in the middle of a block scalar.
    ("a: |\n  x\n---\n  y\n", ["a: |\n  x", "y"]),
    ("a: 1\n ---\n", ["a: 1\n ---"]),
    ("--- {a: 1}\n", ["{a: 1}"]),
    ("a: 1\n---\n\u{FEFF}b: 2\n", ["a: 1", "b: 2"]),
  ]

  @Test(arguments: cuts) func `a file is cut at separator lines`(text: String, roots: [String]) {
    let forest = forest(text)
    let found = forest.trees[0].documents.map { forest.source($0.root) }
    #expect(found == roots)
    let messages = forest.messages
    #expect(messages == [])
  }

  @Test func `the range of a document runs from separator to separator`() {
    let forest = forest("# a\na: 1\n---\nb: 2\n")
    let ranges = forest.trees[0].documents.map { forest.source($0.range) }
    #expect(ranges == ["# a\na: 1\n", "b: 2\n"])
  }

  @Test func `content on a separator line is a problem there`() {
    let forest = forest("a: 1\n--- {b: 2} \nc: 3\n---x\nd: 4\n")
    let places = forest.problems.map { forest.source($0.range) }
    #expect(places == ["--- {b: 2}", "---x"])
    let documents = forest.problems.map(\.document)
    #expect(documents == [1, 2])
    #expect(forest.trees[0].documents.count == 3)
  }

  @Test func `a separator takes the dashes away from a directive`() {
    let forest = forest("%YAML 1.1\n---\na: 1\n")
    let messages = forest.messages
    #expect(messages == ["did not find expected <document start>"])
    #expect(forest.trees[0].documents.count == 1)
  }

  /// go-yaml v3 is two tokens ahead of the document it reads.
  @Test(arguments: [
    ("a: 1\n%YAML 1.1\nb: 2\n", ["mapping values are not allowed in this context"]), ("a: 1\n%YAML 1.1\n", []),
    ("a: 1\n...\n@b\n", ["found character '@' that cannot start any token, quote the value"]),
    ("a: 1\n...\nb: 2\n@c\n", []), ("a: 1\n...\nb\n", []),
  ]) func `what follows a document closely is read`(text: String, messages: [String]) {
    let found = forest(text).messages
    #expect(found == messages)
  }

  @Test func `a problem in one document leaves the others`() {
    let forest = forest("a: 1\n---\nb: [\n---\nc: 3\n---\nd: @\n---\ne: 5\n")
    let roots = forest.trees[0].documents.map { forest.source($0.root) }
    #expect(roots == ["a: 1", "c: 3", "e: 5"])
    let documents = forest.problems.map(\.document)
    #expect(documents == [1, 3])
    #expect(forest.problems.allSatisfy { $0.kind == .syntax })
    let places = forest.problems.map { forest.source($0.range) }
    #expect(places == ["", "@"])
  }

  @Test func `a document with a problem leaves no nodes behind`() {
    let forest = forest("x: \"\\x41\"\n---\ny: [\"\\x42\", {k: v, k: w}, \n---\nz: \"\\x43\"\n")
    #expect(forest.trees[0].nodes.count == 6)
    #expect(forest.trees[0].pool == Array("AC".utf8))
    #expect(forest.problems.count == 1)
  }
}
