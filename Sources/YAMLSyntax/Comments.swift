package import SourceText

/// A comment of a YAML file.
package struct Comment: Hashable, Sendable {
  /// From the `#` to before the line break.
  package var range: SourceRange
  /// What stands behind the `#`, without the blanks around it.
  package var text: String
  /// Whether there is nothing but blanks before it on its line.
  package var isAlone: Bool

  package init(range: SourceRange, text: String, isAlone: Bool) {
    (self.range, self.text, self.isAlone) = (range, text, isAlone)
  }
}

extension YAMLTree {
  /// The comments of a parsed file in order. O(bytes of the file).
  ///
  /// A `#` inside a scalar is text. Where there is no document (one that does not parse has no nodes to tell text from
  /// comments) only comments on lines of their own and behind `---` are found.
  package func comments(file: FileID) -> [Comment] {
    source.withUnsafeBufferPointer { text in
      var scanner = CommentScanner(text: text, file: file)
      var end = text.hasByteOrderMark(at: 0) ? 3 : 0
      for document in documents {
        scanner.scanWithoutNodes(end..<max(end, document.range.bounds.lowerBound))
        scanner.scan(document.range.bounds, skipping: leaves(of: document))
        end = document.range.bounds.upperBound
      }
      scanner.scanWithoutNodes(end..<text.count)
      return scanner.comments
    }
  }

  /// Scalars and aliases of a document in the order of the text.
  private func leaves(of document: YAMLDocument) -> [Node] {
    let next = documents.first { $0.root.node > document.root.node }
    let nodes = nodes[Int(document.root.node)..<(next.map { Int($0.root.node) } ?? nodes.count)]
    return nodes.filter { ($0.kind == .scalar || $0.kind == .alias) && !$0.range.isEmpty }
  }
}

private struct CommentScanner {
  let text: UnsafeBufferPointer<UInt8>
  let file: FileID
  var comments: [Comment] = []

  init(text: UnsafeBufferPointer<UInt8>, file: FileID) {
    self.text = text
    self.file = file
  }

  /// Finds the comments of a document between and behind its `leaves`.
  mutating func scan(_ document: Range<Int>, skipping leaves: [Node]) {
    var offset = document.lowerBound
    for leaf in leaves {
      scanGap(offset..<max(offset, leaf.range.bounds.lowerBound))
      offset = max(offset, leaf.range.bounds.upperBound)
      guard leaf.style == .literal || leaf.style == .folded, leaf.kind == .scalar else { continue }
      // The line of the header may end in a comment.
      let header = ValueBounds(text: text).blockHeader(at: leaf.range.bounds.lowerBound).end
      let line = header..<(text.firstIndex(ofLineFeedFrom: header) ?? text.count)
      if let mark = text[line].firstIndex(of: UInt8(ascii: "#")) { add(from: mark) }
    }
    scanGap(offset..<max(offset, document.upperBound))
  }

  /// Between scalars there are only blanks, indicators, anchors, tags and directives, none of which can hold a `#`.
  private mutating func scanGap(_ gap: Range<Int>) {
    var rest = gap
    while let mark = text[rest].firstIndex(of: UInt8(ascii: "#")) {
      rest = min(add(from: mark), gap.upperBound)..<gap.upperBound
    }
  }

  /// Finds comments that can be told from text without knowing the text.
  mutating func scanWithoutNodes(_ region: Range<Int>) {
    var line = region.lowerBound
    while line < region.upperBound {
      var offset = line
      if text[offset...].starts(with: "---".utf8) { offset += 3 }
      while offset < region.upperBound, text[offset].isBlank { offset += 1 }
      if offset < region.upperBound, text[offset] == UInt8(ascii: "#") { add(from: offset) }
      line = text.firstIndex(ofLineFeedFrom: offset).map { $0 + 1 } ?? text.count
    }
  }

  /// Adds the comment whose `#` is at `start`; returns its end.
  @discardableResult
  private mutating func add(from start: Int) -> Int {
    var end = start
    while end < text.count, text[end] != 0x0A, text[end] != 0x0D { end += 1 }
    var words = text[start + 1..<end]
    while let first = words.first, first.isBlank { words.removeFirst() }
    while let last = words.last, last.isBlank { words.removeLast() }
    var before = start
    while before > 0, text[before - 1].isBlank { before -= 1 }
    let isAlone =
      before == 0 || before == 3 && text.hasByteOrderMark(at: 0) || text[before - 1] == 0x0A || text[before - 1] == 0x0D
    comments.append(
      Comment(
        range: SourceRange(file: file, start..<end), text: String(decoding: words, as: UTF8.self), isAlone: isAlone))
    return end
  }
}
