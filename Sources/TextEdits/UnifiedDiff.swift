/// The differences of files as `diff -u` and `git diff` write them.
package struct UnifiedDiff {
  /// How a line is shown that must not be written as it is; nil for any other.
  package typealias Showing = (_ sign: UInt8, _ line: ArraySlice<UInt8>) -> [UInt8]?

  private static let context = 3
  /// More changed lines than this between the first and the last change are shown as one block.
  private static let limit = 2_000

  /// The diff so far.
  package private(set) var bytes: [UInt8] = []
  /// Whether a line of the current file is not shown as it is, so that no program can apply the diff.
  private var hasEscapes = false
  /// The bytes of the current original that must not be shown.
  private var hidden: [Range<Int>] = []
  private let showing: Showing

  package init(showing: @escaping Showing = { _, _ in nil }) { self.showing = showing }

  /// Adds nothing when the texts are the same. A missing original is a new file.
  ///
  /// - Parameter hidden: bytes of the original that must not be shown: what is near a change goes as far as they do, and
  ///   where they are changed themselves, stars stand for them.
  package mutating func append(
    path: String, from original: [UInt8]?, to changed: [UInt8], hiding hidden: [Range<Int>] = []
  ) {
    self.hidden = hidden
    let old = Self.lines(original ?? [])
    let new = Self.lines(changed)
    let blocks = Self.differences(old, new)
    guard !blocks.isEmpty else { return }
    let start = bytes.count
    hasEscapes = false
    let before = original == nil ? "/dev/null" : GitPath.name("a/" + path)
    bytes += "--- \(before)\n+++ \(GitPath.name("b/" + path))\n".utf8
    var group: [Block] = []
    for block in blocks {
      if let last = group.last, isApart(last.old.upperBound..<block.old.lowerBound, old) {
        write(group, old, new)
        group = []
      }
      group.append(block)
    }
    write(group, old, new)
    // What stands before the first file is no part of the diff to any program.
    if hasEscapes { bytes.insert(contentsOf: Self.warning.utf8, at: start) }
  }

  private static let warning =
    "# lines of the next file are shown with escapes or stars, so its diff does not apply as it is; --write changes the file\n"

  /// Lines of the old text and what stands in their place in the new one.
  private struct Block {
    var old: Range<Int>
    var new: Range<Int>
  }

  /// Each line ends behind its line feed.
  private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (index, byte) in text.enumerated() where byte == 0x0A {
      lines.append(text[start...index])
      start = index + 1
    }
    if start < text.count { lines.append(text[start...]) }
    return lines
  }

  private static func differences(_ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) -> [Block] {
    var start = 0
    while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
    var tail = 0
    while tail < min(old.count, new.count) - start, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    let oldMiddle = start..<old.count - tail
    let newMiddle = start..<new.count - tail
    guard !oldMiddle.isEmpty || !newMiddle.isEmpty else { return [] }
    guard oldMiddle.count + newMiddle.count <= limit else { return [Block(old: oldMiddle, new: newMiddle)] }
    let difference = Array(new[newMiddle]).difference(from: Array(old[oldMiddle]))
    var isRemoved = Array(repeating: false, count: oldMiddle.count)
    var isInserted = Array(repeating: false, count: newMiddle.count)
    for change in difference {
      switch change {
      case .remove(let offset, _, _): isRemoved[offset] = true
      case .insert(let offset, _, _): isInserted[offset] = true
      }
    }
    return blocks(isRemoved, isInserted, at: start)
  }

  private static func blocks(_ isRemoved: [Bool], _ isInserted: [Bool], at start: Int) -> [Block] {
    var blocks: [Block] = []
    var old = 0
    var new = 0
    while old < isRemoved.count || new < isInserted.count {
      let (oldStart, newStart) = (old, new)
      while old < isRemoved.count, isRemoved[old] { old += 1 }
      while new < isInserted.count, isInserted[new] { new += 1 }
      if old > oldStart || new > newStart {
        blocks.append(Block(old: start + oldStart..<start + old, new: start + newStart..<start + new))
      } else {
        old += 1
        new += 1
      }
    }
    return blocks
  }

  /// Whether what is between two changes is more than what is shown around them.
  private func isApart(_ between: Range<Int>, _ old: [ArraySlice<UInt8>]) -> Bool {
    between.count > 2 * Self.context || between.contains { isHidden(old[$0]) }
  }

  private func isHidden(_ line: ArraySlice<UInt8>) -> Bool { hidden.contains { $0.overlaps(line.indices) } }

  /// The lines of a group with those around it, as far as they may be shown. At least one line follows it where there is
  /// one: git takes a hunk without for the end of the file.
  private func shown(_ group: Range<Int>, of old: [ArraySlice<UInt8>]) -> Range<Int> {
    let before = max(0, group.lowerBound - Self.context)..<group.lowerBound
    let after = group.upperBound..<min(old.count, group.upperBound + Self.context)
    let start = before.last { isHidden(old[$0]) }.map { $0 + 1 } ?? before.lowerBound
    let end = after.first { isHidden(old[$0]) } ?? after.upperBound
    return start..<max(end, min(group.upperBound + 1, after.upperBound))
  }

  private mutating func write(_ group: [Block], _ old: [ArraySlice<UInt8>], _ new: [ArraySlice<UInt8>]) {
    guard let first = group.first, let last = group.last else { return }
    let oldRange = shown(first.old.lowerBound..<last.old.upperBound, of: old)
    let before = first.old.lowerBound - oldRange.lowerBound
    let after = oldRange.upperBound - last.old.upperBound
    let newRange = first.new.lowerBound - before..<last.new.upperBound + after
    bytes += "@@ -\(Self.place(oldRange)) +\(Self.place(newRange)) @@\n".utf8
    var line = oldRange.lowerBound
    for block in group {
      for index in line..<block.old.lowerBound { append(UInt8(ascii: " "), old[index]) }
      let removed = block.old.flatMap { secrets(in: old[$0]) }
      for index in block.old { append(UInt8(ascii: "-"), old[index]) }
      for index in block.new { append(UInt8(ascii: "+"), new[index], hiding: removed) }
      line = block.old.upperBound
    }
    for index in line..<oldRange.upperBound { append(UInt8(ascii: " "), old[index]) }
  }

  private static func place(_ range: Range<Int>) -> String {
    "\(range.isEmpty ? range.lowerBound : range.lowerBound + 1),\(range.count)"
  }

  /// What of a line must not be shown.
  private func secrets(in line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    hidden.lazy.filter { $0.overlaps(line.indices) }.map { line[$0.clamped(to: line.indices)] }
  }

  /// - Parameter secrets: what must not be shown of a line that is none of the original's.
  private mutating func append(
    _ sign: UInt8, _ line: ArraySlice<UInt8>, hiding secrets: [ArraySlice<UInt8>]? = nil
  ) {
    let starred = Self.starred(line, secrets ?? self.secrets(in: line))
    let line = starred ?? line
    // A byte-order mark at the beginning of a file does no harm.
    let isMarked = line.startIndex == 0 && line.starts(with: [0xEF, 0xBB, 0xBF])
    hasEscapes = hasEscapes || starred != nil
    if let shown = showing(sign, isMarked ? line.dropFirst(3) : line) {
      bytes += shown
      hasEscapes = true
    } else {
      bytes.append(sign)
      bytes += line
    }
    if line.last != 0x0A { bytes += "\n\\ No newline at end of file\n".utf8 }
  }

  /// A line with stars for secrets, its line break left; nil when it has none of them.
  private static func starred(_ line: ArraySlice<UInt8>, _ secrets: [ArraySlice<UInt8>]) -> ArraySlice<UInt8>? {
    var result = line
    for secret in secrets {
      let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
      let text = Array(secret.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
      guard !text.isEmpty else { continue }
      for place in line.ranges(of: text) {
        result.replaceSubrange(place, with: repeatElement(UInt8(ascii: "*"), count: place.count))
      }
    }
    return result == line ? nil : result
  }
}
