import SourceText

/// Reads a scalar once more as libyaml does, to find where each byte of its decoded text comes from. Every byte is
/// compared with the text libyaml gave; should they ever differ, there is no map.
struct ContentScanner {
  private let source: UnsafeBufferPointer<UInt8>
  private let content: UnsafeBufferPointer<UInt8>
  private let bounds: ValueBounds
  private var starts: [UInt32] = []
  private var ends: [UInt32] = []
  private var isEqual = true

  init(source: UnsafeBufferPointer<UInt8>, content: UnsafeBufferPointer<UInt8>) {
    self.source = source
    self.content = content
    bounds = ValueBounds(text: source)
  }

  /// The map for a scalar whose value starts at `start`, its quote or block indicator included.
  consuming func map(_ style: Node.Style, from start: Int, file: FileID) -> ContentMap? {
    starts.reserveCapacity(content.count)
    ends.reserveCapacity(content.count)
    switch style {
    case .literal, .folded: scanBlock(from: start, isFolded: style == .folded)
    case .singleQuoted, .doubleQuoted: scanFlow(from: start + 1, style)
    default: scanFlow(from: start, style)
    }
    guard isEqual, starts.count == content.count else { return nil }
    return ContentMap(file: file, start: UInt32(start), starts: starts, ends: ends)
  }

  private var isDone: Bool { starts.count >= content.count || !isEqual }

  // MARK: Output

  /// The next `bytes` of the content are written in `span`.
  private mutating func put(_ bytes: some Collection<UInt8>, _ span: Range<Int>) {
    for byte in bytes where isEqual {
      guard starts.count < content.count, content[starts.count] == byte else {
        isEqual = false
        return
      }
      starts.append(UInt32(span.lowerBound))
      ends.append(UInt32(span.upperBound))
    }
  }

  private mutating func copy(_ offset: Int) {
    put(CollectionOfOne(source[offset]), offset..<offset + 1)
  }

  /// A line break: LF, CRLF, CR and NEL are read as LF, LS and PS as themselves.
  private mutating func putBreak(_ span: Range<Int>) {
    if span.count == 3 { put(source[span], span) } else { put(CollectionOfOne(0x0A), span) }
  }

  // MARK: Plain and quoted

  private mutating func scanFlow(from start: Int, _ style: Node.Style) {
    var offset = start
    while !isDone, offset < source.count {
      let byte = source[offset]
      if byte.isBlank || bounds.lineBreak(at: offset) != nil {
        offset = scanSpace(from: offset)
      } else if byte == UInt8(ascii: "'"), style == .singleQuoted {
        put(CollectionOfOne(byte), offset..<offset + 2)
        offset += 2
      } else if byte == UInt8(ascii: "\\"), style == .doubleQuoted {
        offset = scanEscape(at: offset)
      } else {
        copy(offset)
        offset += 1
      }
    }
  }

  /// Blanks alone stay; around line breaks they vanish, and a single break becomes a blank.
  private mutating func scanSpace(from start: Int) -> Int {
    let blanks = skipBlanks(from: start)
    guard let first = bounds.lineBreak(at: blanks) else {
      for offset in start..<blanks where !isDone { copy(offset) }
      return blanks
    }
    let (rest, end) = breaks(from: first.upperBound)
    if first.count == 3 {
      putBreak(first)
    } else if rest.isEmpty {
      put(CollectionOfOne(0x20), first)
    }
    for span in rest { putBreak(span) }
    return end
  }

  /// The line breaks from `start` on, blanks between them skipped, and where the text goes on.
  private func breaks(from start: Int) -> (spans: [Range<Int>], end: Int) {
    var spans: [Range<Int>] = []
    var offset = skipBlanks(from: start)
    while let span = bounds.lineBreak(at: offset) {
      spans.append(span)
      offset = skipBlanks(from: span.upperBound)
    }
    return (spans, offset)
  }

  private func skipBlanks(from start: Int) -> Int {
    var offset = start
    while offset < source.count, source[offset].isBlank { offset += 1 }
    return offset
  }

  private mutating func scanEscape(at start: Int) -> Int {
    if let span = bounds.lineBreak(at: start + 1) {
      let (rest, end) = breaks(from: span.upperBound)
      for span in rest { putBreak(span) }
      return end
    }
    guard start + 1 < source.count else {
      isEqual = false
      return start + 1
    }
    let digits =
      switch source[start + 1] {
      case UInt8(ascii: "x"): 2
      case UInt8(ascii: "u"): 4
      case UInt8(ascii: "U"): 8
      default: 0
      }
    let end = min(start + 2 + digits, source.count)
    // What the escape stands for is in the content already.
    guard starts.count < content.count else { return end }
    let character = content.codePoint(at: starts.count)
    put(content[character], start..<end)
    return end
  }

  // MARK: Block

  private mutating func scanBlock(from start: Int, isFolded: Bool) {
    guard var line = bounds.bodyOfBlock(at: start) else { return }
    let indentation = bounds.indentation(ofBlockAt: line, content: content)
    var pendingBreak: Range<Int>?
    var emptyLines: [Range<Int>] = []
    var lastLineIsIndented = false
    while !isDone {
      var text = line
      while text < source.count, text - line < indentation, source[text] == 0x20 { text += 1 }
      if let span = bounds.lineBreak(at: text) {
        emptyLines.append(span)
        line = span.upperBound
        continue
      }
      guard text < source.count, text - line == indentation else { break }
      let isIndented = source[text].isBlank
      if let span = pendingBreak {
        // Two lines of plain text are joined by a blank, or by the empty lines between them.
        if !isFolded || span.count == 3 || lastLineIsIndented || isIndented {
          putBreak(span)
        } else if emptyLines.isEmpty {
          put(CollectionOfOne(0x20), span)
        }
      }
      for span in emptyLines { putBreak(span) }
      emptyLines.removeAll(keepingCapacity: true)
      lastLineIsIndented = isIndented
      pendingBreak = nil
      while text < source.count, pendingBreak == nil, isEqual {
        pendingBreak = bounds.lineBreak(at: text)
        if pendingBreak == nil {
          copy(text)
          text += 1
        }
      }
      line = pendingBreak?.upperBound ?? text
      if pendingBreak == nil { break }
    }
    // What chomping leaves of the line breaks at the end.
    if let pendingBreak, !isDone { putBreak(pendingBreak) }
    for span in emptyLines where !isDone { putBreak(span) }
  }
}
