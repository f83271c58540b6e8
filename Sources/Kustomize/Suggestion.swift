/// Finds what somebody may have meant.
enum Suggestion {
  /// The candidate closest to `text`, nil when none is close: a third of the letters may differ, or a short end may be
  /// missing.
  static func closest(to text: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(text.utf8)
    guard (1...100).contains(letters.count) else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates.prefix(1_000) where candidate != text {
      let isBeginning = letters.count > 3 && candidate.utf8.starts(with: letters)
      let limit = isBeginning ? 3 : max(1, letters.count / 3)
      let distance = distance(letters, Array(candidate.utf8), limit: limit)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// How many bytes must be inserted, deleted, changed or swapped with their neighbour, letter case ignored; more than
  /// `limit` is `limit + 1`.
  private static func distance(_ lhs: [UInt8], _ rhs: [UInt8], limit: Int) -> Int {
    guard abs(lhs.count - rhs.count) <= limit else { return limit + 1 }
    let (left, right) = (lhs.map(lowercased), rhs.map(lowercased))
    var rows = [Array(0...right.count)]
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        var cost = min(
          rows[row][column] + (left[row] == right[column] ? 0 : 1), rows[row][column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, rows[row - 1][column - 1] + 1)
        }
        current.append(cost)
      }
      rows.append(current)
    }
    return min(rows[left.count][right.count], limit + 1)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
