/// Text of a repository as it may be shown on a terminal: cells of known width, nothing in them that a terminal or a
/// log viewer obeys.
package struct ShownText {
  /// What is shown for one code point, or for bytes that are none.
  struct Cell {
    var text: String
    /// Columns it takes.
    var width: Int
    /// Where its bytes begin.
    var offset: Int
  }

  enum Tabs: String {
    /// In source code.
    case spaces = "    "
    /// In sentences.
    case escaped = "\\t"
    /// In diffs.
    case kept = "\t"
  }

  private(set) var cells: [Cell] = []

  /// The total width in columns.
  private(set) var width = 0

  private var watch: CommandWatch

  /// The text of `bytes[range]`.
  ///
  /// - Parameter watch: what stands before it in the line; from then on the state behind it.
  init(_ bytes: [UInt8], in range: Range<Int>, tabs: Tabs, after watch: inout CommandWatch) {
    self.watch = watch
    defer { watch = self.watch }
    for element in UTF8Scalars(bytes, in: range) {
      append(show(element, of: bytes, tabs: tabs), at: element.range.lowerBound)
    }
  }

  /// Text that something else stands before.
  init(_ bytes: [UInt8], in range: Range<Int>, tabs: Tabs) {
    var watch = CommandWatch(isAtStart: false)
    self.init(bytes, in: range, tabs: tabs, after: &watch)
  }

  /// `text` as a part of one line that something else stands before.
  package static func sentence(_ text: String) -> String {
    var watch = CommandWatch(isAtStart: false)
    return part(text, after: &watch)
  }

  /// `text` as a part of one line.
  static func part(_ text: String, after watch: inout CommandWatch) -> String {
    var text = text
    // Nearly all text is such that nothing needs to be done.
    if text.withUTF8({ watch.passes($0) }) { return text }
    let bytes = Array(text.utf8)
    return ShownText(bytes, in: 0..<bytes.count, tabs: .escaped, after: &watch).cells.map(\.text).joined()
  }

  /// The width of `text`, which is already fit to be shown, in columns.
  package static func width(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + $1.displayWidth }
  }

  /// The column in which the character at `offset` begins, from 0; the width for an offset past the end.
  func column(of offset: Int) -> Int {
    var column = 0
    for cell in cells {
      if cell.offset >= offset { break }
      column += cell.width
    }
    return column
  }

  private mutating func append(_ shown: (text: String, width: Int), at offset: Int) {
    cells.append(Cell(text: shown.text, width: shown.width, offset: offset))
    width += shown.width
  }

  private mutating func show(_ element: UTF8Scalars.Element, of bytes: [UInt8], tabs: Tabs) -> (
    text: String, width: Int
  ) {
    guard let scalar = element.scalar else {
      _ = watch.opensCommand("\\")
      return escape(bytes[element.range].map { "\\x" + (($0 < 16 ? "0" : "") + String($0, radix: 16)) }.joined())
    }
    let isBlank = scalar == "\t" && tabs != .escaped
    if watch.opensCommand(isBlank ? " " : scalar.isHidden ? "\\" : scalar) { return escape("\\" + String(scalar)) }
    switch scalar {
    case "\t": return escape(tabs.rawValue)
    case "\n": return escape("\\n")
    case "\r": return escape("\\r")
    case _ where scalar.isHidden: return escape("\\u{" + String(scalar.value, radix: 16) + "}")
    default: return (String(Character(scalar)), scalar.displayWidth)
    }
  }

  private func escape(_ text: String) -> (text: String, width: Int) { (text, text.utf8.count) }
}

extension Unicode.Scalar {
  /// Columns a terminal gives to this character: 0 for what combines with the one before, 2 for East Asian wide and
  /// emoji (Unicode 16, annex 11 and emoji-data), else 1.
  package var displayWidth: Int {
    if value < 0x300 { return 1 }
    switch value {
    case 0x200C...0x200D, 0x1160...0x11FF: return 0  // joiners; vowels and finals of Hangul syllables
    case 0x1F1E6...0x1F1FF: return 1  // half a flag
    default: break
    }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: return properties.isEmojiPresentation || isEastAsianWide ? 2 : 1
    }
  }

  /// Blocks whose characters are wide or full-width; unassigned places between them count as wide too.
  private var isEastAsianWide: Bool {
    switch value {
    case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F: true
    case 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6: true
    case 0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x2FFFD, 0x30000...0x3FFFD: true
    default: false
    }
  }
}
