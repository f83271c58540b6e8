import TextEdits
import YAMLSyntax

/// `commonLabels` made an entry of `labels` that selectors follow, behind those that are there: both run at the same
/// stage, the list first.
struct CommonLabels {
  let text: FileText

  func edits(of root: NodeRef) -> [Edit]? {
    guard text.isSelfContained(root), let (_, pair) = text.writtenPair(root, "commonLabels"),
      let lines = text.linesOf(pair), text.forest.written(pair.value).kind == .mapping
    else { return nil }
    if text.forest.count(pair.value) == 0 { return text.remove("commonLabels", from: root) }
    let lineBreak = text.layout.lineBreak(at: lines.lowerBound)
    let keyColumn = text.layout.column(text.bounds(pair.key).lowerBound)
    var emptyList: [Edit] = []
    if let (_, labels) = text.writtenPair(root, "labels"), text.forest.count(labels.value) == 0 {
      guard let removal = text.remove("labels", from: root) else { return nil }
      emptyList = removal
    } else if let (_, labels) = text.writtenPair(root, "labels") {
      guard let list = text.linesOf(labels.value), let entry = entry(pair, column: list.column, lineBreak) else {
        return nil
      }
      guard list.range.upperBound == lines.lowerBound else {
        return [text.layout.deletion(ofLines: lines)] + text.insert(entry, into: list, atStart: false)
      }
      let hasBreak = text.layout.lineEnd(lines.upperBound - 1) < lines.upperBound
      return [Edit(lines, entry + (hasBreak ? lineBreak : []))]
    }
    guard !emptyList.isEmpty || text.forest.value(root, key: "labels") == nil,
      let name = text.rename(pair, to: "labels"),
      let colon = text.afterColon(pair), let entry = entry(pair, column: keyColumn + listIndentation(root), lineBreak)
    else { return nil }
    // What stands behind the colon, a comment, stays there unless it is the value.
    let headEnd = text.isOnLineOfKey(pair) ? colon : text.layout.lineEnd(colon)
    let bodyEnd = max(headEnd, text.bounds(pair.value).upperBound)
    return emptyList + name + [Edit(headEnd..<bodyEnd, lineBreak + entry)]
  }

  /// How far dashes stand right of their key in the lists of the file; 0 where there is none.
  private func listIndentation(_ root: NodeRef) -> Int {
    for pair in text.forest.writtenPairs(root) {
      guard let list = text.linesOf(pair.value) else { continue }
      return max(0, list.column - text.layout.column(text.bounds(pair.key).lowerBound))
    }
    return 0
  }

  /// The lines of the entry without the last line break.
  private func entry(_ pair: Forest.Pair, column: Int, _ lineBreak: [UInt8]) -> [UInt8]? {
    let blanks = text.layout.blanks(column)
    var lines = blanks + Array("- pairs:".utf8)
    let value = text.bounds(pair.value)
    if text.forest[pair.value].style == .flow {
      guard text.isOnLineOfKey(pair), !text.bytes[value].contains(0x0A) else { return nil }
      lines += [0x20] + text.bytes[value]
    } else {
      guard let first = text.forest.writtenPairs(pair.value).first else { return nil }
      let old = text.layout.column(text.bounds(first.key).lowerBound)
      let start = text.layout.nextLine(text.bounds(pair.key).upperBound)
      guard start <= value.lowerBound,
        let shifts = text.layout.shift(linesIn: start..<value.upperBound, by: column + 4 - old)
      else { return nil }
      let local = shifts.map { Edit($0.range.lowerBound - start..<$0.range.upperBound - start, $0.replacement) }
      guard let body = try? Edit.apply(local, to: Array(text.bytes[start..<value.upperBound])) else { return nil }
      lines += lineBreak + body
    }
    return lines + lineBreak + blanks + Array("  includeSelectors: true".utf8)
  }
}
