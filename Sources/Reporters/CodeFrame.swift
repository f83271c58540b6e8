import Diagnostics
import SourceText

/// Some lines of one file with carets under them, as rows without a gutter.
struct CodeFrame {
  struct Row {
    /// The one-based number of a line of code; nil for a row of carets.
    var number: Int?
    var text: String
    /// Whether lines are left out here.
    var isGap = false
  }

  private(set) var rows: [Row] = []

  private let file: SourceFile
  private let lines: LineIndex
  private let style: TextStyle
  private let severity: Paint
  private let columns: Int

  /// Lays out `marks`, which are all in one file; code is cut to `columns`.
  init(_ marks: [Mark], _ texts: SourceTexts, severity: Paint, columns: Int, style: TextStyle) {
    file = texts.file(marks[0].range.file)
    lines = texts.lines(of: marks[0].range.file)
    self.severity = severity
    self.columns = columns
    self.style = style

    var marksOfLine: [Int: [(mark: Mark, bounds: Range<Int>)]] = [:]
    for mark in marks {
      let bounds = texts.bounds(of: mark.range)
      marksOfLine[lines.line(containing: bounds.lowerBound), default: []].append((mark, bounds))
    }
    var previous: Int?
    for (line, marks) in marksOfLine.sorted(by: { $0.key < $1.key }) {
      switch previous.map({ line - $0 }) {
      case nil, 1: break
      case 2: appendLine(line - 1, marks: [])
      default: rows.append(Row(text: "", isGap: true))
      }
      appendLine(line, marks: marks)
      previous = line
    }
  }

  private mutating func appendLine(_ line: Int, marks: [(mark: Mark, bounds: Range<Int>)]) {
    let content = codeRange(ofLine: line)
    // The finding itself first, then from left to right.
    let spans = marks.map { (mark: $0.mark, range: span(of: $0.bounds, in: content)) }
      .sorted { ($0.mark.isPrimary ? 0 : 1, $0.range.lowerBound) < ($1.mark.isPrimary ? 0 : 1, $1.range.lowerBound) }
    let focus = spans.first?.range ?? content.lowerBound..<content.lowerBound
    let code = CodeLine(file.bytes, content, focus: focus, columns: columns)
    rows.append(Row(number: line + 1, text: code.text))
    for span in spans { appendCarets(span.mark, under: code.columns(of: span.range)) }
  }

  private mutating func appendCarets(_ mark: Mark, under span: Range<Int>) {
    let paint = mark.isPrimary ? severity : .related
    let carets = paint(String(repeating: mark.isPrimary ? "^" : "-", count: span.count), style)
    let indent = String(repeating: " ", count: span.lowerBound)
    let label = ShownText.sentence(mark.label)
    let labelWidth = ShownText.width(of: label)
    if label.isEmpty {
      rows.append(Row(text: indent + carets))
    } else if style.width == nil || span.upperBound + 1 + labelWidth <= columns {
      rows.append(Row(text: indent + carets + " " + paint(label, style)))
    } else {
      // A row of its own, moved left as far as it must.
      let start = max(0, min(span.lowerBound, columns - labelWidth))
      rows.append(Row(text: indent + carets))
      rows.append(Row(text: String(repeating: " ", count: start) + paint(label, style)))
    }
  }

  /// The bytes of `line` without its line break and without a byte-order mark.
  private func codeRange(ofLine line: Int) -> Range<Int> {
    let range = lines.range(ofLine: line, in: file.bytes)
    guard line == 0, file.bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return range }
    return 3..<max(3, range.upperBound)
  }

  /// The part of `bounds` on the line with `content`; of several lines only the first is marked, to its last letter.
  private func span(of bounds: Range<Int>, in content: Range<Int>) -> Range<Int> {
    let start = min(max(bounds.lowerBound, content.lowerBound), content.upperBound)
    var end = min(bounds.upperBound, content.upperBound)
    if bounds.upperBound > content.upperBound {
      while end > start, file.bytes[end - 1] == UInt8(ascii: " ") || file.bytes[end - 1] == UInt8(ascii: "\t") {
        end -= 1
      }
    }
    return start..<max(start, end)
  }
}

/// One line of code as it is shown, cut around what matters in it if it is too long.
struct CodeLine {
  let text: String
  private let shown: ShownText
  private let visible: Range<Int>
  private let shift: Int

  /// Bytes on either side of the focus that are looked at, so that a line of megabytes costs no more than another.
  private static let reach = 1000

  /// Shows `bytes[content]` in `columns` columns with `focus`, a range in it, in sight.
  init(_ bytes: [UInt8], _ content: Range<Int>, focus: Range<Int>, columns: Int) {
    var start = max(content.lowerBound, focus.lowerBound - Self.reach)
    let end = min(content.upperBound, focus.lowerBound + Self.reach)
    // Not in the middle of a character.
    while start > content.lowerBound, start < end, bytes[start] & 0xC0 == 0x80 { start += 1 }
    shown = ShownText(bytes, in: start..<end, tabs: .spaces)

    let isCutBefore = start > content.lowerBound
    let isCutAfter = end < content.upperBound
    let focusColumns =
      shown.column(
        of: focus.lowerBound)..<max(
        shown.column(of: focus.lowerBound), shown.column(of: focus.upperBound))
    if !isCutBefore, !isCutAfter, shown.width <= columns {
      visible = 0..<shown.width
    } else {
      var from = 0
      if isCutBefore || focusColumns.upperBound > columns - 1 {
        let room = columns - 2
        from = focusColumns.lowerBound - max(0, room - focusColumns.count) / 2
        if !isCutAfter { from = min(from, shown.width - (columns - 1)) }
        from = max(from, isCutBefore ? 0 : 1)
      }
      let hasEllipsisBefore = isCutBefore || from > 0
      let room = columns - (hasEllipsisBefore ? 1 : 0)
      let reachesEnd = !isCutAfter && shown.width - from <= room
      visible = from..<(reachesEnd ? shown.width : from + room - 1)
    }
    let hasEllipsisBefore = isCutBefore || visible.lowerBound > 0
    shift = (hasEllipsisBefore ? 1 : 0) - visible.lowerBound

    var text = hasEllipsisBefore ? "…" : ""
    var column = 0
    for cell in shown.cells {
      let cellEnd = column + cell.width
      if column >= visible.lowerBound, cellEnd <= visible.upperBound {
        text += cell.text
      } else if column < visible.lowerBound, cellEnd > visible.lowerBound {
        // Half of a wide character is cut off: keep the columns after it.
        text += String(repeating: " ", count: cellEnd - visible.lowerBound)
      }
      column = cellEnd
    }
    self.text = isCutAfter || visible.upperBound < shown.width ? text + "…" : text
  }

  /// The columns of `text`, from 0, that show the bytes of `range`; at least one, for a caret.
  func columns(of range: Range<Int>) -> Range<Int> {
    let edge = visible.upperBound
    let start = min(max(shown.column(of: range.lowerBound), visible.lowerBound), edge)
    let end = min(max(shown.column(of: range.upperBound), start), edge)
    return (start + shift)..<(max(end, start + 1) + shift)
  }
}
