import Diagnostics
import SourceText

/// Some lines of one file with carets under them, as rows without a gutter.
struct CodeFrame {
  struct Row {
    /// The one-based number of a line of code; nil for a row of carets.
    var number: Int?
    var spans: [ShownLine.Span]
    /// Whether lines are left out here.
    var isGap = false
  }

  private(set) var rows: [Row] = []

  private let bytes: [UInt8]
  private let lines: LineIndex
  private let textStart: Int
  private let severity: Paint
  private let columns: Int

  /// Lays out `marks`, which are all in one file; code is cut to `columns`.
  init(_ marks: [Mark], _ texts: SourceTexts, severity: Paint, columns: Int) {
    bytes = texts.shownBytes(of: marks[0].range.file)
    lines = texts.lines(of: marks[0].range.file)
    textStart = texts.textStart(of: marks[0].range.file)
    self.severity = severity
    self.columns = columns

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
      default: rows.append(Row(spans: [], isGap: true))
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
    let code = CodeLine(bytes, content, focus: focus, columns: columns)
    rows.append(Row(number: line + 1, spans: code.text.isEmpty ? [] : [ShownLine.Span(code.text)]))
    for span in spans { appendCarets(span.mark, under: code.columns(of: span.range)) }
  }

  private mutating func appendCarets(_ mark: Mark, under span: Range<Int>) {
    let paint = mark.isPrimary ? severity : .related
    let carets = ShownLine.Span(String(repeating: mark.isPrimary ? "^" : "-", count: span.count), paint)
    let indent = ShownLine.Span(String(repeating: " ", count: span.lowerBound))
    let label = ShownText.sentence(mark.label)
    let labelWidth = ShownText.width(of: label)
    if label.isEmpty {
      rows.append(Row(spans: [indent, carets]))
    } else if span.upperBound + 1 + labelWidth <= columns {
      rows.append(Row(spans: [indent, carets, ShownLine.Span(" "), ShownLine.Span(label, paint)]))
    } else {
      // Rows of its own, moved left as far as it must.
      let start = max(0, min(span.lowerBound, columns - labelWidth))
      rows.append(Row(spans: [indent, carets]))
      for part in Self.folded(label, to: columns) {
        rows.append(Row(spans: [ShownLine.Span(String(repeating: " ", count: start)), ShownLine.Span(part, paint)]))
      }
    }
  }

  /// `text`, which is fit to be shown, in lines of whole words.
  private static func folded(_ text: String, to columns: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if let last = lines.last, ShownText.width(of: last) + 1 + ShownText.width(of: String(word)) <= columns {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// The bytes of `line` without its line break and without a byte-order mark.
  private func codeRange(ofLine line: Int) -> Range<Int> {
    let range = lines.range(ofLine: line, in: bytes)
    let start = max(range.lowerBound, textStart)
    return start..<max(start, range.upperBound)
  }

  /// The part of `bounds` on the line with `content`; of several lines only the first is marked, to its last letter.
  private func span(of bounds: Range<Int>, in content: Range<Int>) -> Range<Int> {
    let start = min(max(bounds.lowerBound, content.lowerBound), content.upperBound)
    var end = min(bounds.upperBound, content.upperBound)
    if bounds.upperBound > content.upperBound {
      while end > start, bytes[end - 1] == UInt8(ascii: " ") || bytes[end - 1] == UInt8(ascii: "\t") {
        end -= 1
      }
    }
    return start..<max(start, end)
  }
}
