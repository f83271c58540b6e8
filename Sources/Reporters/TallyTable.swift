import Diagnostics

/// Rules with their numbers and what to do, a row each: in columns where there is room for them, else folded.
struct TallyTable {
  struct Row {
    var number: Int
    /// What is counted: `error`, `finding`.
    var noun: String
    var paint: Paint?
    var subject: String
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

  /// From this width on there are columns.
  static let tableWidth = 72

  /// - Parameter label: stands before the first row; the others are indented by as much.
  static func lines(_ rows: [Row], label: String, style: TextStyle) -> [ShownLine] {
    let digits = rows.map { String($0.number).utf8.count }.max() ?? 0
    let words = rows.map { counted($0.number, $0.noun).utf8.count - String($0.number).utf8.count }.max() ?? 0
    let subjects = rows.map { ShownText.width(of: $0.subject) }.max() ?? 0
    let isTable = style.width.map { $0 >= tableWidth } ?? true
    return rows.enumerated().flatMap { index, row in
      // Without columns the label needs no blanks behind it.
      let first = isTable ? label : String(label.prefix { $0 != ":" }) + ":"
      let head = index == 0 ? first : padded("", to: isTable ? label.utf8.count : 1)
      let number = String(repeating: " ", count: isTable ? digits - String(row.number).utf8.count : 0)
      let count = counted(row.number, row.noun)
      let spans = [ShownLine.Span(head, .bold), ShownLine.Span(" " + number), ShownLine.Span(count, row.paint)]
      guard isTable else {
        return Paragraph(spans, "\(row.subject): \(row.advice)", indent: 3, style: style).lines
      }
      var line = ShownLine(style: style)
      line.add(spans)
      line.add(padded("", to: digits + words - number.utf8.count - count.utf8.count + 2))
      line.add(padded(row.subject, to: subjects) + "  ")
      line.add(row.advice, index == 0 && !label.isEmpty ? .bold : nil)
      return [line]
    }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - ShownText.width(of: text)))
  }
}
