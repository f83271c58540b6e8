/// Where the text of a value begins and ends in the file. libyaml's marks take in anchor and tag, and run over the
/// blank lines after a block scalar.
struct ValueBounds {
  let text: UnsafeBufferPointer<UInt8>

  /// The properties of a node, from its start mark on.
  struct Properties {
    /// The first byte of the value behind them.
    var end: Int
    /// Whether the tag is the bare `!`.
    var hasBareTag: Bool
  }

  /// Skips anchor and tag, in either order, with the blanks, line breaks and comments after each.
  func properties(at start: Int, hasAnchor: Bool, hasTag: Bool) -> Properties {
    var result = Properties(end: start, hasBareTag: false)
    var anchorIsDue = hasAnchor
    var tagIsDue = hasTag
    while result.end < text.count {
      let byte = text[result.end]
      if byte == UInt8(ascii: "&"), anchorIsDue {
        anchorIsDue = false
        result.end = skipWord(from: result.end)
      } else if byte == UInt8(ascii: "!"), tagIsDue {
        tagIsDue = false
        let end = skipWord(from: result.end)
        result.hasBareTag = end == result.end + 1
        result.end = end
      } else if byte == UInt8(ascii: "#") {
        result.end = text.firstIndex(ofLineFeedFrom: result.end) ?? text.count
      } else if let length = spaceLength(at: result.end) {
        result.end += length
      } else {
        break
      }
    }
    return result
  }

  /// The first byte behind an anchor or tag.
  private func skipWord(from start: Int) -> Int {
    var offset = start
    while offset < text.count, spaceLength(at: offset) == nil,
      text[offset] != UInt8(ascii: ",") || text[start + 1] == UInt8(ascii: "<")
    {
      offset += 1
    }
    return offset
  }

  /// The bytes of the blank or line break at `offset`, nil if something else stands there.
  private func spaceLength(at offset: Int) -> Int? {
    text[offset].isBlankOrBreak ? 1 : wideBreakLength(at: offset)
  }

  /// The bytes of a line break that is not ASCII (NEL, LS, PS) at `offset`, nil if there is none.
  private func wideBreakLength(at offset: Int) -> Int? {
    switch text[offset] {
    case 0xC2: offset + 1 < text.count && text[offset + 1] == 0x85 ? 2 : nil
    case 0xE2: offset + 2 < text.count && text[offset + 1] == 0x80 && text[offset + 2] & 0xFE == 0xA8 ? 3 : nil
    default: nil
    }
  }

  /// The end of the header of the block scalar that starts at `start`: behind `|` or `>` and its indicators.
  func blockHeader(at start: Int) -> (end: Int, keepsBreaks: Bool) {
    var end = start + 1
    var keepsBreaks = false
    while end < text.count {
      switch text[end] {
      case UInt8(ascii: "+"): keepsBreaks = true
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): break
      default: return (end, keepsBreaks)
      }
      end += 1
    }
    return (end, keepsBreaks)
  }

  /// The end of a block scalar: before the line break of its last line of content, or with `+` before the last line
  /// break of the blank lines behind it; the end of the header if there is no content.
  ///
  /// - Parameters:
  ///   - start: the offset of `|` or `>`.
  ///   - mark: libyaml's end mark, behind all trailing blank lines.
  ///   - content: the decoded text.
  func blockScalarEnd(start: Int, mark: Int, content: UnsafeBufferPointer<UInt8>) -> Int {
    let header = blockHeader(at: start)
    guard let headerLineEnd = lineEnd(from: header.end), headerLineEnd.next < mark else { return header.end }
    let body = headerLineEnd.next
    if header.keepsBreaks { return startOfBreak(before: mark, from: body) }
    var end = mark
    var indentation: Int?
    while end > body {
      let lineEnd = startOfBreak(before: end, from: body)
      var offset = lineEnd
      while offset > body, text[offset - 1] == 0x20 { offset -= 1 }
      let isBlank = offset == body || startOfBreak(before: offset, from: body) < offset
      guard isBlank else { return lineEnd }
      if offset < lineEnd {
        // Blanks behind the indentation are content.
        let known = indentation ?? self.indentation(ofBlockAt: body, content: content)
        indentation = known
        if lineEnd - offset > known { return lineEnd }
      }
      end = offset
    }
    return header.end
  }

  /// The indentation of a block scalar whose lines begin at `body`: what its first line of content has lost.
  private func indentation(ofBlockAt body: Int, content: UnsafeBufferPointer<UInt8>) -> Int {
    var decoded = 0
    var line = body
    while decoded < content.count, content[decoded] == 0x0A {
      decoded += 1
      guard let end = lineEnd(from: line) else { return Int.max }
      line = end.next
    }
    guard decoded < content.count else { return Int.max }
    let kept = content[decoded...].prefix { $0 == 0x20 }.count
    let written = text[min(line, text.count)...].prefix { $0 == 0x20 }.count
    return written - kept
  }

  /// Where the line that holds `offset` ends and where the next begins; nil on the last line.
  private func lineEnd(from offset: Int) -> (end: Int, next: Int)? {
    var end = offset
    while end < text.count {
      if text[end] == 0x0A { return (end, end + 1) }
      if text[end] == 0x0D { return (end, end + 1 < text.count && text[end + 1] == 0x0A ? end + 2 : end + 1) }
      if let length = wideBreakLength(at: end) { return (end, end + length) }
      end += 1
    }
    return nil
  }

  /// The start of the line break that ends at `end`, or `end` if there is none.
  private func startOfBreak(before end: Int, from lower: Int) -> Int {
    guard end > lower else { return end }
    switch text[end - 1] {
    case 0x0A: return end - 1 > lower && text[end - 2] == 0x0D ? end - 2 : end - 1
    case 0x0D: return end - 1
    case 0x85: return end - 2 >= lower && wideBreakLength(at: end - 2) == 2 ? end - 2 : end
    case 0xA8, 0xA9: return end - 3 >= lower && wideBreakLength(at: end - 3) == 3 ? end - 3 : end
    default: return end
    }
  }
}
