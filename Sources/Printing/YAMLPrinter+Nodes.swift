import YAMLSyntax

extension YAMLPrinter {
  /// Where a node stands.
  enum Place {
    case value, item
    /// The value behind a key that has lines of its own (`? key`).
    case valueOfLongKey
  }

  mutating func report(_ message: String, _ node: NodeRef) {
    // One is enough to fail; more than a few help nobody.
    if problems.count < 100 { problems.append(PrintProblem(message: message, node: node)) }
  }

  /// - Parameters:
  ///   - parent: the indentation of the collection around the node, -1 for the root.
  ///   - isInFlow: whether the node is written inside of `{}` or `[]`.
  mutating func print(_ ref: NodeRef, parent: Int, place: Place, isInFlow: Bool) {
    if writer.bytes.count > byteLimit { nodesLeft = min(nodesLeft, 1) }
    nodesLeft -= 1
    guard nodesLeft > 0 else {
      if nodesLeft == 0 { report("the objects are too large to print once their aliases are followed", ref) }
      return
    }
    let node = forest[ref]
    let isInFlow = isInFlow || node.style == .flow
    switch node.kind {
    case .scalar, .alias: printScalar(ref, node, parent: parent, isInFlow: isInFlow)
    case .sequence:
      let items = forest.items(ref)
      guard !items.isEmpty else { return printEmpty("[", "]", ref) }
      // A list below a key stands in the column of the key.
      let indent = place == .value && parent >= 0 ? parent : parent < 0 ? 0 : parent + 2
      for item in items {
        writer.indent(to: indent)
        writer.indicator("-", needsSpace: true, keepsIndentation: true)
        print(item, parent: indent, place: .item, isInFlow: isInFlow)
      }
    case .mapping:
      let entries = entries(of: ref)
      guard !entries.isEmpty else { return printEmpty("{", "}", ref) }
      let indent = parent < 0 ? 0 : parent + 2
      for entry in entries {
        writer.indent(to: indent)
        let place = printKey(entry.key, indent: indent)
        print(entry.value, parent: indent, place: place, isInFlow: isInFlow)
      }
    }
  }

  private mutating func printEmpty(_ open: StaticString, _ close: StaticString, _ ref: NodeRef) {
    writer.indicator(open, needsSpace: true, isSpace: true)
    writer.indicator(close)
    printNote(of: ref)
  }

  private mutating func printNote(of ref: NodeRef) {
    if let note, let text = note(ref) { writer.comment(Self.comment(text)) }
  }

  // MARK: Keys

  /// The longest key that stands on the line of its value, in bytes.
  private static let simpleKeyLimit = 128

  private mutating func printKey(_ key: [UInt8], indent: Int) -> Place {
    key.withUnsafeBufferPointer { text in
      let facts = ScalarFacts(text)
      guard text.count <= Self.simpleKeyLimit, !facts.hasBreak else {
        writer.indicator("?", needsSpace: true, keepsIndentation: true)
        write(text, ScalarStyle(of: text, isSimpleKey: false, facts: facts), indent: indent + 2, comment: nil)
        writer.indent(to: indent)
        writer.indicator(":", needsSpace: true, keepsIndentation: true)
        return .valueOfLongKey
      }
      write(
        text, ScalarStyle(of: text, isSimpleKey: true, facts: facts), indent: indent + 2, comment: nil, folds: false)
      writer.indicator(":")
      return .value
    }
  }

  private struct Entry {
    var key: [UInt8]
    var value: NodeRef
  }

  /// The pairs of a mapping in the order of the output.
  private func entries(of ref: NodeRef) -> [Entry] {
    let pairs = forest.pairs(ref)
    var entries: [Entry] = []
    entries.reserveCapacity(pairs.count)
    var hasLostMergeKey = false
    for pair in pairs {
      let key = forest.withText(pair.key) { Array($0) }
      // A quoted `<<` is no merge key, but the step that removes merge keys takes the first of that text away.
      if !hasLostMergeKey, key.elementsEqual("<<".utf8) {
        hasLostMergeKey = true
        continue
      }
      entries.append(Entry(key: key, value: pair.value))
    }
    entries.sort { KeyOrder.precedes($0.key, $1.key) }
    return entries
  }

  // MARK: Scalars

  private mutating func printScalar(_ ref: NodeRef, _ node: Node, parent: Int, isInFlow: Bool) {
    let indent = parent < 0 ? 2 : parent + 2
    if forest.isPlainString(ref) {
      return forest.withText(ref) { printString($0, ref, node, indent: indent, isInFlow: isInFlow) }
    }
    // What is left out inside of `{}` and `[]` is an empty string once it is written and read again.
    if isInFlow, node.flags.contains(.omitted), node.tag == .none {
      return printString(UnsafeBufferPointer(start: nil, count: 0), ref, node, indent: indent, isInFlow: isInFlow)
    }
    let value: ScalarValue
    do throws(ScalarError) {
      value = try forest.checkedScalarValue(ref, dialect: .resource)
    } catch {
      report(error.message, ref)
      return
    }
    switch value {
    case .null: printWord("null", ref)
    case .boolean(let value): printWord(value ? "true" : "false", ref)
    case .integer(let value): printWord(String(value), ref)
    case .unsigned(let value): printWord(String(value), ref)
    case .float(let value): printWord(NumberText.general(value), ref)
    case .string(var text):
      text.withUTF8 { printString($0, ref, node, indent: indent, isInFlow: isInFlow) }
    }
  }

  private mutating func printWord(_ word: String, _ ref: NodeRef) {
    var word = word
    word.withUTF8 { writer.plain($0, indent: 0, folds: false) }
    printNote(of: ref)
  }

  private mutating func printString(
    _ text: UnsafeBufferPointer<UInt8>, _ ref: NodeRef, _ node: Node, indent: Int, isInFlow: Bool
  ) {
    if node.style == .folded, !isInFlow, let changed = ReadBackText.folded(text) {
      return changed.withUnsafeBufferPointer { printText($0, ref, indent: indent) }
    }
    if let changed = ReadBackText.withoutNextLines(text) {
      return changed.withUnsafeBufferPointer { printText($0, ref, indent: indent) }
    }
    printText(text, ref, indent: indent)
  }

  private mutating func printText(_ text: UnsafeBufferPointer<UInt8>, _ ref: NodeRef, indent: Int) {
    let style = ScalarStyle(of: text, isSimpleKey: false, facts: ScalarFacts(text))
    let comment = note.flatMap { $0(ref) }.map(Self.comment)
    write(text, style, indent: indent, comment: comment)
  }

  private mutating func write(
    _ text: UnsafeBufferPointer<UInt8>, _ style: ScalarStyle, indent: Int, comment: [UInt8]?, folds: Bool = true
  ) {
    switch style {
    case .plain: writer.plain(text, indent: indent, folds: folds)
    case .singleQuoted: writer.singleQuoted(text, indent: indent, folds: folds)
    case .doubleQuoted: writer.doubleQuoted(text, indent: indent, folds: folds)
    case .literal: return writer.literal(text, indent: indent, comment: comment)
    }
    if let comment { writer.comment(comment) }
  }
}

extension Forest {
  /// Whether the scalar is a string by its style or its first byte, without a further look.
  func isPlainString(_ ref: NodeRef) -> Bool {
    let node = self[ref]
    if node.tag == .string { return true }
    guard node.tag == .none else { return false }
    return node.style != .plain || withText(ref) { PlainText.isStringByFirstByte($0) }
  }
}
