/// `primaryLocationLineHash` of each line of a file, as GitHub's upload action computes it (`github/codeql-action`,
/// `src/fingerprints.ts`): a rolling hash of the 100 UTF-16 units without blanks from the start of the line on.
package struct GitHubLineHashes {
  /// For line n at n - 1: its hash, and how often that has come up in the file so far.
  private var lines: [(hash: UInt64, occurrence: Int)] = []

  package var values: [String] { lines.indices.map { self[$0] } }

  /// How many lines there are.
  package var count: Int { lines.count }

  /// For line n at n - 1: 1 to 16 hex digits, `:`, and how often the hash has come up in the file so far.
  package subscript(line: Int) -> String { "\(String(lines[line].hash, radix: 16)):\(lines[line].occurrence)" }

  private static let blockSize = 100
  private static let base: UInt64 = 37
  /// `base` to the power of `blockSize`: what a unit weighs when it leaves the window.
  private static let leavingWeight = (0..<blockSize).reduce(UInt64(1)) { power, _ in power &* base }

  private var window = [UInt64](repeating: 0, count: blockSize)
  /// Whether a line starts at this slot of the window.
  private var startsLine = [Bool](repeating: false, count: blockSize)
  private var slot = 0
  private var hash: UInt64 = 0
  private var occurrences: [UInt64: Int] = [:]

  /// Hashes the lines of `bytes`, O(n).
  package init(_ bytes: [UInt8]) {
    var isAtLineStart = true
    var isAfterCarriageReturn = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        let isSecondHalfOfBreak = isAfterCarriageReturn && byte == UInt8(ascii: "\n")
        isAfterCarriageReturn = byte == UInt8(ascii: "\r")
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || isSecondHalfOfBreak { continue }
        let shown = isAfterCarriageReturn ? UInt8(ascii: "\n") : byte
        add(UInt64(shown), startsLine: isAtLineStart)
        isAtLineStart = shown == UInt8(ascii: "\n")
      } else {
        var rest = UTF8Scalars(bytes, in: index..<bytes.count)
        guard let element = rest.next() else { break }
        index = element.range.upperBound
        isAfterCarriageReturn = false
        for unit in UTF16.encode(element.scalar ?? "\u{FFFD}") ?? UTF16.encodedReplacementCharacter {
          add(UInt64(unit), startsLine: isAtLineStart)
          isAtLineStart = false
        }
      }
    }
    // The end of the text is a unit of its own, which begins the empty line after a final line break.
    add(0xFFFF, startsLine: isAtLineStart)
    for _ in 0..<Self.blockSize {
      finishLineInSlot()
      push(0)
    }
  }

  private mutating func add(_ unit: UInt64, startsLine isStart: Bool) {
    finishLineInSlot()
    startsLine[slot] = isStart
    push(unit)
  }

  /// If the unit that leaves the window began a line, the hash is now that of the line.
  private mutating func finishLineInSlot() {
    guard startsLine[slot] else { return }
    startsLine[slot] = false
    let occurrence = (occurrences[hash] ?? 0) + 1
    occurrences[hash] = occurrence
    lines.append((hash, occurrence))
  }

  private mutating func push(_ unit: UInt64) {
    hash = Self.base &* hash &+ unit &- Self.leavingWeight &* window[slot]
    window[slot] = unit
    slot = slot + 1 == Self.blockSize ? 0 : slot + 1
  }
}
