/// The code points of some bytes that ought to be UTF-8, each with its place; bad bytes come out as such.
///
/// An ill-formed sequence is cut into its maximal subparts (Unicode 16, section 3.9, table 3-8), as the decoders of
/// browsers, Node and Python do, so that a replacement character of theirs is one element here.
struct UTF8Scalars: Sequence, IteratorProtocol {
  struct Element: Equatable {
    /// Nil where the bytes are not UTF-8.
    var scalar: Unicode.Scalar?
    /// Offsets of the bytes it takes.
    var range: Range<Int>
  }

  private let bytes: [UInt8]
  private var offset: Int
  private let end: Int

  /// Reads `bytes[range]`; `range` must lie in `bytes`.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    offset = range.lowerBound
    end = range.upperBound
  }

  mutating func next() -> Element? {
    guard offset < end else { return nil }
    let start = offset
    let lead = bytes[start]
    offset += 1
    guard lead >= 0x80 else { return Element(scalar: Unicode.Scalar(lead), range: start..<offset) }
    guard let (length, second) = Self.form(of: lead) else { return Element(scalar: nil, range: start..<offset) }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for index in 1..<length {
      let allowed: ClosedRange<UInt8> = index == 1 ? second : 0x80...0xBF
      guard offset < end, allowed.contains(bytes[offset]) else { return Element(scalar: nil, range: start..<offset) }
      value = value << 6 | UInt32(bytes[offset] & 0x3F)
      offset += 1
    }
    return Element(scalar: Unicode.Scalar(value), range: start..<offset)
  }

  /// The length of a sequence that starts with `lead`, and which second bytes are well-formed (table 3-7).
  private static func form(of lead: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
    switch lead {
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    default: nil
    }
  }
}
