/// The lines of a YAML text: where a change that takes in whole lines begins and ends.
package struct Layout {
  package let bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// The start of the line that holds `offset`; behind a byte-order mark on the first one.
  package func lineStart(_ offset: Int) -> Int {
    var start = offset
    while start > 0, !isBreak(bytes[start - 1]) { start -= 1 }
    return start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start
  }

  /// The end of the line that holds `offset`, before its line break.
  package func lineEnd(_ offset: Int) -> Int {
    var end = offset
    while end < bytes.count, !isBreak(bytes[end]) { end += 1 }
    return end
  }

  /// The start of the next line, or the end of the text.
  package func nextLine(_ offset: Int) -> Int {
    let end = lineEnd(offset)
    guard end < bytes.count else { return end }
    return bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A ? end + 2 : end + 1
  }

  /// How far `offset` stands from the start of its line, in bytes.
  package func column(_ offset: Int) -> Int { offset - lineStart(offset) }

  /// The line break that the text uses at `offset`; LF in a text of one line.
  package func lineBreak(at offset: Int) -> [UInt8] {
    var end = lineEnd(offset)
    if end == bytes.count { end = max(0, lineStart(offset) - 1) }
    guard end < bytes.count, isBreak(bytes[end]) else { return [0x0A] }
    if bytes[end] == 0x0D { return end + 1 < bytes.count && bytes[end + 1] == 0x0A ? [0x0D, 0x0A] : [0x0D] }
    return end > 0 && bytes[end - 1] == 0x0D ? [0x0D, 0x0A] : [0x0A]
  }

  /// Whether there is nothing but blanks in `range`.
  package func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// Whether nothing but blanks and a comment stands between `offset` and the end of its line.
  package func endsLine(_ offset: Int) -> Bool {
    let rest = bytes[offset..<lineEnd(offset)]
    guard let first = rest.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return true }
    return first == UInt8(ascii: "#") && rest.first != first
  }

  /// The starts of the lines in `range`, from the one that holds its start on.
  package func lineStarts(in range: Range<Int>) -> [Int] {
    var starts: [Int] = []
    var start = lineStart(range.lowerBound)
    while start < range.upperBound {
      starts.append(start)
      let next = nextLine(start)
      guard next > start else { break }
      start = next
    }
    return starts
  }

  /// The blanks that a line begins with; nil for a line that is empty or all blank.
  package func indentation(ofLine start: Int) -> Int? {
    let end = lineEnd(start)
    var offset = start
    while offset < end, bytes[offset] == 0x20 { offset += 1 }
    return offset == end ? nil : offset - start
  }

  /// Moves every line that begins in `range` by `columns`, blank lines left alone; nil when a line has not enough blanks.
  package func shift(linesIn range: Range<Int>, by columns: Int) -> [Edit]? {
    guard columns != 0 else { return [] }
    var edits: [Edit] = []
    for start in lineStarts(in: range) where start >= range.lowerBound {
      guard let indentation = indentation(ofLine: start) else { continue }
      if columns > 0 {
        edits.append(.insertion(blanks(columns), at: start))
      } else if indentation >= -columns {
        edits.append(.deletion(start..<start - columns))
      } else {
        return nil
      }
    }
    return edits
  }

  package func blanks(_ count: Int) -> [UInt8] { Array(repeating: 0x20, count: count) }

  /// Whole lines taken out of a text, and with the last line of a text that has no final line break the break before.
  package func deletion(ofLines range: Range<Int>) -> Edit {
    guard range.upperBound == bytes.count, let last = bytes.last, !isBreak(last), range.lowerBound > 0 else {
      return .deletion(range)
    }
    var start = range.lowerBound - 1
    if start > 0, bytes[start] == 0x0A, bytes[start - 1] == 0x0D { start -= 1 }
    return .deletion(start..<range.upperBound)
  }

  private func isBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
