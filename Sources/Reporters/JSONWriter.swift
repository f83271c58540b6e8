/// Writes one JSON text (RFC 8259): keys in the order given, two spaces for each level, ASCII and UTF-8 only.
///
/// Characters that a terminal would obey are escaped too, so that a report may be printed as it is.
package struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private var depth = 0
  private var isFirst = true
  /// Whether to leave out line breaks.
  private var isOnOneLine = false
  /// Gets the text as it grows; without it all of it stays in `bytes`.
  private let drain: (([UInt8]) -> Void)?

  package init() { drain = nil }

  /// - Parameter drain: gets the text in pieces, in their order.
  init(drain: @escaping ([UInt8]) -> Void) { self.drain = drain }

  /// Hands on what is left.
  mutating func finish() {
    drain?(bytes)
    bytes.removeAll(keepingCapacity: true)
  }

  private mutating func handOn() {
    if drain != nil, bytes.count >= ReportSink.pieceSize { finish() }
  }

  /// The text written so far, with a line break at its end.
  package var text: String { String(decoding: bytes, as: UTF8.self) + "\n" }

  /// Writes an object as the value that is due; `members` writes its fields.
  package mutating func object(_ members: (inout JSONWriter) -> Void) {
    nest("{", "}", members)
  }

  /// Writes an object on a line of its own, as a text of its own: such lines are JSON one by one.
  mutating func line(_ members: (inout JSONWriter) -> Void) {
    isOnOneLine = true
    object(members)
    isOnOneLine = false
    endLine()
  }

  /// Writes an array as the whole text, with an object for each element on a line of its own.
  mutating func array<Elements: Sequence>(
    lines elements: Elements, _ members: (inout JSONWriter, Elements.Element) -> Void
  ) {
    nest("[", "]") { $0.lines(elements, members) }
    endLine()
  }

  /// Ends the text, or a line of it.
  mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
    handOn()
  }

  package mutating func field(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  package mutating func field(_ name: String, _ value: Int) {
    key(name)
    bytes.append(contentsOf: String(value).utf8)
  }

  /// - Precondition: the number is finite.
  package mutating func field(_ name: String, _ value: Double) {
    key(name)
    bytes.append(contentsOf: String(value).utf8)
  }

  package mutating func field(_ name: String, _ value: Bool) {
    key(name)
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func null(_ name: String) {
    key(name)
    bytes.append(contentsOf: "null".utf8)
  }

  /// Writes null for nil.
  package mutating func field(_ name: String, orNull value: String?) {
    if let value { field(name, value) } else { null(name) }
  }

  /// Writes null for nil.
  package mutating func field(_ name: String, orNull value: Int?) {
    if let value { field(name, value) } else { null(name) }
  }

  package mutating func field(_ name: String, object members: (inout JSONWriter) -> Void) {
    key(name)
    object(members)
  }

  /// Writes the strings as an array on one line.
  package mutating func field(_ name: String, strings: [String]) {
    key(name)
    bytes.append(UInt8(ascii: "["))
    for (index, value) in strings.enumerated() {
      if index > 0 { bytes.append(contentsOf: ", ".utf8) }
      string(value)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Writes an array with an object for each element, whose fields `members` writes.
  package mutating func field<Elements: Sequence>(
    _ name: String, objects elements: Elements, _ members: (inout JSONWriter, Elements.Element) -> Void
  ) {
    key(name)
    nest("[", "]") { writer in
      for element in elements {
        writer.separate()
        writer.object { members(&$0, element) }
        writer.handOn()
      }
    }
  }

  /// Writes an array with an object for each element on a line of its own, which takes less than half the room.
  package mutating func field<Elements: Sequence>(
    _ name: String, lines elements: Elements, _ members: (inout JSONWriter, Elements.Element) -> Void
  ) {
    key(name)
    nest("[", "]") { $0.lines(elements, members) }
  }

  private mutating func lines<Elements: Sequence>(
    _ elements: Elements, _ members: (inout JSONWriter, Elements.Element) -> Void
  ) {
    for element in elements {
      separate()
      isOnOneLine = true
      object { members(&$0, element) }
      isOnOneLine = false
      handOn()
    }
  }

  private mutating func nest(_ open: Unicode.Scalar, _ close: Unicode.Scalar, _ body: (inout JSONWriter) -> Void) {
    bytes.append(UInt8(ascii: open))
    depth += 1
    isFirst = true
    body(&self)
    depth -= 1
    if !isFirst, !isOnOneLine { breakLine() }
    isFirst = false
    bytes.append(UInt8(ascii: close))
  }

  private mutating func key(_ name: String) {
    separate()
    string(name)
    bytes.append(contentsOf: ": ".utf8)
  }

  private mutating func separate() {
    if !isFirst { bytes.append(contentsOf: (isOnOneLine ? ", " : ",").utf8) }
    isFirst = false
    if !isOnOneLine { breakLine() }
  }

  private mutating func breakLine() {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  private mutating func string(_ value: String) {
    var value = value
    bytes.append(UInt8(ascii: "\""))
    value.withUTF8 { text in
      // What is written as it is comes in runs.
      var start = 0
      var index = 0
      while index < text.count {
        let byte = text[index]
        if (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
          index += 1
          continue
        }
        let (scalar, length) = Self.scalar(at: index, in: text)
        if byte < 0x80 || scalar.isHidden {
          bytes.append(contentsOf: text[start..<index])
          escape(scalar)
          start = index + length
        }
        index += length
      }
      bytes.append(contentsOf: text[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// The character at a place of valid UTF-8, and how many bytes it takes.
  private static func scalar(at index: Int, in text: UnsafeBufferPointer<UInt8>) -> (Unicode.Scalar, length: Int) {
    let lead = UInt32(text[index])
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    var value = length == 1 ? lead : lead & (0x7F >> UInt32(length))
    for next in 1..<max(1, length) where index + next < text.count {
      value = value << 6 | UInt32(text[index + next] & 0x3F)
    }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes.append(contentsOf: #"\""#.utf8)
    case "\\": bytes.append(contentsOf: #"\\"#.utf8)
    case "\n": bytes.append(contentsOf: #"\n"#.utf8)
    case "\r": bytes.append(contentsOf: #"\r"#.utf8)
    case "\t": bytes.append(contentsOf: #"\t"#.utf8)
    default:
      for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
        let digits = String(unit, radix: 16)
        bytes.append(contentsOf: #"\u"#.utf8)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        bytes.append(contentsOf: digits.utf8)
      }
    }
  }
}
