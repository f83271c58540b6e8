import SourceText
import Testing
import YAMLSyntax

@Suite struct CommentTests {
  /// A file, and its comments: `!` marks those that stand alone on their line.
  static let files: [(text: String, comments: [String])] = [
    ("", []),
    ("# a\nb: 1 # c\n#d\n  # e  \n", ["!a", "c", "!d", "!e"]),
    ("a: b#c\nd: \"x # y\" # z\ne: 'x # y'# f\n", ["z", "f"]),
    ("a: | # header\n  # text\n  more # text\n# after\nb: >-\n  # text\n", ["header", "!after"]),
    ("a: |\n  text\n # less indented\nb: 1\n", ["!less indented"]),
    ("a: one\n  two # c\n", ["c"]),
    ("a: [b, # c\n  d]# e\n", ["c", "e"]),
    ("a: &x b # c\nd: !t e # f\n", ["c", "f"]),
    ("a: # c\n  - # d\n    b: *x # e\n", []),
    ("a: &x 1\nb: *x # e\n", ["e"]),
    ("# a\r\nb: 1 # c\r\n", ["!a", "c"]),
    ("a: 1 # b\n--- # c\n# d\ne: 1\n---\n# f\n---\ng: [ # h\n# i\n", ["b", "c", "!d", "!f", "!i"]),
    ("\u{FEFF}# a\nb: é # ö\n", ["!a", "ö"]),
    ("a: \"b\n  # c\n  d\" # e\n", ["e"]),
    ("%YAML 1.1 # c\n", []),
  ]

  @Test(arguments: files) func `comments are what is not text`(text: String, comments: [String]) {
    let forest = forest(text)
    let found = forest.trees[0].comments(file: FileID(0))
    #expect(found.map { ($0.isAlone ? "!" : "") + $0.text } == comments)
    for comment in found {
      let source = forest.source(comment.range)
      #expect(source.hasPrefix("#") && !source.contains("\n"))
    }
  }
}
