package import SourceText

/// Where each byte of a scalar's decoded text is written in the file.
package struct ContentMap: Hashable, Sendable {
  let file: FileID
  /// For each decoded byte the start and end of its span; empty if the text is a slice of the file.
  private let starts: [UInt32]
  private let ends: [UInt32]
  /// For a slice, where it starts; else the start of the value, for a scalar without text.
  private let start: UInt32
  package let count: Int
  /// Whether what comes later in the text is written later. A loop writes the same part of a template again and again.
  let isOrdered: Bool

  /// The text is the slice of the file that starts at `start`.
  init(file: FileID, sliceFrom start: UInt32, count: Int) {
    self.file = file
    self.start = start
    self.count = count
    starts = []
    ends = []
    isOrdered = true
  }

  /// - Precondition: `starts` and `ends` have the same length, and do not decrease unless `isOrdered` is false.
  init(file: FileID, start: UInt32, starts: [UInt32], ends: [UInt32], isOrdered: Bool = true) {
    self.isOrdered = isOrdered
    self.file = file
    self.start = start
    count = starts.count
    self.starts = starts
    self.ends = ends
  }

  /// Every byte stands for the whole of `range`: all that can be said of a text that was made by a program.
  init(whole range: SourceRange, count: Int) {
    self.init(
      file: range.file, start: range.lowerBound, starts: Array(repeating: range.lowerBound, count: count),
      ends: Array(repeating: range.upperBound, count: count))
  }

  /// The map of a text that a program made of the text of this map.
  init(_ runs: [MadeRun], of text: ContentMap) {
    var starts: [UInt32] = []
    var ends: [UInt32] = []
    var isOrdered = true
    for run in runs {
      let whole = text.range(of: run.source)
      for offset in 0..<run.output.count {
        let first = run.source.lowerBound + offset
        let place = run.isCopy ? text.range(of: first..<first + 1) : whole
        if let last = starts.last, last > place.lowerBound { isOrdered = false }
        starts.append(place.lowerBound)
        ends.append(place.upperBound)
      }
    }
    self.init(file: text.file, start: text.spanStart(0), starts: starts, ends: ends, isOrdered: isOrdered)
  }

  /// The bytes of the file that make the decoded bytes `content`, from the start of the first one's span to the end of
  /// the last one's. An empty range is the place behind the byte before it.
  package func range(of content: Range<Int>) -> SourceRange {
    let lower = min(max(content.lowerBound, 0), count)
    let upper = min(max(content.upperBound, lower), count)
    guard lower < upper else {
      let place = lower == 0 ? Int(spanStart(0)) : Int(spanEnd(lower - 1))
      return SourceRange(file: file, place..<place)
    }
    let start = Int(spanStart(lower))
    return SourceRange(file: file, start..<max(start, Int(spanEnd(upper - 1))))
  }

  /// For each decoded byte the offset in the file where its span starts.
  package var offsets: [UInt32] { (0..<count).map { spanStart($0) } }

  /// The first decoded byte whose span starts at `offset` or behind it.
  func index(ofSource offset: UInt32) -> Int {
    if starts.isEmpty { return Int(offset) - Int(start) }
    var low = 0
    var high = starts.count
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The map from the text that `inner` decodes to the file of this map, when the source of `inner` is the text that
  /// this map decodes.
  func appending(_ inner: ContentMap) -> ContentMap {
    let spans = (0..<inner.count).map { index in range(of: Int(inner.spanStart(index))..<Int(inner.spanEnd(index))) }
    return ContentMap(
      file: file, start: range(of: Int(inner.start)..<Int(inner.start)).lowerBound,
      starts: spans.map(\.lowerBound), ends: spans.map(\.upperBound))
  }

  private func spanStart(_ index: Int) -> UInt32 {
    index < starts.count ? starts[index] : start + UInt32(index)
  }

  private func spanEnd(_ index: Int) -> UInt32 {
    index < ends.count ? ends[index] : start + UInt32(index) + 1
  }
}

/// A part of a text that a program made, and the part of another text that it made it of.
package struct MadeRun: Sendable {
  package var output: Range<Int>
  package var source: Range<Int>
  /// Whether both are the same bytes; otherwise all of `output` stands for all of `source`.
  package var isCopy: Bool

  package init(output: Range<Int>, source: Range<Int>, isCopy: Bool) {
    self.output = output
    self.source = source
    self.isCopy = isCopy
  }
}

extension Forest {
  /// Where each byte of the text of `scalar` is written, aliases followed. For a scalar of a built tree all bytes stand
  /// for its whole range. O(length of the text).
  package func contentMap(of scalar: NodeRef) -> ContentMap {
    let target = resolved(scalar)
    let node = written(target)
    let tree = trees[Int(target.tree)]
    guard node.kind == .scalar, tree.isComplete, tree.outer?.isOrdered ?? true else {
      return ContentMap(whole: node.range, count: textCount(node))
    }
    // The text of an embedded tree is itself decoded from a scalar; ranges of its nodes are those of the outer file.
    let start = tree.outer.map { $0.index(ofSource: node.range.lowerBound) } ?? Int(node.range.lowerBound)
    let map: ContentMap?
    if node.flags.contains(.textInSource) {
      map = ContentMap(file: node.range.file, sliceFrom: node.payloadStart, count: Int(node.payloadCount))
    } else {
      map = withText(target) { content in
        tree.source.withUnsafeBufferPointer { source in
          ContentScanner(source: source, content: content).map(node.style, from: start, file: node.range.file)
        }
      }
    }
    guard let map else { return ContentMap(whole: node.range, count: textCount(node)) }
    return tree.outer?.appending(map) ?? map
  }

  private func textCount(_ node: Node) -> Int { node.kind == .scalar ? Int(node.payloadCount) : 0 }

  /// For each byte of the decoded text of `scalar` the offset in its file. See `contentMap(of:)`.
  package func sourceOffsets(of scalar: NodeRef) -> [UInt32] { contentMap(of: scalar).offsets }

  /// The bytes of the file that make the bytes `decoded` of the text of `scalar`. For more than one range of the same
  /// scalar ask `contentMap(of:)` once.
  package func sourceRange(of scalar: NodeRef, decoded: Range<Int>) -> SourceRange {
    contentMap(of: scalar).range(of: decoded)
  }
}
