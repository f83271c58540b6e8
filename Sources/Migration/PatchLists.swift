import SourceText
import TextEdits
import TextMatching
import YAMLSyntax

/// Moves the lists `patchesStrategicMerge` and `patchesJson6902` into `patches`, in the order in which kustomize carries
/// them out: strategic merges, patches, JSON patches (api/internal/target/kusttarget_configplugin.go).
struct PatchLists {
  let text: FileText
  /// Makes the edits that turn one item of a list into an item of `patches`; nil when it cannot.
  typealias ItemEdits = (NodeRef, FileText) -> [Edit]?

  /// - Parameters:
  ///   - mapping: the mapping that has the lists.
  ///   - sources: keys of lists to move, each with what happens to its items and whether they go before those that are
  ///     there already.
  ///   - key: the list to move to.
  func merge(
    _ sources: [(key: String, atStart: Bool, edits: ItemEdits)], into key: String, of mapping: NodeRef
  ) -> [Edit]? {
    guard text.isSelfContained(mapping), text.forest[mapping].style != .flow else { return nil }
    var edits: [Edit] = []
    var moving: [(pair: Forest.Pair, atStart: Bool, edits: [Edit])] = []
    for source in sources {
      guard let (_, pair) = text.writtenPair(mapping, source.key) else { continue }
      if text.forest.count(pair.value) == 0 {
        // The only key of its mapping is renamed: without it there would be no mapping.
        let isOnly = text.forest.writtenPairs(mapping).count == 1
        guard let some = isOnly ? text.rename(pair, to: key) : text.remove(source.key, from: mapping) else {
          return nil
        }
        edits += some
        continue
      }
      var items: [Edit] = []
      for item in text.forest.items(pair.value) {
        guard let some = source.edits(item, text) else { return nil }
        items += some
      }
      moving.append((pair, source.atStart, items))
    }
    guard !moving.isEmpty else { return edits }
    let base: Forest.Pair
    let present = text.writtenPair(mapping, key)?.pair
    if let present, text.forest.count(present.value) > 0 {
      base = present
    } else {
      // The first list becomes the one that takes the others; an empty one goes.
      if present != nil {
        guard let removal = text.remove(key, from: mapping) else { return nil }
        edits += removal
      }
      guard present != nil || text.forest.value(mapping, key: key) == nil,
        let name = text.rename(moving[0].pair, to: key)
      else {
        return nil
      }
      base = moving[0].pair
      edits += name + moving[0].edits
      moving.removeFirst()
    }
    for move in moving {
      guard let some = append(move.pair, move.edits, to: base.value, atStart: move.atStart) else { return nil }
      edits += some
    }
    return edits
  }

  private func append(_ pair: Forest.Pair, _ edits: [Edit], to list: NodeRef, atStart: Bool) -> [Edit]? {
    guard let whole = text.linesOf(pair) else { return nil }
    if text.forest[list].style == .flow, text.forest[list].kind == .sequence {
      return appendFlow(pair, edits, to: list, whole, atStart: atStart)
    }
    guard let target = text.linesOf(list) else { return nil }
    var moved: [UInt8]
    if let source = text.linesOf(pair.value) {
      // Comments between the key and the first item go with the items.
      let start = text.layout.nextLine(text.bounds(pair.key).upperBound)
      let range = start..<source.range.upperBound
      guard start <= source.range.lowerBound,
        let shifts = text.layout.shift(linesIn: range, by: target.column - source.column)
      else { return nil }
      let local = (shifts + edits).map {
        Edit($0.range.lowerBound - range.lowerBound..<$0.range.upperBound - range.lowerBound, $0.replacement)
      }
      guard let result = try? Edit.apply(local, to: Array(text.bytes[range])) else { return nil }
      moved = result
    } else {
      guard edits.isEmpty, let lines = flowItems(pair.value, column: target.column) else { return nil }
      moved = lines
    }
    while let last = moved.last, last == 0x0A || last == 0x0D { moved.removeLast() }
    if !atStart, target.range.upperBound == whole.lowerBound {
      // The lists are neighbours: nothing but the key between them goes.
      let hasBreak = text.layout.lineEnd(whole.upperBound - 1) < whole.upperBound
      return [Edit(whole, moved + (hasBreak ? text.layout.lineBreak(at: whole.lowerBound) : []))]
    }
    return [text.layout.deletion(ofLines: whole)] + text.insert(moved, into: target, atStart: atStart)
  }

  /// `[a, b]` as lines of a block list.
  private func flowItems(_ list: NodeRef, column: Int) -> [UInt8]? {
    guard text.forest[list].style == .flow else { return nil }
    let lineBreak = text.layout.lineBreak(at: text.bounds(list).lowerBound)
    var lines: [UInt8] = []
    for item in text.forest.items(list) {
      let raw = Array(text.bytes[text.bounds(item)])
      guard !raw.contains(0x0A), !raw.contains(0x0D), !raw.isEmpty else { return nil }
      if !lines.isEmpty { lines += lineBreak }
      lines += text.layout.blanks(column) + Array("- ".utf8) + raw
    }
    return lines
  }

  /// Items put into `[a, b]`.
  private func appendFlow(
    _ pair: Forest.Pair, _ edits: [Edit], to list: NodeRef, _ whole: Range<Int>, atStart: Bool
  ) -> [Edit]? {
    guard edits.isEmpty else { return nil }
    var items: [[UInt8]] = []
    for item in text.forest.items(pair.value) {
      guard let raw = text.flowItem(item) else { return nil }
      items.append(raw)
    }
    let joined = Array(items.joined(separator: ", ".utf8))
    let separator = Array(", ".utf8)
    let removal = text.layout.deletion(ofLines: whole)
    guard let last = text.forest.items(list).last else {
      return [removal, .insertion(joined, at: text.bounds(list).lowerBound + 1)]
    }
    return [
      removal,
      atStart
        ? .insertion(joined + separator, at: text.bounds(list).lowerBound + 1)
        : .insertion(separator + joined, at: text.bounds(last).upperBound),
    ]
  }

  // MARK: - Items

  /// An object in the list of a Flux object becomes `patch: |` with the object as text.
  static func objectAsPatch(_ item: NodeRef, _ text: FileText) -> [Edit]? {
    let node = text.forest.written(item)
    guard node.kind == .mapping else { return nil }
    let range = node.range.bounds
    let column = text.layout.column(range.lowerBound)
    guard text.layout.endsLine(range.upperBound), isTextual(range, from: column, text), !endsInKeptBreaks(item, text),
      !changesAsText(item, text)
    else { return nil }
    let header = Array("patch: |".utf8) + text.layout.lineBreak(at: range.lowerBound)
    // The lines behind the first; the first one moves with the header.
    let rest = text.layout.nextLine(range.lowerBound)..<max(range.upperBound, text.layout.nextLine(range.lowerBound))
    guard let shifts = text.layout.shift(linesIn: rest, by: 2) else { return nil }
    return [.insertion(header + text.layout.blanks(column + 2), at: range.lowerBound)] + shifts
  }

  /// Whether an object may mean something else as text: variables are put in without the quotes around them in an object,
  /// and with them in a text; and tabs and anchors are best moved by a person.
  private static func changesAsText(_ node: NodeRef, _ text: FileText) -> Bool {
    let bytes = text.bytes[text.bounds(node)]
    if bytes.contains(0x09) || zip(bytes, bytes.dropFirst()).contains(where: { $0 == 0x20 && $1 == UInt8(ascii: "&") })
    {
      return true
    }
    func hasQuotedVariable(_ node: NodeRef) -> Bool {
      guard text.forest[node].flags.contains(.containsDollar) else { return false }
      if text.forest.kind(node) == .scalar {
        return [.singleQuoted, .doubleQuoted].contains(text.forest[node].style)
          && text.forest.withText(node) { $0.contains(subsequence: "${") }
      }
      return text.forest.items(node).contains(where: hasQuotedVariable)
        || text.forest.pairs(node).contains { hasQuotedVariable($0.key) || hasQuotedVariable($0.value) }
    }
    return hasQuotedVariable(node)
  }

  /// The operations of a JSON patch become text: `patch:` gets a `|`.
  static func operationsAsText(_ item: NodeRef, _ text: FileText) -> [Edit]? {
    guard text.forest.written(item).kind == .mapping, text.forest[item].style == .block,
      let (_, pair) = text.writtenPair(item, "patch")
    else { return nil }
    let value = text.forest.written(pair.value)
    if value.kind == .scalar { return [] }
    let column = text.layout.column(text.bounds(pair.key).lowerBound)
    guard value.kind == .sequence, let colon = text.afterColon(pair) else { return nil }
    if value.style == .flow {
      guard text.isOnLineOfKey(pair), text.layout.endsLine(value.range.bounds.upperBound),
        !text.bytes[value.range.bounds].contains(where: { $0 == 0x0A || $0 == 0x0D })
      else { return nil }
      let start = text.layout.lineBreak(at: colon) + text.layout.blanks(column + 2)
      return [Edit(colon..<value.range.bounds.lowerBound, Array(" |".utf8) + start)]
    }
    guard let lines = text.linesOf(pair.value), text.layout.endsLine(colon) else { return nil }
    let body = text.layout.nextLine(colon)..<lines.range.upperBound
    guard isTextual(body, from: lines.column, text), !endsInKeptBreaks(pair.value, text) else { return nil }
    let shift = lines.column > column ? 0 : column + 2 - lines.column
    guard let shifts = text.layout.shift(linesIn: body, by: shift) else { return nil }
    return [.insertion(Array(" |".utf8), at: colon)] + shifts
  }

  /// Whether the last scalar has empty lines at its end (`|+`), which a block scalar around it would take off.
  private static func endsInKeptBreaks(_ node: NodeRef, _ text: FileText) -> Bool {
    var last = node
    for _ in 0..<200 {
      if let item = text.forest.items(last).last {
        last = item
      } else if let pair = text.forest.writtenPairs(last).last {
        last = pair.value
      } else {
        break
      }
    }
    guard [.literal, .folded].contains(text.forest[last].style) else { return false }
    return text.forest.withText(last) { $0.suffix(2).elementsEqual([0x0A, 0x0A]) }
  }

  /// Whether the lines that begin in `range` can be the body of a block scalar: none begins left of `column`.
  private static func isTextual(_ range: Range<Int>, from column: Int, _ text: FileText) -> Bool {
    text.layout.lineStarts(in: range).allSatisfy { start in
      start < range.lowerBound || text.layout.indentation(ofLine: start).map { $0 >= column } ?? true
    }
  }
}
