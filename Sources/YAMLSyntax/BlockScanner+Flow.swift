/// Collections in brackets: of scalars and of each other, keys always with a value, and no single pairs in a list.
extension BlockScanner {
  /// Reads a collection, `offset` at its opening bracket.
  mutating func scanFlow(into builder: inout TreeBuilder, depth: Int) throws(Declined) {
    guard depth < 32 else { throw Declined() }
    let isMapping = text[offset] == UInt8(ascii: "{")
    let bracket = isMapping ? UInt8(ascii: "}") : UInt8(ascii: "]")
    try open(isMapping ? .mapping : .sequence, at: offset, isFlow: true, into: &builder)
    offset += 1
    try skipSpace()
    while offset < end, text[offset] != bracket {
      if isMapping { try scanFlowKey(into: &builder) }
      try scanFlowValue(into: &builder, depth: depth)
      try skipSpace()
      guard offset < end, text[offset] == UInt8(ascii: ",") else { break }
      offset += 1
      try skipSpace()
    }
    guard offset < end, text[offset] == bracket else { throw Declined() }
    offset += 1
    builder.close(mark: offset)
  }

  /// Reads a key and its colon, which must be on the same line.
  private mutating func scanFlowKey(into builder: inout TreeBuilder) throws(Declined) {
    let line = lineStart
    let key = try scanFlowScalar()
    guard lineStart == line, offset < end, text[offset] == UInt8(ascii: ":"), isBlankOrEnd(offset + 1),
      key.range.count < 1_000
    else { throw Declined() }
    try add(key, to: &builder)
    offset += 1
    try skipSpace()
  }

  private mutating func scanFlowValue(into builder: inout TreeBuilder, depth: Int) throws(Declined) {
    guard offset < end else { throw Declined() }
    if text[offset] == UInt8(ascii: "[") || text[offset] == UInt8(ascii: "{") {
      try scanFlow(into: &builder, depth: depth + 1)
    } else {
      try add(try scanFlowScalar(), to: &builder)
    }
  }

  private mutating func scanFlowScalar() throws(Declined) -> Scalar {
    switch text[offset] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return try scanQuoted()
    default: return try scanFlowPlain()
    }
  }

  /// Reads a plain scalar of one line. Texts with `?`, or with a colon before a bracket or comma, are read by libyaml
  /// with repairs.
  private mutating func scanFlowPlain() throws(Declined) -> Scalar {
    let start = offset
    guard mayBeginPlain(text[start], next: start + 1) else { throw Declined() }
    var place = start
    scan: while place < end {
      switch text[place] {
      case 0x0A, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): break scan
      case 0x09, UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "?"): throw Declined()
      case UInt8(ascii: ":"):
        if isBlankOrEnd(place + 1) { break scan }
        switch text[place + 1] {
        case 0x09, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
          throw Declined()
        default: break
        }
      case UInt8(ascii: "#"):
        if text[place - 1] == 0x20 { break scan }
      default: break
      }
      place += 1
    }
    offset = place
    while text[place - 1] == 0x20 { place -= 1 }
    return Scalar(style: .plain, range: start..<place, slice: start..<place)
  }

  /// Skips spaces, line breaks and comments between tokens.
  private mutating func skipSpace() throws(Declined) {
    skipSpaces()
    while offset < end {
      if text[offset] == UInt8(ascii: "#"), text[offset - 1] == 0x20 || offset == lineStart {
        offset = endOfLine(from: offset)
      } else if text[offset] == 0x0A {
        offset += 1
        lineStart = offset
        skipSpaces()
      } else {
        break
      }
    }
    // At the left margin may be the end of the document.
    if offset == lineStart, offset < end, text[offset] == UInt8(ascii: "-") || text[offset] == UInt8(ascii: ".") {
      throw Declined()
    }
  }
}
