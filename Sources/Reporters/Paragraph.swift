/// Text behind a head, folded at blanks where the width is known.
struct Paragraph {
  private(set) var lines: [ShownLine] = []

  /// - Parameters:
  ///   - head: what stands before the text, fit to be shown; a blank follows it.
  ///   - text: whatever is in it.
  ///   - indent: where further lines begin, before the blank between words; further left where a word needs it.
  init(_ head: [ShownLine.Span], _ text: String, _ paint: Paint? = nil, indent: Int, style: TextStyle) {
    self.init(head, [ShownLine.Span(text, paint)], indent: indent, style: style)
  }

  /// The same with a text in several parts, each of whole words.
  ///
  /// - Parameter command: what comes behind the text, to be copied: it is folded only where no line can hold it.
  init(_ head: [ShownLine.Span], _ parts: [ShownLine.Span], command: String = "", indent: Int, style: TextStyle) {
    var line = ShownLine(style: style)
    line.add(head)
    var column = head.reduce(0) { $0 + ShownText.width(of: $1.text) }
    var mayBreak = column > indent
    // Without a head the first word has no blank before it.
    var isAtStart = column == 0
    var words = ""
    func endPart(_ paint: Paint?) {
      guard !words.isEmpty else { return }
      if !isAtStart { line.add(" ") }
      isAtStart = false
      line.add(String(words.dropFirst()), paint)
      words = ""
    }
    func add(_ word: String, _ paint: Paint?) {
      let width = ShownText.width(of: word)
      // At the beginning of a line `::` would have to be escaped.
      if let limit = style.width, mayBreak, column + 1 + width > limit, !word.hasPrefix("::") {
        endPart(paint)
        lines.append(line)
        line = ShownLine(style: style)
        // A word that fits only further left begins there; for what is wider than the line that is no help.
        column = width < limit ? min(indent, limit - width - 1) : indent
        line.add(String(repeating: " ", count: column))
      }
      words += " " + word
      column += 1 + width
      // What is wider than the line is continued by the terminal, and the text behind it.
      if let limit = style.width, width >= limit, column > limit { column = (column - 1) % limit + 1 }
      mayBreak = true
    }
    for part in parts {
      for word in ShownText.sentence(part.text).split(separator: " ", omittingEmptySubsequences: false) {
        add(String(word), part.paint)
      }
      endPart(part.paint)
    }
    if !command.isEmpty {
      let shown = ShownText.sentence(command)
      if let limit = style.width, ShownText.width(of: shown) >= limit {
        for word in shown.split(separator: " ") { add(String(word), nil) }
      } else {
        add(shown, nil)
      }
      endPart(nil)
    }
    lines.append(line)
  }
}
