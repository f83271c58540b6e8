import SourceText
import Testing

@Suite struct LineIndexTests {
  static let positions: [(text: String, offset: Int, line: Int, column: Int)] = [
    ("", 0, 1, 1),
    ("abc", 0, 1, 1), ("abc", 2, 1, 3), ("abc", 3, 1, 4), ("abc", 99, 1, 4),
    ("a\nbc\n", 1, 1, 2), ("a\nbc\n", 2, 2, 1), ("a\nbc\n", 3, 2, 2), ("a\nbc\n", 5, 3, 1),
    ("a\r\nb", 1, 1, 2), ("a\r\nb", 3, 2, 1),
    ("a\rb\r\rc", 2, 2, 1), ("a\rb\r\rc", 5, 4, 1),
    ("é: ü", 4, 1, 4), ("日本: 語\nx", 8, 1, 5), ("日本: 語\nx", 12, 2, 1), ("😀a", 4, 1, 2),
    // A byte inside a character belongs to it.
    ("😀a", 2, 1, 2),
    ("\u{FEFF}ab\nc", 0, 1, 1), ("\u{FEFF}ab\nc", 3, 1, 1), ("\u{FEFF}ab\nc", 4, 1, 2), ("\u{FEFF}ab\nc", 6, 2, 1),
    // Only at the start of the file is it a mark.
    ("a\n\u{FEFF}b", 5, 2, 2),
  ]

  @Test(arguments: positions)
  func `an offset is a line and a column`(text: String, offset: Int, line: Int, column: Int) {
    let bytes = Array(text.utf8)
    #expect(LineIndex(bytes).position(of: offset, in: bytes) == Position(line: line, column: column))
  }

  @Test(
    arguments: [
      ("", [""]), ("a", ["a"]), ("a\n", ["a", ""]), ("a\r\nb\rc\nd", ["a", "b", "c", "d"]), ("\n\r\n", ["", "", ""]),
      ("\r\r\n", ["", "", ""]), ("é\n日本", ["é", "日本"]),
    ] as [(String, [String])])
  func `lines are what stands between line breaks`(text: String, lines: [String]) {
    let bytes = Array(text.utf8)
    let index = LineIndex(bytes)
    #expect(index.count == lines.count)
    let found = (0..<index.count).map { String(decoding: bytes[index.range(ofLine: $0, in: bytes)], as: UTF8.self) }
    #expect(found == lines)
  }
}
