/// Bytes of a text and what stands in their place afterwards. An empty range is an insertion.
package struct Edit: Hashable, Sendable {
  /// Byte offsets in the original text.
  package var range: Range<Int>
  package var replacement: [UInt8]

  package init(_ range: Range<Int>, _ replacement: some Collection<UInt8>) {
    self.range = range
    self.replacement = Array(replacement)
  }

  package static func deletion(_ range: Range<Int>) -> Edit { Edit(range, []) }

  /// What makes one text of another: whole lines, from the first that differs to the last.
  package static func difference(from old: [UInt8], to new: [UInt8]) -> Edit {
    let layout = Layout(bytes: old)
    let shorter = min(old.count, new.count)
    var start = zip(old, new).prefix { $0 == $1 }.count
    start = start == old.count ? start : layout.lineStart(start)
    var common = 0
    while common < shorter - start, old[old.count - 1 - common] == new[new.count - 1 - common] { common += 1 }
    // Only at the end of a line: behind a line break.
    while common > 0, old[old.count - common - 1] != 0x0A { common -= 1 }
    return Edit(start..<old.count - common, new[start..<new.count - common])
  }

  package static func insertion(_ bytes: some Collection<UInt8>, at offset: Int) -> Edit {
    Edit(offset..<offset, bytes)
  }
}

/// Two edits that claim the same bytes: a mistake of whoever planned them, never applied.
package struct OverlappingEdits: Error, Hashable, Sendable {
  package var first: Edit
  package var second: Edit
}

extension Edit {
  /// The text after all edits, each given in offsets of the original. An edit given twice counts once; insertions at one
  /// place stand in the order given, before what replaces the bytes behind them.
  package static func apply(_ edits: [Edit], to text: [UInt8]) throws(OverlappingEdits) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var offset = 0
    var last: Edit?
    for edit in sorted(edits) {
      if edit == last, !edit.range.isEmpty { continue }
      guard edit.range.lowerBound >= offset, edit.range.upperBound <= text.count else {
        throw OverlappingEdits(first: last ?? edit, second: edit)
      }
      result += text[offset..<edit.range.lowerBound]
      result += edit.replacement
      offset = edit.range.upperBound
      last = edit
    }
    return result + text[offset...]
  }

  /// In the order of the text; a stable sort.
  package static func sorted(_ edits: [Edit]) -> [Edit] {
    edits.enumerated().sorted { left, right in
      let (a, b) = (left.element.range, right.element.range)
      if a.lowerBound != b.lowerBound { return a.lowerBound < b.lowerBound }
      if a.isEmpty != b.isEmpty { return a.isEmpty }
      return left.offset < right.offset
    }.map(\.element)
  }
}
