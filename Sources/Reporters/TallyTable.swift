import Diagnostics

/// Rules with their numbers and what to do, a row each: in columns where there is room for them, else folded.
struct TallyTable {
  struct Row {
    var number: Int
    /// What is counted: `error`, `finding`.
    var noun: String
    var paint: Paint?
    var subject: String
    /// Empty when there is none.
    var advice: String

    init(_ tally: RuleTally) {
      number = tally.count
      noun = tally.severity.rawValue
      paint = tally.severity.paint
      subject = tally.rule.name
      advice = tally.advice
    }

    init(number: Int, noun: String, subject: String, advice: String) {
      self.number = number
      self.noun = noun
      self.subject = subject
      self.advice = advice
    }
  }

  /// Whether there is room for columns: where nothing has to be folded.
  static func isTable(_ rows: [Row], label: String, style: TextStyle) -> Bool {
    guard let width = style.width else { return true }
    let columns = Columns(rows)
    let advice = rows.map { ShownText.width(of: $0.advice) }.max() ?? 0
    return label.utf8.count + 1 + columns.numbers + 2 + columns.subjects + 2 + advice <= width
  }

  private struct Columns {
    var digits: Int
    /// With what is counted.
    var numbers: Int
    var subjects: Int

    init(_ rows: [Row]) {
      digits = rows.map { String($0.number).utf8.count }.max() ?? 0
      let words = rows.map { counted($0.number, $0.noun).utf8.count - String($0.number).utf8.count }.max() ?? 0
      numbers = digits + words
      subjects = rows.map { ShownText.width(of: $0.subject) }.max() ?? 0
    }
  }

  /// - Parameters:
  ///   - label: stands before the first row; the others are indented by as much.
  ///   - isTable: whether to write columns; nil where there is room for them.
  static func lines(_ rows: [Row], label: String, isTable: Bool? = nil, style: TextStyle) -> [ShownLine] {
    let columns = Columns(rows)
    let isTable = isTable ?? Self.isTable(rows, label: label, style: style)
    return rows.enumerated().flatMap { index, row in
      // Without columns the label needs no blanks behind it.
      let first = isTable ? label : String(label.prefix { $0 != ":" }) + ":"
      let head = index == 0 ? first : padded("", to: isTable ? label.utf8.count : 1)
      let number = String(repeating: " ", count: isTable ? columns.digits - String(row.number).utf8.count : 0)
      let count = counted(row.number, row.noun)
      let spans = [ShownLine.Span(head, .bold), ShownLine.Span(" " + number), ShownLine.Span(count, row.paint)]
      guard isTable else {
        let subject = ShownLine.Span(row.advice.isEmpty ? row.subject : row.subject + ":")
        return Paragraph(spans, [subject], command: row.advice, indent: 3, style: style).lines
      }
      var line = ShownLine(style: style)
      line.add(spans)
      line.add(padded("", to: columns.numbers - number.utf8.count - count.utf8.count + 2))
      line.add(padded(row.subject, to: columns.subjects) + "  ")
      line.add(row.advice, index == 0 && !label.isEmpty ? .bold : nil)
      return [line]
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - ShownText.width(of: text)))
  }
}
