/// Finds what somebody may have meant.
enum Suggestion {
  /// The candidate closest to `text`, nil when none is close: at most a third of the letters may differ.
  static func closest(to text: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, text.utf8.count / 3)
    guard text.utf8.count <= 100 else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates.prefix(1_000) where candidate != text {
      let distance = distance(Array(text.utf8), Array(candidate.utf8), limit: limit)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// How many bytes must be inserted, deleted or changed; anything above `limit` may be returned as `limit + 1`.
  private static func distance(_ lhs: [UInt8], _ rhs: [UInt8], limit: Int) -> Int {
    guard abs(lhs.count - rhs.count) <= limit else { return limit + 1 }
    var previous = Array(0...rhs.count)
    for (row, left) in lhs.enumerated() {
      var current = [row + 1]
      for (column, right) in rhs.enumerated() {
        let change = previous[column] + (lowercased(left) == lowercased(right) ? 0 : 1)
        current.append(min(change, previous[column + 1] + 1, current[column] + 1))
      }
      if current.allSatisfy({ $0 > limit }) { return limit + 1 }
      previous = current
    }
    return previous[rhs.count]
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
