import SourceText
import YAMLSyntax

/// YAML or JSON that is the text of a scalar (api/filters/replacement/replacement.go, `setValueInStructuredData`).
struct StructuredText {
  /// What the text says. Ranges of its nodes are offsets in the text.
  let root: NodeRef
  private let text: [UInt8]

  /// Nil for a text that is no mapping and no list.
  init?(_ scalar: NodeRef, in forest: inout Forest) {
    let text = forest.withText(scalar) { Array($0) }
    let tree = YAMLParser.parse(text, file: forest.range(scalar).file, tree: forest.nextTreeIndex)
    guard tree.problems.isEmpty, let root = tree.documents.first?.root else { return nil }
    _ = forest.append(tree)
    guard forest.kind(root) != .scalar else { return nil }
    self.root = root
    self.text = text
  }

  /// The text that says `changed`. JSON is written anew, with sorted keys. YAML is too, each collection in
  /// its style, unless comments or anchors would be lost: then only the scalars that changed are.
  func text(with changed: NodeRef, in forest: Forest) -> String {
    let first = text.first { !Self.isSpace($0) }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "["), isJSON(root, forest) {
      let isIndented =
        text.contains(0x0A) && text.indices.dropFirst().contains { text[$0] == 0x20 && text[$0 - 1] == 0x20 }
      if isIndented {
        var json = IndentedJSON(forest: forest)
        json.append(changed, indent: "")
        return json.text
      }
      var json = GoJSON(forest: forest)
      json.value(changed)
      return String(decoding: json.bytes, as: UTF8.self)
    }
    var edits: [(range: Range<Int>, text: String)] = []
    var result: [UInt8] = text
    if hasMoreThanValues, collectEdits(from: root, to: changed, &edits, forest) {
      for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
        result.replaceSubrange(edit.range, with: edit.text.utf8)
      }
    } else {
      var yaml = BlockYAML(forest: forest)
      yaml.append(changed, indent: 0, isInItem: false)
      result = Array(yaml.text.utf8)
    }
    if result.last == 0x0A { result.removeLast() }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether there may be comments, anchors, tags or blocks, which writing the values anew would lose.
  private var hasMoreThanValues: Bool {
    text.contains { byte in
      switch byte {
      case UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"), UInt8(ascii: "|"),
        UInt8(ascii: ">"):
        true
      default: false
      }
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// Whether the keys are those of JSON; a flow mapping of YAML has bare ones.
  private func isJSON(_ node: NodeRef, _ forest: Forest) -> Bool {
    guard forest.kind(node) == .mapping, let first = forest.pairs(node).first else { return true }
    return forest[first.key].style == .doubleQuoted
  }

  /// Finds the scalars that differ. False when anything else does.
  private func collectEdits(
    from old: NodeRef, to new: NodeRef, _ edits: inout [(range: Range<Int>, text: String)], _ forest: Forest
  ) -> Bool {
    if old == new { return true }
    guard forest.written(old).kind != .alias, forest.kind(old) == forest.kind(new) else { return false }
    switch forest.kind(old) {
    case .scalar, .alias:
      let style = forest[old].style
      guard style != .literal, style != .folded, forest.written(old).payloadCount > 0 else { return false }
      edits.append((forest.range(old).bounds, BlockYAML.scalar(new, forest)))
      return true
    case .sequence:
      let (before, after) = (forest.items(old), forest.items(new))
      guard before.count == after.count else { return false }
      return zip(before, after).allSatisfy { collectEdits(from: $0, to: $1, &edits, forest) }
    case .mapping:
      let (before, after) = (forest.pairs(old), forest.pairs(new))
      guard before.count == after.count else { return false }
      return zip(before, after).allSatisfy { pair, other in
        pair.key == other.key && collectEdits(from: pair.value, to: other.value, &edits, forest)
      }
    }
  }
}

/// JSON with an indent of two, as `json.MarshalIndent` of Go writes it.
private struct IndentedJSON {
  let forest: Forest
  var text = ""

  mutating func append(_ node: NodeRef, indent: String) {
    let inner = indent + "  "
    switch forest.kind(node) {
    case .mapping where forest.count(node) > 0:
      let pairs = forest.pairs(node).map { (key: forest.text($0.key), value: $0.value) }
      let sorted = pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (index, pair) in sorted.enumerated() {
        text += (index == 0 ? "{\n" : ",\n") + inner + compact { $0.string(pair.key.utf8) } + ": "
        append(pair.value, indent: inner)
      }
      text += "\n\(indent)}"
    case .sequence where forest.count(node) > 0:
      for (index, item) in forest.items(node).enumerated() {
        text += (index == 0 ? "[\n" : ",\n") + inner
        append(item, indent: inner)
      }
      text += "\n\(indent)]"
    default: text += compact { $0.value(node) }
    }
  }

  private func compact(_ body: (inout GoJSON) -> Void) -> String {
    var json = GoJSON(forest: forest)
    body(&json)
    return String(decoding: json.bytes, as: UTF8.self)
  }
}

/// YAML in block style, lists not indented below their key.
private struct BlockYAML {
  let forest: Forest
  var text = ""

  mutating func append(_ node: NodeRef, indent: Int, isInItem: Bool) {
    let space = String(repeating: " ", count: indent)
    switch forest.kind(node) {
    case .mapping:
      for (index, pair) in forest.pairs(node).enumerated() {
        text += (index == 0 && isInItem ? "" : space) + Self.scalar(pair.key, forest) + ":"
        let isList = forest.kind(pair.value) == .sequence
        if isFlat(pair.value) {
          text += " " + flat(pair.value) + "\n"
        } else {
          text += "\n"
          append(pair.value, indent: isList ? indent : indent + 2, isInItem: false)
        }
      }
    case .sequence:
      for (index, item) in forest.items(node).enumerated() {
        text += (index == 0 && isInItem ? "" : space) + "- "
        if isFlat(item) {
          text += flat(item) + "\n"
        } else {
          append(item, indent: indent + 2, isInItem: true)
        }
      }
    case .scalar, .alias: text += space + flat(node) + "\n"
    }
  }

  private func isFlat(_ node: NodeRef) -> Bool {
    forest.kind(node) == .scalar || forest.count(node) == 0 || forest[node].style == .flow
  }

  private func flat(_ node: NodeRef) -> String {
    switch forest.kind(node) {
    case .mapping:
      let pairs = forest.pairs(node).map { "\(Self.scalar($0.key, forest)): \(flat($0.value))" }
      return "{\(pairs.joined(separator: ", "))}"
    case .sequence: return "[\(forest.items(node).map { flat($0) }.joined(separator: ", "))]"
    case .scalar, .alias: return Self.scalar(node, forest)
    }
  }

  /// A scalar on one line, in the style that it has if that keeps its value.
  static func scalar(_ node: NodeRef, _ forest: Forest) -> String {
    var text = forest.text(node)
    let style = forest[node].style
    let tag = forest[node].tag
    let looksLikeText = text.withUTF8 { PlainText.isString($0, dialect: .resource) }
    let isPlain = style == .plain && (looksLikeText ? isSafe(text) : tag != .string)
    if isPlain { return text }
    let isPrintable = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    if isPrintable, style == .singleQuoted || style == .plain && looksLikeText {
      return "'" + text.pieces(separatedBy: "'").joined(separator: "''") + "'"
    }
    var json = GoJSON(forest: forest)
    json.string(text.utf8)
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Whether a text needs no quotes in block and in flow style.
  private static func isSafe(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    let special = Array("-?:,[]{}#&*!|>'\"%@` ".utf8)
    if special.contains(first) || last == UInt8(ascii: ":") || last == 0x20 { return false }
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte < 0x20 || byte == 0x7F || Array(",[]{}".utf8).contains(byte) { return false }
      if previous == UInt8(ascii: ":"), byte == 0x20 { return false }
      if previous == 0x20, byte == UInt8(ascii: "#") { return false }
      previous = byte
    }
    return true
  }
}
