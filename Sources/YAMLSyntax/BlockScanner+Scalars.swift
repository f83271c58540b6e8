/// Scalars. Each method begins at the first byte of one.
extension BlockScanner {
  /// A scalar that was read. Without a `slice` of the file its text is in `decoded`.
  struct Scalar {
    var style: Node.Style
    var range: Range<Int>
    var slice: Range<Int>?
  }

  // MARK: Plain

  /// Reads a plain scalar as far as it goes on this line: up to a colon that ends a key, a comment or the line's end.
  mutating func scanPlainLine() throws(Declined) -> Scalar {
    guard mayBeginPlain(text[offset], next: offset + 1) else { throw Declined() }
    let range = try restOfPlainLine()
    return Scalar(style: .plain, range: range, slice: range)
  }

  /// Whether a plain scalar may begin so; libyaml takes a few more.
  func mayBeginPlain(_ first: UInt8, next: Int) -> Bool {
    switch first {
    case UInt8(ascii: "-"): !isBlankOrEnd(next) && text[next] != 0x09
    case 0x09, UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"),
      UInt8(ascii: "!"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""),
      UInt8(ascii: "%"), UInt8(ascii: "@"), UInt8(ascii: "`"):
      false
    default: true
    }
  }

  /// From `offset` up to what ends a plain scalar or its line, without the spaces before that.
  private mutating func restOfPlainLine() throws(Declined) -> Range<Int> {
    let start = offset
    var place = start
    scan: while place < end {
      let byte = text[place]
      // Letters and most of the rest.
      if byte <= UInt8(ascii: ":") {
        switch byte {
        case 0x0A: break scan
        case 0x09: throw Declined()
        case UInt8(ascii: ":"):
          if place + 1 < end, text[place + 1] == 0x09 { throw Declined() }
          if isBlankOrEnd(place + 1) { break scan }
        case UInt8(ascii: "#"):
          if place > start, text[place - 1] == 0x20 { break scan }
        default: break
        }
      }
      place += 1
    }
    offset = place
    while place > start, text[place - 1] == 0x20 { place -= 1 }
    return start..<place
  }

  /// Reads on where the lines below belong to the plain scalar `first`: they do while they are further right than the
  /// collection around it.
  mutating func scanMorePlainLines(_ first: Scalar) throws(Declined) -> Scalar {
    var scalar = first
    guard let indentation = levels.last?.column else { throw Declined() }
    while offset < end, text[offset] == 0x0A {
      let breaks = try skipLineBreaks()
      guard offset < end, text[offset] != UInt8(ascii: "#"), offset - lineStart > indentation else { break }
      if let slice = scalar.slice {
        decoded.removeAll(keepingCapacity: true)
        decode(slice)
        scalar.slice = nil
      }
      fold(breaks)
      let rest = try restOfPlainLine()
      // A key cannot stand on more than one line.
      if offset < end, text[offset] == UInt8(ascii: ":") { throw Declined() }
      decode(rest)
      scalar.range = scalar.range.lowerBound..<rest.upperBound
    }
    return scalar
  }

  // MARK: Quoted

  /// Reads a scalar in quotes of either kind.
  mutating func scanQuoted() throws(Declined) -> Scalar {
    let start = offset
    let quote = text[start]
    offset += 1
    skipInQuotes(quote)
    guard offset < end else { throw Declined() }
    let style: Node.Style = quote == UInt8(ascii: "'") ? .singleQuoted : .doubleQuoted
    if text[offset] == quote, style == .doubleQuoted || offset + 1 == end || text[offset + 1] != quote {
      offset += 1
      return Scalar(style: style, range: start..<offset, slice: start + 1..<offset - 1)
    }
    try decodeQuoted(from: start + 1, quote)
    return Scalar(style: style, range: start..<offset)
  }

  /// Goes to the next byte that does not stand for itself.
  private mutating func skipInQuotes(_ quote: UInt8) {
    let backslash = quote == UInt8(ascii: "\"") ? UInt8(ascii: "\\") : quote
    while offset < end, text[offset] != quote, text[offset] != backslash, text[offset] != 0x0A { offset += 1 }
  }

  /// Decodes what is in quotes from `start` on, `offset` at the first byte that does not stand for itself, up to behind
  /// the closing quote.
  private mutating func decodeQuoted(from start: Int, _ quote: UInt8) throws(Declined) {
    decoded.removeAll(keepingCapacity: true)
    var run = start
    while offset < end {
      decode(run..<offset)
      if text[offset] == 0x0A {
        // Blanks around a line break vanish, but not one that is escaped.
        decoded.removeLast(text[run..<offset].reversed().prefix { $0.isBlank }.count)
        fold(try skipLineBreaksInQuotes())
      } else if text[offset] == quote {
        offset += 1
        // Only a single quote is escaped by another.
        guard quote == UInt8(ascii: "'"), offset < end, text[offset] == quote else { return }
        decoded.append(quote)
        offset += 1
      } else {
        try decodeEscape()
      }
      run = offset
      skipInQuotes(quote)
    }
    throw Declined()
  }

  private mutating func decodeEscape() throws(Declined) {
    guard offset + 1 < end else { throw Declined() }
    offset += 1
    switch text[offset] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x20: decoded.append(text[offset])
    case UInt8(ascii: "n"): decoded.append(0x0A)
    case UInt8(ascii: "t"): decoded.append(0x09)
    case UInt8(ascii: "r"): decoded.append(0x0D)
    case 0x0A:
      let breaks = try skipLineBreaksInQuotes()
      append(lineFeeds: breaks - 1)
      return
    default: throw Declined()
    }
    offset += 1
  }

  /// libyaml takes any indentation inside of quotes, but looks for `---` at the left margin.
  private mutating func skipLineBreaksInQuotes() throws(Declined) -> Int {
    let breaks = try skipLineBreaks()
    guard offset < end, offset > lineStart else { throw Declined() }
    return breaks
  }

  // MARK: Line breaks

  /// From a line break goes to the first byte of the next line that is not blank; returns how many breaks there were.
  private mutating func skipLineBreaks() throws(Declined) -> Int {
    var breaks = 0
    while offset < end, text[offset] == 0x0A {
      breaks += 1
      offset += 1
      lineStart = offset
      skipSpaces()
    }
    if offset < end, text[offset] == 0x09 { throw Declined() }
    return breaks
  }

  /// Adds what becomes of line breaks: one is a space, of more all but the first stay.
  mutating func fold(_ breaks: Int) {
    if breaks == 1 { decoded.append(0x20) } else { append(lineFeeds: breaks - 1) }
  }

  mutating func append(lineFeeds count: Int) {
    for _ in 0..<count { decoded.append(0x0A) }
  }

  mutating func decode(_ range: Range<Int>) {
    decoded.append(contentsOf: UnsafeBufferPointer(rebasing: text[range]))
  }
}
