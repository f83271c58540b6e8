/// Literal and folded scalars.
extension BlockScanner {
  private enum Chomping { case strip, clip, keep }

  /// Reads a block scalar, up to the first byte behind the indentation of the line after it.
  mutating func scanBlockScalar() throws(Declined) -> Scalar {
    let start = offset
    let isFolded = text[start] == UInt8(ascii: ">")
    offset += 1
    let chomping = scanChomping()
    guard isBlankOrEnd(offset) else { throw Declined() }
    try skipToEndOfLine()
    offset = endOfLine(from: offset)
    let emptyLines = try skipToContentOfBlock()
    let contentEnd = try decodeBlock(isFolded: isFolded, chomping, emptyLines: emptyLines)
    return Scalar(style: isFolded ? .folded : .literal, range: start..<contentEnd)
  }

  private mutating func scanChomping() -> Chomping {
    guard offset < end, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: "+") else { return .clip }
    offset += 1
    return text[offset - 1] == UInt8(ascii: "-") ? .strip : .keep
  }

  /// From the end of the header goes to the first line with content, behind its indentation; returns how many lines
  /// before it are empty. libyaml takes the longest of all these indentations, so the one of the content must be that.
  private mutating func skipToContentOfBlock() throws(Declined) -> Int {
    var emptyLines = -1
    var longest = 0
    while offset < end, text[offset] == 0x0A {
      offset += 1
      lineStart = offset
      skipSpaces()
      longest = max(longest, offset - lineStart)
      emptyLines += 1
    }
    let indentation = offset - lineStart
    guard offset < end, text[offset] != 0x09, indentation == longest, let parent = levels.last?.column,
      indentation > parent
    else { throw Declined() }
    return emptyLines
  }

  /// Decodes a block from its first byte of content on; returns where its range ends.
  private mutating func decodeBlock(
    isFolded: Bool, _ chomping: Chomping, emptyLines: Int
  ) throws(Declined) -> Int {
    let indentation = offset - lineStart
    decoded.removeAll(keepingCapacity: true)
    append(lineFeeds: emptyLines)
    var lastIsIndented = text[offset].isBlank
    while true {
      let line = offset
      offset = endOfLine(from: line)
      decode(line..<offset)
      let contentEnd = offset
      let breaks = try skipLineBreaks(inBlock: indentation)
      guard breaks > 0, offset < end, offset - lineStart == indentation else {
        if chomping != .strip { append(lineFeeds: chomping == .keep ? breaks : min(breaks, 1)) }
        return chomping == .keep && breaks > 0 ? lineStart - 1 : contentEnd
      }
      let isIndented = text[offset].isBlank
      if isFolded, !lastIsIndented, !isIndented { fold(breaks) } else { append(lineFeeds: breaks) }
      lastIsIndented = isIndented
    }
  }

  /// From the end of a line of content goes behind the indentation of the next line that is not empty; returns how many
  /// line breaks there were.
  private mutating func skipLineBreaks(inBlock indentation: Int) throws(Declined) -> Int {
    var breaks = 0
    while offset < end, text[offset] == 0x0A {
      offset += 1
      lineStart = offset
      while offset < end, offset - lineStart < indentation, text[offset] == 0x20 { offset += 1 }
      breaks += 1
    }
    if offset < end, text[offset] == 0x09, offset - lineStart < indentation { throw Declined() }
    return breaks
  }
}
