/// Text behind a head, folded at blanks where the width is known.
struct Paragraph {
  private(set) var lines: [ShownLine] = []

  /// - Parameters:
  ///   - head: what stands before the text, fit to be shown; a blank follows it.
  ///   - text: whatever is in it.
  ///   - indent: where further lines begin, before the blank between words.
  init(_ head: [ShownLine.Span], _ text: String, _ paint: Paint? = nil, indent: Int, style: TextStyle) {
    self.init(head, [ShownLine.Span(text, paint)], indent: indent, style: style)
  }

  /// The same with a text in several parts, each of whole words.
  init(_ head: [ShownLine.Span], _ parts: [ShownLine.Span], indent: Int, style: TextStyle) {
    var line = ShownLine(style: style)
    line.add(head)
    var column = head.reduce(0) { $0 + ShownText.width(of: $1.text) }
    // Without a head the first word has no blank before it.
    var isAtStart = column == 0
    for part in parts {
      var words = ""
      func endPart() {
        guard !words.isEmpty else { return }
        if !isAtStart { line.add(" ") }
        isAtStart = false
        line.add(String(words.dropFirst()), part.paint)
        words = ""
      }
      for word in ShownText.sentence(part.text).split(separator: " ", omittingEmptySubsequences: false) {
        let width = ShownText.width(of: String(word))
        // At the beginning of a line `::` would have to be escaped.
        if let limit = style.width, column > indent, column + 1 + width > limit, !word.hasPrefix("::") {
          endPart()
          lines.append(line)
          line = ShownLine(style: style)
          line.add(String(repeating: " ", count: indent))
          column = indent
        }
        words += " " + word
        column += 1 + width
      }
      endPart()
    }
    lines.append(line)
  }
}
