/// Shell patterns on bytes, as Go's `path.Match` reads them: `*` is any run of bytes, `?` any one byte, `[a-z]` and `[^a-z]`
/// a byte of a class, `\` takes the next byte for itself. A pattern that cannot be read fits nothing.
package enum Glob {
  /// Whether `pattern` fits the whole of `text`. At worst the product of their lengths.
  package static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    if pattern.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\\") }) {
      return parts(of: pattern).map { fittingLengths(of: $0, in: Array(text)).last == true } ?? false
    }
    return matchesPlain(pattern, text)
  }

  /// Which prefixes of `text`, or suffixes, the whole of `pattern` fits: an entry for each length from 0 on. Takes the
  /// product of both lengths.
  package static func fittingLengths(of pattern: [UInt8], in text: [UInt8], fromEnd: Bool) -> [Bool] {
    guard let parts = parts(of: pattern[...]) else { return Array(repeating: false, count: text.count + 1) }
    return fromEnd
      ? fittingLengths(of: parts.reversed(), in: text.reversed()) : fittingLengths(of: parts, in: text)
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

  /// Goes through the text once with all places in the pattern that can be reached.
  private static func fittingLengths(of parts: [Part], in text: [UInt8]) -> [Bool] {
    var reached = Array(repeating: false, count: parts.count + 1)
    reached[0] = true
    func skipRuns(_ reached: inout [Bool]) {
      for (index, part) in parts.enumerated() where reached[index] {
        if case .run = part { reached[index + 1] = true }
      }
    }
    skipRuns(&reached)
    var lengths = [reached[parts.count]]
    lengths.reserveCapacity(text.count + 1)
    for byte in text {
      var next = Array(repeating: false, count: parts.count + 1)
      for (index, part) in parts.enumerated() where reached[index] && part.fits(byte) {
        if case .run = part { next[index] = true } else { next[index + 1] = true }
      }
      skipRuns(&next)
      reached = next
      lengths.append(reached[parts.count])
    }
    return lengths
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
