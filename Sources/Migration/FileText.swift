import Kustomize
import SourceText
import TextEdits
import YAMLSyntax

/// A parsed file with the changes of its layout that migrations are made of. Each gives edits, or nil when the text is
/// laid out in a way it does not handle: then a person is asked.
struct FileText {
  let forest: Forest
  let layout: Layout
  let views: AliasViews
  /// The root of a text of one document that was parsed by itself.
  let root: NodeRef?

  init(forest: Forest, layout: Layout, views: AliasViews) {
    self.forest = forest
    self.layout = layout
    self.views = views
    root = nil
  }

  var bytes: [UInt8] { layout.bytes }

  func bounds(_ node: NodeRef) -> Range<Int> { forest.written(node).range.bounds }

  // MARK: - Pairs

  /// The written pair of a mapping with this key; nil when it is not there or comes from a merge.
  func writtenPair(_ mapping: NodeRef, _ key: String) -> (index: Int, pair: Forest.Pair)? {
    for (index, pair) in forest.writtenPairs(mapping).enumerated() where forest.text(pair.key) == key {
      return (index, pair)
    }
    return nil
  }

  /// Whether what is under `mapping` is seen once and shows nothing that stands elsewhere.
  func isSelfContained(_ node: NodeRef) -> Bool { views.isPlain(node, in: forest) }

  /// Whether one pair can be changed without a change elsewhere: the mapping is seen once and merges nothing, and what is
  /// in the pair is seen here only.
  func isEditable(_ mapping: NodeRef, _ pair: Forest.Pair) -> Bool {
    views.count(of: mapping, in: forest) == 1 && forest.written(mapping).kind != .alias
      && isSelfContained(pair.key) && isSelfContained(pair.value)
      && !forest.writtenPairs(mapping).contains { forest.hasText($0.key, "<<") }
  }

  /// Whether between two pairs in braces there is nothing but the comma and blanks.
  private func isOnlySeparator(_ range: Range<Int>) -> Bool {
    bytes[range].allSatisfy { [0x2C, 0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  /// The key gets another name, in the quotes it has.
  func rename(_ pair: Forest.Pair, to name: String) -> [Edit]? {
    guard forest.written(pair.key).kind == .scalar else { return nil }
    let map = forest.contentMap(of: pair.key)
    let range = map.range(of: 0..<map.count).bounds
    guard Array(bytes[range]) == Array(forest.text(pair.key).utf8) else { return nil }
    return [Edit(range, Array(name.utf8))]
  }

  /// The bytes of a pair with its line breaks: whole lines in block style.
  func linesOf(_ pair: Forest.Pair) -> Range<Int>? {
    let key = bounds(pair.key)
    let start = layout.lineStart(key.lowerBound)
    guard layout.isBlank(start..<key.lowerBound) else { return nil }
    let end = max(key.upperBound, bounds(pair.value).upperBound)
    let isOmitted = forest.written(pair.value).flags.contains(.omitted)
    let tail = isOmitted ? afterColon(pair) ?? end : end
    guard layout.endsLine(tail) else { return nil }
    return start..<layout.nextLine(tail)
  }

  /// Takes a pair out; a comment behind it on its line goes with it.
  func remove(_ key: String, from mapping: NodeRef) -> [Edit]? {
    guard let (index, pair) = writtenPair(mapping, key), isEditable(mapping, pair) else { return nil }
    let pairs = forest.writtenPairs(mapping)
    guard pairs.count > 1 else { return nil }
    let range = bounds(pair.key).lowerBound..<max(bounds(pair.key).upperBound, bounds(pair.value).upperBound)
    if forest[mapping].style == .flow {
      if index + 1 < pairs.count {
        let next = bounds(pairs[index + 1].key).lowerBound
        guard isOnlySeparator(range.upperBound..<next) else { return nil }
        return [.deletion(range.lowerBound..<next)]
      }
      let previous = bounds(pairs[index - 1].value).upperBound
      guard isOnlySeparator(previous..<range.lowerBound) else { return nil }
      return [.deletion(previous..<range.upperBound)]
    }
    if let lines = linesOf(pair) { return [layout.deletion(ofLines: lines)] }
    // The first key of a list item, on the line of the dash: the next key takes its place.
    guard index + 1 < pairs.count, layout.endsLine(range.upperBound) else { return nil }
    let next = bounds(pairs[index + 1].key).lowerBound
    guard layout.lineStart(next) == layout.nextLine(range.upperBound) else { return nil }
    return [.deletion(range.lowerBound..<next)]
  }

  /// The place behind the colon of a block pair.
  func afterColon(_ pair: Forest.Pair) -> Int? {
    let end = layout.lineEnd(bounds(pair.key).upperBound)
    var offset = bounds(pair.key).upperBound
    while offset < end, bytes[offset] == 0x20 || bytes[offset] == 0x09 { offset += 1 }
    return offset < end && bytes[offset] == UInt8(ascii: ":") ? offset + 1 : nil
  }

  /// Whether the value stands right behind its key, without anchor, tag or line break between.
  func isOnLineOfKey(_ pair: Forest.Pair) -> Bool {
    guard let start = afterColon(pair), bounds(pair.value).lowerBound >= start else { return false }
    return layout.isBlank(start..<bounds(pair.value).lowerBound)
  }

  // MARK: - One value into a list

  /// Text of a scalar of one line as it is written, nil for others and for aliases.
  func rawScalar(_ node: NodeRef) -> [UInt8]? {
    let written = forest.written(node)
    guard written.kind == .scalar, [.plain, .singleQuoted, .doubleQuoted].contains(written.style) else { return nil }
    let raw = Array(bytes[written.range.bounds])
    return raw.isEmpty || raw.contains(where: { $0 == 0x0A || $0 == 0x0D }) ? nil : raw
  }

  /// The same for a place inside brackets: quoted where a plain text would end there.
  func flowScalar(_ node: NodeRef) -> [UInt8]? {
    guard let raw = rawScalar(node) else { return nil }
    let special = Array(",[]{}".utf8)
    guard forest.written(node).style == .plain, raw.contains(where: special.contains) else { return raw }
    return raw.contains(UInt8(ascii: "'")) ? nil : Array("'".utf8) + raw + Array("'".utf8)
  }

  /// The same for whole items in flow style, too.
  func flowItem(_ node: NodeRef) -> [UInt8]? {
    let written = forest.written(node)
    guard written.style == .flow, written.kind == .mapping || written.kind == .sequence else { return flowScalar(node) }
    let raw = bytes[written.range.bounds]
    return raw.contains(where: { $0 == 0x0A || $0 == 0x0D || $0 == UInt8(ascii: "#") }) ? nil : Array(raw)
  }

  /// `old: x` to `new: [x]`, or `x` put at the start or the end of the list that `new` has.
  func fold(_ old: String, into new: String, of mapping: NodeRef, atStart: Bool) -> [Edit]? {
    guard let (_, pair) = writtenPair(mapping, old), isEditable(mapping, pair) else { return nil }
    if forest.isNull(pair.value) { return remove(old, from: mapping) }
    guard isOnLineOfKey(pair), let flow = flowScalar(pair.value), let raw = rawScalar(pair.value)
    else { return nil }
    if forest.text(pair.value).isEmpty { return remove(old, from: mapping) }
    guard let (_, list) = writtenPair(mapping, new) else {
      guard forest.value(mapping, key: new) == nil, let name = rename(pair, to: new) else { return nil }
      return name + [Edit(bounds(pair.value), Array("[".utf8) + flow + Array("]".utf8))]
    }
    let items = forest.items(list.value)
    guard isEditable(mapping, list), forest.written(list.value).kind == .sequence,
      let removal = remove(old, from: mapping)
    else { return nil }
    if forest[list.value].style == .flow {
      let inside = bounds(list.value).lowerBound + 1..<bounds(list.value).upperBound - 1
      guard let last = items.last else { return removal + [.insertion(flow, at: inside.lowerBound)] }
      let separator = Array(", ".utf8)
      return removal
        + [
          atStart
            ? .insertion(flow + separator, at: inside.lowerBound)
            : .insertion(separator + flow, at: bounds(last).upperBound)
        ]
    }
    guard let lines = linesOf(list.value) else { return nil }
    let line = layout.blanks(lines.column) + Array("- ".utf8) + raw
    return removal + insert(line, into: lines, atStart: atStart)
  }

  // MARK: - Lists in block style

  /// The lines of a block list.
  struct ListLines {
    /// From the start of the line of the first dash to the start of the line behind the last item.
    var range: Range<Int>
    /// Where the dashes stand.
    var column: Int
    /// The offsets of the dashes.
    var dashes: [Int]
  }

  func linesOf(_ list: NodeRef) -> ListLines? {
    let node = forest.written(list)
    guard node.kind == .sequence, node.style == .block else { return nil }
    let items = forest.items(list)
    var dashes: [Int] = []
    for item in items {
      let start = bounds(item).lowerBound
      guard let dash = dash(before: start, after: dashes.last.map { $0 + 1 } ?? node.range.bounds.lowerBound)
      else { return nil }
      dashes.append(dash)
    }
    guard let first = dashes.first, let last = items.last else { return nil }
    let column = layout.column(first)
    let start = layout.lineStart(first)
    let end = max(bounds(last).upperBound, (dashes.last ?? first) + 1)
    guard layout.isBlank(start..<first), dashes.allSatisfy({ layout.column($0) == column }), layout.endsLine(end)
    else { return nil }
    return ListLines(range: start..<layout.nextLine(end), column: column, dashes: dashes)
  }

  /// The dash that begins an item: the first byte of its line that is no blank, on the line of the item.
  private func dash(before item: Int, after lower: Int) -> Int? {
    var offset = layout.lineStart(item)
    while offset < item, bytes[offset] == 0x20 { offset += 1 }
    guard offset < item, offset >= lower, bytes[offset] == UInt8(ascii: "-"),
      layout.isBlank(offset + 1..<item)
    else { return nil }
    return offset
  }

  /// One or more whole lines, without the last line break, put before or behind the items of a list.
  func insert(_ lines: [UInt8], into list: ListLines, atStart: Bool) -> [Edit] {
    let lineBreak = layout.lineBreak(at: list.range.lowerBound)
    if atStart { return [.insertion(lines + lineBreak, at: list.range.lowerBound)] }
    let isLast = list.range.upperBound == bytes.count && bytes.last.map { $0 != 0x0A && $0 != 0x0D } ?? false
    return [.insertion(isLast ? lineBreak + lines : lines + lineBreak, at: list.range.upperBound)]
  }
}
