import Reporters
import Testing

/// What a terminal or the runner of a CI system would obey is shown, not written.
@Suite struct `lines for people` {
  static let parts: [(parts: [String], shown: String)] = [
    (["plain", " text"], "plain text"),
    (["\u{1B}[31mred\u{7}"], "\\u{1b}[31mred\\u{7}"),
    (["a\nb\r\t"], "a\\nb\\r\\t"),
    (["\u{202E}abc\u{2066}\u{FEFF}\u{200B}"], "\\u{202e}abc\\u{2066}\\u{feff}\\u{200b}"),
    (["::error::x"], ":\\:error::x"),
    (["  ", ":", ":add-mask::x"], "  :\\:add-mask::x"),
    (["\u{3000}::debug::x"], "\u{3000}:\\:debug::x"),
    (["a ::error::x"], "a ::error::x"),
    (["\n::error::x"], "\\n::error::x"),
    (["##[error]x ##vso[task.x]y ##teamcity[z]"], "##\\[error]x ##vso\\[task.x]y ##teamcity\\[z]"),
    (["#", "#", "vso", "[x]"], "##vso\\[x]"),
    (["###[x] #a#[x] ## [x]"], "###\\[x] #a#[x] ## [x]"),
    (["é 日本 👍🏽"], "é 日本 👍🏽"),
  ]

  @Test(arguments: parts) func `a part is escaped by what stands before it`(parts: [String], shown: String) {
    var line = ShownLine()
    for part in parts { line.add(part) }
    #expect(line.text == shown)
  }

  @Test func `a line that is shown once more stays as it is`() {
    for (_, shown) in Self.parts { #expect(ShownLine(shown).text == shown) }
  }

  @Test func `a text of several lines keeps its lines and nothing else`() {
    #expect(ShownLines(ofText: "a\n\n  ::error::x\n\u{1B}b\n").text == "a\n\n  :\\:error::x\n\\u{1b}b\n")
  }

  static let diffLines: [(line: String, shown: String?)] = [
    (" a: b\n", nil), (" \ta\r\n", nil), ("+::error::x\n", nil), (" a: é\n", nil), (" a: \u{200D}\n", nil),
    ("   ::add-path::/x\n", "   :\\:add-path::/x\n"), ("-a # ##vso[x]", "-a # ##vso\\[x]"),
    (" # \u{202E}x\r\n", " # \\u{202e}x\r\n"),
  ]

  @Test(arguments: diffLines) func `a line of a diff is changed only where it would be obeyed`(
    line: String, shown: String?
  ) throws {
    let bytes = Array(line.utf8)
    let result = ShownText.diffLine(bytes[0], bytes[1...])
    #expect(result.map { String(decoding: $0, as: UTF8.self) } == shown)
  }
}
