/// A sentence behind a head, folded at blanks where the width is known.
struct Paragraph {
  private(set) var lines: [ShownLine] = []

  /// - Parameters:
  ///   - head: what stands before the text, fit to be shown; a blank follows it.
  ///   - text: whatever is in it.
  ///   - indent: where further lines begin, before the blank between words.
  init(_ head: [ShownLine.Span], _ text: String, _ paint: Paint? = nil, indent: Int, style: TextStyle) {
    var line = ShownLine(style: style)
    line.add(head)
    var start = head.reduce(0) { $0 + ShownText.width(of: $1.text) }
    var column = start
    var words = ""
    func end() -> ShownLine {
      line.add([ShownLine.Span(" "), ShownLine.Span(String(words.dropFirst()), paint)])
      return line
    }
    for word in ShownText.sentence(text).split(separator: " ", omittingEmptySubsequences: false) {
      let width = ShownText.width(of: String(word))
      // At the beginning of a line `::` would have to be escaped.
      if let limit = style.width, column > start, column + 1 + width > limit, !word.hasPrefix("::") {
        lines.append(end())
        line = ShownLine(style: style)
        line.add(String(repeating: " ", count: indent))
        start = indent
        column = indent
        words = ""
      }
      words += " " + word
      column += 1 + width
    }
    lines.append(end())
  }
}
