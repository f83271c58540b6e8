/// "Did you mean": the candidate nearest to a name, if one is near enough to be a slip.
package enum Suggestion {
  /// The nearest of `candidates` by the bytes that must be inserted, deleted, changed or swapped with their neighbour,
  /// letter case ignored; of equally near ones the first in sorted order. Nil when none is near: a third of the bytes may
  /// differ, or up to three be missing at the end, and more than half have to be the same.
  package static func nearest(to name: String, in candidates: some Sequence<String>) -> String? {
    let bytes = Array(name.lowercased().utf8)
    guard (1...100).contains(bytes.count) else { return nil }
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate != name {
      let other = Array(candidate.lowercased().utf8)
      let isBeginning = bytes.count > 3 && other.starts(with: bytes)
      let limit = isBeginning ? 3 : max(1, bytes.count / 3)
      guard abs(other.count - bytes.count) <= limit else { continue }
      let distance = distance(bytes, other)
      guard distance <= limit, 2 * distance < max(bytes.count, other.count) else { continue }
      if let current = best, (current.distance, current.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// Whether one letter is wrong, missing or too many, or two are swapped. Numbers that differ are no slip: objects are
  /// numbered.
  package static func isSlip(between left: String, and right: String) -> Bool {
    let (left, right) = (left.utf8, right.utf8)
    guard abs(left.count - right.count) <= 1 else { return false }
    let head = zip(left, right).prefix { $0 == $1 }.count
    let (leftRest, rightRest) = (left.dropFirst(head), right.dropFirst(head))
    let tail = zip(leftRest.reversed(), rightRest.reversed()).prefix { $0 == $1 }.count
    let (before, after) = (leftRest.dropLast(tail), rightRest.dropLast(tail))
    guard !(before.isEmpty && after.isEmpty), before.count <= 2, after.count <= 2,
      !before.contains(where: isDigit), !after.contains(where: isDigit)
    else { return false }
    return before.count <= 1 && after.count <= 1 || before.count == 2 && after.elementsEqual(before.reversed())
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// The bytes that must be inserted, deleted, changed or swapped with their neighbour.
  package static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    // Three rows of the table, which change places.
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = beforePrevious
    for row in left.indices {
      current[0] = row + 1
      for column in right.indices {
        var cost = min(
          previous[column + 1] + 1, current[column] + 1, previous[column] + (left[row] == right[column] ? 0 : 1))
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current[column + 1] = cost
      }
      swap(&beforePrevious, &previous)
      swap(&previous, &current)
    }
    return previous[right.count]
  }
}
