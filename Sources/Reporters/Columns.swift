import SourceText

/// What a column counts.
enum ColumnUnit {
  case codePoints
  case utf16
  case bytes

  func length(of character: UTF8Scalars.Element) -> Int {
    switch self {
    case .codePoints: 1
    case .bytes: character.range.count
    case .utf16: (character.scalar?.value ?? 0) > 0xFFFF ? 2 : 1
    }
  }
}

/// Finds columns in a file in time that does not grow with the length of the line, so that a file of megabytes on one
/// line with thousands of findings is no trap. Bytes that are not UTF-8 count as the replacement character.
struct Columns {
  /// A place in a long line whose columns are known, from 0.
  private struct Milestone {
    var offset: Int
    var codePoints: Int
    var utf16: Int
  }

  private static let stride = 4096

  private var milestones: [Milestone] = []

  /// Counts the lines of `bytes` that are longer than one stride.
  init(_ bytes: [UInt8], _ lines: LineIndex) {
    for line in 0..<lines.count {
      let range = lines.range(ofLine: line, in: bytes)
      guard range.count > Self.stride else { continue }
      var milestone = Milestone(offset: range.lowerBound, codePoints: 0, utf16: 0)
      var next = range.lowerBound + Self.stride
      for character in UTF8Scalars(bytes, in: Self.textStart(of: range, in: bytes)..<range.upperBound) {
        if character.range.lowerBound >= next {
          milestone.offset = character.range.lowerBound
          milestones.append(milestone)
          next += Self.stride
        }
        milestone.codePoints += ColumnUnit.codePoints.length(of: character)
        milestone.utf16 += ColumnUnit.utf16.length(of: character)
      }
    }
  }

  /// The column of `offset`, from 1, in the line with the bytes `range`; a byte-order mark does not count.
  func column(of offset: Int, inLine range: Range<Int>, of bytes: [UInt8], _ unit: ColumnUnit) -> Int {
    var start = Self.textStart(of: range, in: bytes)
    if unit == .bytes { return max(0, offset - start) + 1 }
    var column = 1
    if let milestone = lastMilestone(upTo: offset), milestone.offset > start {
      start = milestone.offset
      column += unit == .utf16 ? milestone.utf16 : milestone.codePoints
    }
    for character in UTF8Scalars(bytes, in: start..<max(start, offset)) { column += unit.length(of: character) }
    return column
  }

  private func lastMilestone(upTo offset: Int) -> Milestone? {
    var low = 0
    var high = milestones.count
    while low < high {
      let middle = (low + high) / 2
      if milestones[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? milestones[low - 1] : nil
  }

  private static func textStart(of range: Range<Int>, in bytes: [UInt8]) -> Int {
    range.lowerBound == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : range.lowerBound
  }
}
