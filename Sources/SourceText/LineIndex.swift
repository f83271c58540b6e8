/// Where the lines of a text start. A line ends at LF, CRLF or a lone CR, as editors and Git hosts count them.
package struct LineIndex: Sendable {
  /// Byte offset of the start of each line; the first is 0. A text that ends with a line break has an empty last line.
  package let starts: [UInt32]

  /// Scans `bytes` once, O(n).
  package init(_ bytes: [UInt8]) {
    var starts: [UInt32] = [0]
    bytes.withUnsafeBufferPointer { buffer in
      var offset = 0
      while offset < buffer.count {
        let byte = buffer[offset]
        offset += 1
        if byte == 0x0A {
          starts.append(UInt32(offset))
        } else if byte == 0x0D {
          if offset < buffer.count, buffer[offset] == 0x0A { offset += 1 }
          starts.append(UInt32(offset))
        }
      }
    }
    self.starts = starts
  }

  /// The number of lines, an empty last one included.
  package var count: Int { starts.count }

  /// The zero-based line that holds `offset`; an offset past the end belongs to the last line. O(log n).
  package func line(containing offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(starts[middle]) <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The bytes of zero-based `line` without its line break.
  package func range(ofLine line: Int, in bytes: [UInt8]) -> Range<Int> {
    let start = Int(starts[line])
    var end = line + 1 < starts.count ? Int(starts[line + 1]) : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return start..<end
  }
}

/// A place as people read it.
package struct Position: Hashable, Sendable {
  /// One-based.
  package var line: Int
  /// One-based, in Unicode code points; a byte-order mark at the start of the file is not counted.
  package var column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

extension LineIndex {
  /// Line and column of `offset` in `bytes`, the text this index was made from.
  package func position(of offset: Int, in bytes: [UInt8]) -> Position {
    let line = line(containing: offset)
    var start = Int(starts[line])
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = min(3, offset) }
    var column = 1
    // Every byte that is not a UTF-8 continuation byte begins a code point.
    for byte in bytes[start..<max(start, min(offset, bytes.count))] where byte & 0xC0 != 0x80 { column += 1 }
    return Position(line: line + 1, column: column)
  }
}
