/// Where the text of a value begins and ends in the file. libyaml's marks take in anchor and tag, and run over the
/// blank lines after a block scalar.
struct ValueBounds {
  let text: UnsafeBufferPointer<UInt8>

  /// The properties of a node, from its start mark on.
  struct Properties {
    /// The first byte of the value behind them.
    var end: Int
    /// Whether the tag is the bare `!`.
    var hasBareTag = false
    /// The offset of a comma that ends the tag.
    var commaAfterTag: Int?
  }

  /// Skips anchor and tag, in either order, with the blanks, line breaks and comments after each.
  func properties(at start: Int, hasAnchor: Bool, hasTag: Bool) -> Properties {
    var result = Properties(end: start)
    var anchorIsDue = hasAnchor
    var tagIsDue = hasTag
    while result.end < text.count {
      let byte = text[result.end]
      if byte == UInt8(ascii: "&"), anchorIsDue {
        anchorIsDue = false
        result.end += 1 + text[(result.end + 1)...].prefix { $0.isAnchorCharacter }.count
      } else if byte == UInt8(ascii: "!"), tagIsDue {
        tagIsDue = false
        let end = skipTag(from: result.end)
        result.hasBareTag = end == result.end + 1
        if end < text.count, text[end] == UInt8(ascii: ",") { result.commaAfterTag = end }
        result.end = end
      } else if byte == UInt8(ascii: "#") {
        result.end = nextLine(from: result.end) ?? text.count
      } else if let length = spaceLength(at: result.end) {
        result.end += length
      } else {
        break
      }
    }
    return result
  }

  /// The first byte behind a tag.
  private func skipTag(from start: Int) -> Int {
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
    text[offset].isBlank ? 1 : lineBreak(at: offset)?.count
  }

  /// The line break that begins at `offset`: LF, CRLF, CR, NEL, LS or PS. Nil if there is none.
  func lineBreak(at offset: Int) -> Range<Int>? {
    guard offset < text.count else { return nil }
    switch text[offset] {
    case 0x0A: return offset..<offset + 1
    case 0x0D: return offset..<(offset + 1 < text.count && text[offset + 1] == 0x0A ? offset + 2 : offset + 1)
    case 0xC2: return offset + 1 < text.count && text[offset + 1] == 0x85 ? offset..<offset + 2 : nil
    case 0xE2:
      let isBreak = offset + 2 < text.count && text[offset + 1] == 0x80 && text[offset + 2] & 0xFE == 0xA8
      return isBreak ? offset..<offset + 3 : nil
    default: return nil
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
    guard let body = bodyOfBlock(at: start), body < mark else { return header.end }
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

  /// The start of the first line of the block scalar at `start`, nil if the text ends on the line of its header.
  func bodyOfBlock(at start: Int) -> Int? {
    nextLine(from: blockHeader(at: start).end)
  }

  /// The indentation of a block scalar whose lines begin at `body`: what its first line of content has lost. A block
  /// without content has any indentation.
  func indentation(ofBlockAt body: Int, content: UnsafeBufferPointer<UInt8>) -> Int {
    var decoded = 0
    var line = body
    while decoded < content.count, let span = contentBreak(content, at: decoded) {
      decoded = span
      guard let next = nextLine(from: line) else { return Int.max }
      line = next
    }
    guard decoded < content.count else { return Int.max }
    let kept = content[decoded...].prefix { $0 == 0x20 }.count
    let written = text[min(line, text.count)...].prefix { $0 == 0x20 }.count
    return written - kept
  }

  /// The end of the line break of decoded text at `offset`.
  private func contentBreak(_ content: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int? {
    ValueBounds(text: content).lineBreak(at: offset)?.upperBound
  }

  /// The start of the line after the one that holds `offset`; nil on the last line.
  private func nextLine(from offset: Int) -> Int? {
    var offset = offset
    while offset < text.count {
      if let span = lineBreak(at: offset) { return span.upperBound }
      offset += 1
    }
    return nil
  }

  /// The start of the line break that ends at `end`, or `end` if there is none.
  private func startOfBreak(before end: Int, from lower: Int) -> Int {
    for length in [2, 1, 3] where end - length >= lower && lineBreak(at: end - length)?.upperBound == end {
      return end - length
    }
    return end
  }
}

extension UInt8 {
  /// Letters, digits, `-` and `_`: what libyaml takes as the name of an anchor.
  fileprivate var isAnchorCharacter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
