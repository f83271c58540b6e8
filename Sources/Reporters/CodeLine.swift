/// One line of code as it is shown, cut around what matters in it if it is too long.
struct CodeLine {
  let text: String
  private let shown: ShownText
  /// The columns of `shown` that are in `text`.
  private let visible: Range<Int>
  /// What must be added to a column of `shown` to get that of `text`.
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
    let focusStart = shown.column(of: focus.lowerBound)
    visible = Self.window(
      on: focusStart..<max(focusStart, shown.column(of: focus.upperBound)), width: shown.width, columns: columns,
      isCutBefore: isCutBefore, isCutAfter: isCutAfter)
    let before = isCutBefore || visible.lowerBound > 0 ? "…" : ""
    let after = isCutAfter || visible.upperBound < shown.width ? "…" : ""
    text = before + Self.cut(shown, to: visible) + after
    shift = (before.isEmpty ? 0 : 1) - visible.lowerBound
  }

  /// The columns of `text`, from 0, that show the bytes of `range`; at least one, for a caret.
  func columns(of range: Range<Int>) -> Range<Int> {
    let edge = visible.upperBound
    let start = min(max(shown.column(of: range.lowerBound), visible.lowerBound), edge)
    let end = min(max(shown.column(of: range.upperBound), start), edge)
    return (start + shift)..<(max(end, start + 1) + shift)
  }

  /// Which of `width` columns to show when there is room for `columns` with an ellipsis on each side that is cut.
  private static func window(
    on focus: Range<Int>, width: Int, columns: Int, isCutBefore: Bool, isCutAfter: Bool
  ) -> Range<Int> {
    if !isCutBefore, !isCutAfter, width <= columns { return 0..<width }
    let fitsFromStart = focus.upperBound < columns
    // What is too long in any case is best seen with what stands before it.
    let isTooLong = focus.count > columns - 2 && focus.lowerBound < columns / 3
    if !isCutBefore, fitsFromStart || isTooLong { return 0..<(columns - 1) }

    let room = columns - 2
    var start = focus.lowerBound - max(0, room - focus.count) / 2
    if !isCutAfter { start = min(start, width - (room + 1)) }
    start = max(start, isCutBefore ? 0 : 1)
    let reachesEnd = !isCutAfter && width - start <= room + 1
    return start..<(reachesEnd ? width : start + room)
  }

  private static func cut(_ shown: ShownText, to visible: Range<Int>) -> String {
    var text = ""
    var column = 0
    for cell in shown.cells {
      let end = column + cell.width
      if column >= visible.lowerBound, end <= visible.upperBound {
        text += cell.text
      } else if column < visible.lowerBound, end > visible.lowerBound {
        // A part of a wide cell is cut off: keep the columns that are left of it.
        text += String(repeating: " ", count: end - visible.lowerBound)
      }
      column = end
    }
    return text
  }
}
