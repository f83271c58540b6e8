import SourceText

/// Reads the YAML that most manifests are written in straight into a `TreeBuilder`, several times as fast as libyaml.
///
/// It knows block collections, scalars of all styles and simple collections in brackets; no tags, anchors, aliases,
/// directives, `? ` keys, tabs between tokens, nor line breaks other than LF. Whatever it does not know, is not certain of
/// or finds wrong it declines. libyaml then reads the document from its start, and says what is wrong with it. So there are
/// no messages here, and only one rule: what is not declined, libyaml (0.2.5, `scanner.c`) takes too, and makes the same
/// nodes of it. Why there are two readers, and how they are held against each other: `docs/adr/0004-two-readers.md`.
struct BlockScanner {
  /// Why a document is not read here does not matter.
  struct Declined: Error {}

  /// A block collection that is open. Its entries begin at `column`.
  struct Level {
    var column: Int
    var isMapping: Bool
    /// A sequence whose dashes stand at the column of the key that it is the value of.
    var isAtColumnOfKey = false
  }

  let text: UnsafeBufferPointer<UInt8>
  let end: Int
  /// The next byte.
  var offset: Int
  /// The first byte of the line of `offset`.
  var lineStart: Int
  var levels: [Level] = []
  /// Where the value that comes next would be if it were left out: behind the `:` or `-` before it. Nil if none is due.
  var dueValue: Int?
  /// The text of the scalar that was read last, if it is no slice of the file.
  var decoded: [UInt8] = []

  /// A scanner of the document in `range` of a file.
  init(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.text = text
    end = range.upperBound
    offset = range.lowerBound
    lineStart = range.lowerBound
  }

  /// Adds the nodes of the document; nil if there is nothing but comments.
  mutating func scan(into builder: inout TreeBuilder) throws(Declined) -> NodeRef? {
    guard text.isPlainText(offset..<end) else { throw Declined() }
    skipSpaces()
    try skipEmptyLines()
    if isMarker(UInt8(ascii: "-")) {
      offset += 3
      guard isBlankOrEnd(offset) else { throw Declined() }
      try skipToEndOfLine()
      try skipEmptyLines()
      // A document that is left out is a scalar.
      guard offset < end else { throw Declined() }
    }
    guard offset < end else { return nil }
    let root = NodeRef(tree: builder.treeIndex, node: UInt32(builder.tree.nodes.count))
    dueValue = offset
    while offset < end {
      try scanLine(into: &builder)
      try skipEmptyLines()
    }
    while !levels.isEmpty { try closeCollection(of: &builder) }
    return root
  }

  // MARK: Structure

  /// Reads what begins on the line of `offset`, its first byte behind the indentation.
  private mutating func scanLine(into builder: inout TreeBuilder) throws(Declined) {
    let column = offset - lineStart
    if isMarker(UInt8(ascii: "-")) || isMarker(UInt8(ascii: ".")) { throw Declined() }
    let beginsWithDash = isAtDash
    while let level = levels.last,
      level.column > column || level.column == column && level.isAtColumnOfKey && !beginsWithDash
    {
      try closeCollection(of: &builder)
    }
    if let level = levels.last, level.column == column, !beginsWithDash {
      // Whatever is due, only a key may follow.
      guard level.isMapping else { throw Declined() }
      try addOmittedValue(to: &builder)
    }
    // `- - a: b` opens three collections on one line.
    while isAtDash {
      try beginItem(into: &builder)
      skipSpaces()
      if isAtEndOfLine { return }
    }
    try scanNode(into: &builder, mayBeKey: true)
  }

  /// Reads the dash of an item, which may be the first one of its sequence.
  private mutating func beginItem(into builder: inout TreeBuilder) throws(Declined) {
    let column = offset - lineStart
    if let level = levels.last, !level.isMapping, level.column == column {
      try addOmittedValue(to: &builder)
    } else {
      try takePlaceOfValue()
      try open(.sequence, at: offset, into: &builder)
      levels.append(Level(column: column, isMapping: false, isAtColumnOfKey: levels.last?.column == column))
    }
    offset += 1
    dueValue = offset
  }

  /// Reads a key with what stands behind it, or a value that has no key on its line.
  private mutating func scanNode(into builder: inout TreeBuilder, mayBeKey: Bool) throws(Declined) {
    let line = lineStart
    switch text[offset] {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let scalar = try scanQuoted()
      if mayBeKey, lineStart == line, offset < end, text[offset] == UInt8(ascii: ":") {
        return try addKey(scalar, to: &builder)
      }
      try addValue(scalar, to: &builder)
      try skipToEndOfLine()
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      try takePlaceOfValue()
      try scanFlow(into: &builder, depth: 0)
      try skipToEndOfLine()
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      try addValue(try scanBlockScalar(), to: &builder)
    default:
      let first = try scanPlainLine()
      if offset < end, text[offset] == UInt8(ascii: ":") {
        guard mayBeKey else { throw Declined() }
        return try addKey(first, to: &builder)
      }
      try addValue(try scanMorePlainLines(first), to: &builder)
    }
  }

  /// Adds a key, `offset` at its colon, and reads on behind it.
  private mutating func addKey(_ key: Scalar, to builder: inout TreeBuilder) throws(Declined) {
    // libyaml takes 1,024 characters.
    guard isBlankOrEnd(offset + 1), key.range.count < 1_000 else { throw Declined() }
    let column = key.range.lowerBound - lineStart
    // At the column of the innermost collection it is the next key of that.
    if levels.last?.column != column {
      try takePlaceOfValue()
      try open(.mapping, at: key.range.lowerBound, into: &builder)
      levels.append(Level(column: column, isMapping: true))
    }
    try add(key, to: &builder)
    offset += 1
    dueValue = offset
    skipSpaces()
    if !isAtEndOfLine { try scanNode(into: &builder, mayBeKey: false) }
  }

  /// Adds a scalar that is a value. One that is a whole document may begin at the left margin, which is special.
  private mutating func addValue(_ scalar: Scalar, to builder: inout TreeBuilder) throws(Declined) {
    guard !levels.isEmpty else { throw Declined() }
    try takePlaceOfValue()
    try add(scalar, to: &builder)
  }

  /// What comes next is the value that is due.
  private mutating func takePlaceOfValue() throws(Declined) {
    guard dueValue != nil else { throw Declined() }
    dueValue = nil
  }

  /// If the last entry has no value, adds one for it.
  private mutating func addOmittedValue(to builder: inout TreeBuilder) throws(Declined) {
    guard let place = dueValue else { return }
    dueValue = nil
    try add(Scalar(style: .plain, range: place..<place, slice: place..<place), flags: .omitted, to: &builder)
  }

  private mutating func closeCollection(of builder: inout TreeBuilder) throws(Declined) {
    try addOmittedValue(to: &builder)
    builder.close()
    levels.removeLast()
  }

  // MARK: Handing over

  mutating func open(
    _ kind: Node.Kind, at start: Int, isFlow: Bool = false, into builder: inout TreeBuilder
  ) throws(Declined) {
    // libyaml has a limit of its own, of 1,000.
    guard builder.frames.count < 500 else { throw Declined() }
    do throws(TreeBuilder.Stop) { try builder.open(kind, at: start, isFlow: isFlow) } catch { throw Declined() }
  }

  /// Adds a scalar, whose text is a slice of the file or in `decoded`.
  mutating func add(
    _ scalar: Scalar, flags: Node.Flags = [], to builder: inout TreeBuilder
  ) throws(Declined) {
    var node = Node(
      kind: .scalar, style: scalar.style, flags: flags, range: SourceRange(file: builder.file, scalar.range))
    do throws(TreeBuilder.Stop) {
      if let slice = scalar.slice {
        node.flags.insert(.textInSource)
        node.payloadStart = UInt32(slice.lowerBound)
        node.payloadCount = UInt32(slice.count)
        try builder.add(node, UnsafeBufferPointer(rebasing: text[slice]))
      } else {
        node.payloadStart = UInt32(builder.tree.pool.count)
        node.payloadCount = UInt32(decoded.count)
        try decoded.withUnsafeBufferPointer { value throws(TreeBuilder.Stop) in _ = try builder.add(node, value) }
      }
    } catch {
      throw Declined()
    }
  }

  // MARK: Bytes

  /// Whether a dash that begins an item is at `offset`.
  private var isAtDash: Bool {
    offset < end && text[offset] == UInt8(ascii: "-") && isBlankOrEnd(offset + 1)
  }

  /// Whether the line begins with three of these bytes, without regard to what follows.
  private func isMarker(_ byte: UInt8) -> Bool {
    offset == lineStart && offset + 2 < end && text[offset] == byte && text[offset + 1] == byte
      && text[offset + 2] == byte
  }

  /// Whether a space, a line break or the end is at `place`. Tabs between tokens are left to libyaml.
  func isBlankOrEnd(_ place: Int) -> Bool {
    place >= end || text[place] == 0x20 || text[place] == 0x0A
  }

  /// Whether nothing more follows on the line but maybe a comment.
  var isAtEndOfLine: Bool {
    guard offset < end, text[offset] != 0x0A else { return true }
    return text[offset] == UInt8(ascii: "#") && text[offset - 1] == 0x20
  }

  mutating func skipSpaces() {
    while offset < end, text[offset] == 0x20 { offset += 1 }
  }

  /// Goes to the line break or comment behind a value.
  mutating func skipToEndOfLine() throws(Declined) {
    skipSpaces()
    guard isAtEndOfLine else { throw Declined() }
  }

  /// From the end of a line, or from the indentation of the next, goes to the first byte that is more than blank lines
  /// and comments.
  private mutating func skipEmptyLines() throws(Declined) {
    while offset < end {
      switch text[offset] {
      case 0x0A:
        offset += 1
        lineStart = offset
        skipSpaces()
      case UInt8(ascii: "#"): offset = endOfLine(from: offset)
      case 0x09: throw Declined()
      default: return
      }
    }
  }

  /// The offset of the next line break, or the end.
  func endOfLine(from start: Int) -> Int {
    min(text.firstIndex(ofLineFeedFrom: start) ?? end, end)
  }
}
