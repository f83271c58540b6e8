/// Turns libyaml's marks, which count code points, into byte offsets of the file.
struct CodePointOffsets {
  private let start: Int
  private let end: Int
  /// The byte offset of each code point; empty if all are one byte long.
  private var table: [UInt32] = []

  /// For the text `range` of `file`, whose first byte has the mark 0.
  init(_ file: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    start = range.lowerBound
    end = range.upperBound
    let text = file[range]
    guard text.reduce(0, |) >= 0x80 else { return }
    table.reserveCapacity(range.count)
    for offset in range where !file[offset].isContinuation { table.append(UInt32(offset)) }
  }

  /// For a text that libyaml reads in place of what the file has.
  init(_ repaired: RepairedText) {
    start = 0
    end = Int(repaired.origins.last ?? 0)
    table = zip(repaired.bytes, repaired.origins).filter { !$0.0.isContinuation }.map(\.1)
  }

  var isASCII: Bool { table.isEmpty }

  /// The offset in the file of the code point with index `mark`; the end of the text for one behind it.
  func offset(of mark: Int) -> Int {
    if table.isEmpty { return min(start + mark, end) }
    return mark < table.count ? Int(table[mark]) : end
  }
}
