import Testing
import rulegen

/// The reader of rule files: what it takes and what it refuses.
struct StrictYAMLTests {
  @Test func `scalars and blocks mean what they mean in YAML`() throws {
    let text = """
      # A comment.
      plain: kustomize.toolkit.fluxcd.io/v1 and C# too

      single: 'it''s: quoted'
      double: "a \\"word\\" and a \\\\"
      folded: >-
        One line
        goes on.

        # A new paragraph.

      literal: |-
        first
          deeper

        last

      """
    #expect(
      outline(try StrictYAML.parse(text, path: "x")) == """
        plain=kustomize.toolkit.fluxcd.io/v1 and C# too;single=it's: quoted;double=a "word" and a \\;\
        folded=One line goes on.\n# A new paragraph.;literal=first\n  deeper\n\nlast
        """)
  }

  @Test func `lists hold texts and maps`() throws {
    let text = """
      texts:
        - one
        # between
        - >-
          two
          three
      maps:
        - title: a
          source: b
        - title: c
          source: d
      map:
        bad: x
        good: y

      """
    #expect(
      outline(try StrictYAML.parse(text, path: "x")) == "texts=[one|two three];maps=[{title=a;source=b}|"
        + "{title=c;source=d}];map={bad=x;good=y}")
  }

  @Test func `a place is a line and a column of code points`() throws {
    let entries = try StrictYAML.parse("map:\n  é: 1\n".replacing("é", with: "e"), path: "x")
    guard case .map(let inner) = entries[0].value.value else {
      Issue.record("not a map")
      return
    }
    #expect([inner[0].line, inner[0].column, inner[0].value.line, inner[0].value.column] == [2, 3, 2, 6])
  }

  @Test(arguments: [
    ("a: b", "1:1: error: the file does not end with a line break"),
    ("a: b \n", "1:5: error: trailing blank"),
    ("a:\tb\n", "1:3: error: tabs and carriage returns are not allowed here"),
    ("a: b\r\n", "1:5: error: tabs and carriage returns are not allowed here"),
    ("a: b\na: c\n", "2:1: error: the key 'a' is there already"),
    ("just text\n", "1:1: error: expected 'key: value'"),
    ("---\na: b\n", "1:1: error: expected 'key: value'"),
    ("a:\nb: c\n", "1:1: error: the value is missing"),
    ("a:\n   b: c\n", "2:4: error: expected an indentation of 2 blanks"),
    ("a: b\n  c: d\n", "2:3: error: the indentation does not belong to any key above it"),
    ("a: {b: c}\n", "1:4: error: a plain scalar does not start with '{': quote it"),
    ("a: &b c\n", "1:4: error: a plain scalar does not start with '&': quote it"),
    ("a: >\n  b\n", "1:4: error: a plain scalar does not start with '>': quote it"),
    ("é: ü: x\n", "1:1: error: expected 'key: value'"),
    ("a: ü: x\n", "1:5: error: a plain scalar does not contain ': ': quote it"),
    ("a: b # c\n", "1:6: error: a comment stands on a line of its own; quote a scalar that contains ' #'"),
    ("a: 'b\n", "1:4: error: the closing quote is missing"),
    ("a: 'b' c\n", "1:7: error: text after the closing quote"),
    ("a: \"\\n\"\n", "1:5: error: unknown escape"),
    ("a: >-\n  b\n    c\n", "3:3: error: a folded block has no deeper lines"),
    ("a: >-\nb: c\n", "1:1: error: the block is empty"),
    ("a: >-\n\n  b\n", "2:1: error: a block does not start with an empty line"),
    ("a:\n  - b\n  c: d\n", "3:3: error: expected a list item '- '"),
  ])
  func `anything else is refused at its place`(text: String, expected: String) {
    #expect(message { try StrictYAML.parse(text, path: "r.yaml") } == "r.yaml:" + expected)
  }

  private func outline(_ entries: [StrictNode.Entry]) -> String {
    entries.map { "\($0.key)=\(outline($0.value))" }.joined(separator: ";")
  }

  private func outline(_ node: StrictNode) -> String {
    switch node.value {
    case .text(let text): text
    case .list(let items): "[" + items.map(outline).joined(separator: "|") + "]"
    case .map(let entries): "{" + outline(entries) + "}"
    }
  }
}

/// What `body` throws, or nil.
func message(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
