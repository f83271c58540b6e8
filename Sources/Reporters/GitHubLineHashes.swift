/// `primaryLocationLineHash` of each line of a file, as GitHub's upload action computes it (`github/codeql-action`,
/// `src/fingerprints.ts`): a rolling hash of the 100 UTF-16 units without blanks from the start of the line on.
package struct GitHubLineHashes {
  /// For line n at n - 1: 1 to 16 hex digits, `:`, and how often the hash has come up in the file so far.
  package private(set) var values: [String] = []

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
    for element in UTF8Scalars(bytes, in: 0..<bytes.count) {
      let scalar = element.scalar ?? "\u{FFFD}"
      let isSecondHalfOfBreak = isAfterCarriageReturn && scalar == "\n"
      isAfterCarriageReturn = scalar == "\r"
      if scalar == " " || scalar == "\t" || isSecondHalfOfBreak { continue }
      let shown = scalar == "\r" ? "\n" : scalar
      for unit in UTF16.encode(shown) ?? UTF16.encodedReplacementCharacter {
        finishLineInSlot()
        startsLine[slot] = isAtLineStart
        isAtLineStart = false
        push(UInt64(unit))
      }
      isAtLineStart = shown == "\n"
    }
    // The end of the text is a unit of its own, which begins the empty line after a final line break.
    finishLineInSlot()
    startsLine[slot] = isAtLineStart
    push(0xFFFF)
    for _ in 0..<Self.blockSize {
      finishLineInSlot()
      push(0)
    }
  }

  /// If the unit that leaves the window began a line, the hash is now that of the line.
  private mutating func finishLineInSlot() {
    guard startsLine[slot] else { return }
    startsLine[slot] = false
    occurrences[hash, default: 0] += 1
    values.append("\(String(hash, radix: 16)):\(occurrences[hash] ?? 1)")
  }

  private mutating func push(_ unit: UInt64) {
    hash = Self.base &* hash &+ unit &- Self.leavingWeight &* window[slot]
    window[slot] = unit
    slot = (slot + 1) % Self.blockSize
  }
}
