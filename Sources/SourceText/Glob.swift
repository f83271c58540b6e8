/// Shell patterns on bytes, as Go's `path.Match` reads them: `*` is any run of bytes, `?` any one byte, `[a-z]` and `[^a-z]`
/// a byte of a class, `\` takes the next byte for itself. A pattern that cannot be read fits nothing.
package enum Glob {
  /// Whether `pattern` fits the whole of `text`. At worst the product of their lengths.
  package static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    if pattern.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\\") }) {
      return parts(of: pattern).map { matches($0, Array(text)) } ?? false
    }
    return matchesPlain(pattern, text)
  }

  /// The length of the shortest or the longest prefix of `text`, or suffix, that the whole of `pattern` fits.
  ///
  /// Each piece between two `*` is looked for once, from left to right: where it is found first, the most is left for
  /// those behind it; of the last piece the first or the last place decides.
  ///
  /// - Parameter steps: how many bytes may be compared, less those that were. A text is gone through in time that does
  ///   not depend on the pattern, but for pieces with `?` and classes.
  /// - Returns: nil when none fits.
  /// - Throws: when the steps are used up.
  package static func fittingLength(
    of pattern: [UInt8], in text: [UInt8], fromEnd: Bool, longest: Bool, steps: inout Int
  ) throws(OutOfSteps) -> Int? {
    guard let parts = parts(of: pattern[...]) else { return nil }
    return try fittingLength(
      of: fromEnd ? parts.reversed() : parts, in: fromEnd ? text.reversed() : text, longest: longest, &steps)
  }

  /// More bytes would have to be compared than was allowed.
  package struct OutOfSteps: Error {}

  private static func fittingLength(
    of parts: [Part], in text: [UInt8], longest: Bool, _ steps: inout Int
  ) throws(OutOfSteps) -> Int? {
    var pieces = parts.split(omittingEmptySubsequences: false) { if case .run = $0 { true } else { false } }
      .map { Piece($0) }
    let first = pieces.removeFirst()
    guard try first.fits(text, at: 0, &steps) else { return nil }
    var end = first.count
    guard let last = pieces.popLast() else { return end }
    for piece in pieces {
      guard let place = try piece.firstPlace(in: text, from: end, &steps) else { return nil }
      end = place + piece.count
    }
    // A `*` at the end takes nothing, or all.
    if last.count == 0 { return longest ? text.count : end }
    let place = try longest ? last.lastPlace(in: text, from: end, &steps) : last.firstPlace(in: text, from: end, &steps)
    return place.map { $0 + last.count }
  }

  /// Only the last `*` is tried again.
  private static func matchesPlain(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var pattern = pattern
    var text = text
    // Where to go on when a later part does not fit: just after the last `*`, one byte further in the text.
    var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
    while true {
      if let head = pattern.first {
        if head == UInt8(ascii: "*") {
          pattern = pattern.dropFirst()
          retry = (pattern, text)
          continue
        }
        if let byte = text.first, head == UInt8(ascii: "?") || head == byte {
          pattern = pattern.dropFirst()
          text = text.dropFirst()
          continue
        }
      } else if text.isEmpty {
        return true
      }
      guard let last = retry, !last.text.isEmpty else { return false }
      pattern = last.pattern
      text = last.text.dropFirst()
      retry = (pattern, text)
    }
  }

  // MARK: - Classes

  private enum Part {
    case run
    case any
    case byte(UInt8)
    case oneOf([ClosedRange<UInt8>], isNegated: Bool)

    func fits(_ byte: UInt8) -> Bool {
      switch self {
      case .run, .any: true
      case .byte(let own): own == byte
      case .oneOf(let ranges, let isNegated): ranges.contains { $0.contains(byte) } != isNegated
      }
    }
  }

  /// Whether the parts fit the whole text: goes through it once with all places in them that can be reached.
  private static func matches(_ parts: [Part], _ text: [UInt8]) -> Bool {
    var reached = Array(repeating: false, count: parts.count + 1)
    reached[0] = true
    func skipRuns(_ reached: inout [Bool]) {
      for (index, part) in parts.enumerated() where reached[index] {
        if case .run = part { reached[index + 1] = true }
      }
    }
    skipRuns(&reached)
    for byte in text {
      var next = Array(repeating: false, count: parts.count + 1)
      for (index, part) in parts.enumerated() where reached[index] && part.fits(byte) {
        if case .run = part { next[index] = true } else { next[index + 1] = true }
      }
      skipRuns(&next)
      reached = next
    }
    return reached[parts.count]
  }

  /// What stands between two `*`.
  private struct Piece {
    private let parts: [Part]
    /// The bytes, when they are all that it fits.
    private let literal: Needle?

    var count: Int { parts.count }

    init(_ parts: ArraySlice<Part>) {
      self.parts = Array(parts)
      var bytes: [UInt8] = []
      for part in parts { if case .byte(let byte) = part { bytes.append(byte) } }
      literal = bytes.count == parts.count ? Needle(bytes) : nil
    }

    func fits(_ text: [UInt8], at start: Int, _ steps: inout Int) throws(OutOfSteps) -> Bool {
      guard start + parts.count <= text.count else { return false }
      for (index, part) in parts.enumerated() {
        steps -= 1
        guard part.fits(text[start + index]) else { return false }
      }
      guard steps >= 0 else { throw OutOfSteps() }
      return true
    }

    func firstPlace(in text: [UInt8], from start: Int, _ steps: inout Int) throws(OutOfSteps) -> Int? {
      if let literal {
        let place = literal.firstPlace(in: text, from: start)
        steps -= (place ?? text.count) - start + 1
        guard steps >= 0 else { throw OutOfSteps() }
        return place
      }
      for place in stride(from: start, through: text.count - parts.count, by: 1)
      where try fits(text, at: place, &steps) { return place }
      guard steps >= 0 else { throw OutOfSteps() }
      return nil
    }

    func lastPlace(in text: [UInt8], from start: Int, _ steps: inout Int) throws(OutOfSteps) -> Int? {
      let last = text.count - parts.count
      guard last >= start else { return nil }
      if let literal {
        steps -= text.count - start
        guard steps >= 0 else { throw OutOfSteps() }
        let place = Needle(literal.bytes.reversed()).firstPlace(in: text[start...].reversed(), from: 0)
        return place.map { last - $0 }
      }
      for place in stride(from: last, through: start, by: -1) where try fits(text, at: place, &steps) { return place }
      guard steps >= 0 else { throw OutOfSteps() }
      return nil
    }
  }

  /// Nil for a class without an end, a range the wrong way round, or a `\` at the end.
  private static func parts(of pattern: ArraySlice<UInt8>) -> [Part]? {
    var parts: [Part] = []
    var rest = pattern
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"): parts.append(.run)
      case UInt8(ascii: "?"): parts.append(.any)
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else { return nil }
        parts.append(.byte(next))
      case UInt8(ascii: "["):
        guard let part = popClass(&rest) else { return nil }
        parts.append(part)
      default: parts.append(.byte(byte))
      }
    }
    return parts
  }

  /// What follows a `[`.
  private static func popClass(_ rest: inout ArraySlice<UInt8>) -> Part? {
    func popByte() -> UInt8? {
      guard let byte = rest.popFirst(), byte != UInt8(ascii: "-") else { return nil }
      return byte == UInt8(ascii: "\\") ? rest.popFirst() : byte
    }
    let isNegated = rest.first == UInt8(ascii: "^")
    if isNegated { rest.removeFirst() }
    var ranges: [ClosedRange<UInt8>] = []
    while true {
      if rest.first == UInt8(ascii: "]"), !ranges.isEmpty {
        rest.removeFirst()
        return .oneOf(ranges, isNegated: isNegated)
      }
      guard let low = popByte() else { return nil }
      guard rest.first == UInt8(ascii: "-") else {
        ranges.append(low...low)
        continue
      }
      rest.removeFirst()
      guard let high = popByte(), low <= high else { return nil }
      ranges.append(low...high)
    }
  }
}
