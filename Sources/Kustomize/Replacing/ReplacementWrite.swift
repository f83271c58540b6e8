import SourceText
import TextMatching
import YAMLSyntax

/// Writes one value to all places of one object that a field path leads to (kyaml/yaml/match.go, `PathMatcher`, and
/// api/filters/replacement/replacement.go, `setFieldValue`).
struct ReplacementWrite {
  typealias Part = ReplacementPath.Part

  let writer: NodeWriter
  let value: NodeRef
  let options: Replacement.Options
  /// Places found.
  private(set) var count = 0
  /// Nodes that may still be looked at or copied, so that neither wildcards nor copies of copies get out of hand.
  var stepsLeft: Int
  private var patterns: [String: LinearRegex] = [:]
  /// Whether texts that hold YAML or JSON are looked into.
  private var looksIntoText = true
  private var isBelowWildcard = false

  static let stepLimit = 1_000_000
  /// The longest text that pieces are put into, in bytes.
  private static let textLimit = 4_000_000

  init(writer: NodeWriter, value: NodeRef, options: Replacement.Options, stepsLeft: Int = Self.stepLimit) {
    self.writer = writer
    self.value = value
    self.options = options
    self.stepsLeft = stepsLeft
  }

  /// The object with the value at `path`.
  mutating func write(
    to root: NodeRef, at path: ReplacementPath, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    count = 0
    let root = options.creates ? withAnnotations(root, path, in: &forest) : root
    return try update(root, path.parts[...], creates: options.creates, in: &forest)
  }

  /// Annotations are made even where they are null: upstream writes them all anew at the end.
  private func withAnnotations(_ root: NodeRef, _ path: ReplacementPath, in forest: inout Forest) -> NodeRef {
    guard path.parts.count > 2, path.parts.starts(with: [.key("metadata"), .key("annotations")]),
      let annotations = forest.value(root, "metadata", "annotations"), forest.isNull(annotations)
    else { return root }
    let empty = writer.mapping([], at: forest.range(annotations), in: &forest)
    return writer.setting(["metadata", "annotations"], to: empty, in: root, in: &forest)
  }

  private mutating func step(_ steps: Int = 1) throws(MergeFailure) {
    stepsLeft -= steps
    guard stepsLeft >= 0 else {
      throw MergeFailure(message: "the replacements look at or copy too many values", range: nil)
    }
  }

  private mutating func update(
    _ node: NodeRef, _ path: ArraySlice<Part>, creates: Bool, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    try step()
    guard let part = path.first else {
      count += 1
      return try replaced(node, in: &forest)
    }
    if forest.kind(node) == .scalar {
      if creates, part != .every, forest.isNull(node) {
        // Upstream hangs what it makes below the null, where it is not printed.
        count += 1
        return node
      }
      return try updateText(node, path, creates: creates, in: &forest)
    }
    let rest = path.dropFirst()
    switch part {
    case .invalid(let text):
      throw MergeFailure(message: "'\(text)' is no element of a list: \(ReplacementPath.needsEquals)", range: nil)
    case .key(""):
      throw MergeFailure(message: "the path has an empty part: take out a dot", range: nil)
    case .key(let key):
      guard forest.kind(node) == .mapping else { throw wrongKind(node, "the field '\(key)'", "a mapping", forest) }
      if let child = forest.value(node, key: key) {
        let changed = try update(child, rest, creates: creates, in: &forest)
        return changed == child ? node : writer.setting(key, to: changed, in: node, in: &forest)
      }
      guard creates else { return node }
      let made = try make(rest, in: &forest)
      return writer.setting(key, to: made, in: node, in: &forest)
    case .index(let index, let text):
      guard forest.kind(node) == .sequence else { throw wrongKind(node, "the index '\(text)'", "a list", forest) }
      var items = Array(forest.items(node))
      if creates, index == items.count {
        items.append(try make(rest, in: &forest))
        return writer.sequence(items, like: node, in: &forest)
      }
      guard index < items.count else {
        throw MergeFailure(
          message: "index \(index) is given, but the list has only \(items.count) elements",
          range: forest.range(node))
      }
      let changed = try update(items[index], rest, creates: creates, in: &forest)
      guard changed != items[index] else { return node }
      items[index] = changed
      return writer.sequence(items, like: node, in: &forest)
    case .every:
      guard forest.kind(node) == .sequence else { throw wrongKind(node, "the wildcard '*'", "a list", forest) }
      let wasBelow = isBelowWildcard
      isBelowWildcard = true
      defer { isBelowWildcard = wasBelow }
      return try updateItems(of: node, rest, creates: creates, in: &forest) { _, _ throws(MergeFailure) in true }
        ?? node
    case .element(let key, let value):
      guard forest.kind(node) == .sequence else {
        throw wrongKind(node, "the element '[\(key)=\(value)]'", "a list", forest)
      }
      let pattern = try pattern(value)
      let before = count
      let changed = try updateItems(of: node, rest, creates: creates, in: &forest) {
        item, forest throws(MergeFailure) in
        guard let field = key.isEmpty ? item : forest.value(item, key: key) else { return false }
        return pattern.matchesPart(Self.yamlText(of: field, forest))
      }
      if count > before || !creates { return changed ?? node }
      let element = try make(elementWith: key, value, rest, like: node, in: &forest)
      return writer.sequence(Array(forest.items(node)) + [element], like: node, in: &forest)
    }
  }

  private func wrongKind(_ node: NodeRef, _ what: String, _ expected: String, _ forest: Forest) -> MergeFailure {
    let actual =
      switch forest.kind(node) {
      case .mapping: "a mapping"
      case .sequence: "a list"
      case .scalar, .alias: "a scalar"
      }
    return MergeFailure(message: "\(what) is looked for in \(actual), expected \(expected)", range: forest.range(node))
  }

  private mutating func updateItems(
    of list: NodeRef, _ rest: ArraySlice<Part>, creates: Bool, in forest: inout Forest,
    where isMeant: (NodeRef, Forest) throws(MergeFailure) -> Bool
  ) throws(MergeFailure) -> NodeRef? {
    var items = Array(forest.items(list))
    var isChanged = false
    for index in items.indices {
      try step()
      guard try isMeant(items[index], forest) else { continue }
      let changed = try update(items[index], rest, creates: creates, in: &forest)
      if changed != items[index] { isChanged = true }
      items[index] = changed
    }
    return isChanged ? writer.sequence(items, like: list, in: &forest) : nil
  }

  private mutating func pattern(_ text: String) throws(MergeFailure) -> LinearRegex {
    if let known = patterns[text] { return known }
    do throws(LinearRegex.Failure) {
      let made = try LinearRegex(text)
      patterns[text] = made
      return made
    } catch {
      throw MergeFailure(message: "'\(text)' is no regular expression: \(error.reason)", range: nil)
    }
  }

  /// The text that elements are compared by is the YAML of their field, quotes included.
  private static func yamlText(of node: NodeRef, _ forest: Forest) -> String {
    guard forest.kind(node) == .scalar else { return "" }
    let text = forest.text(node)
    switch forest[node].style {
    case .doubleQuoted: return "\"\(text)\""
    case .singleQuoted: return "'\(text)'"
    default: return text
    }
  }

  // MARK: Making what is missing

  private mutating func make(
    _ path: ArraySlice<Part>, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    let range = forest.range(value)
    guard let next = path.first else {
      count += 1
      guard forest.kind(value) == .scalar else {
        // What is made is of the kind of the value, so there is no text to put it into.
        guard options.delimiter == nil else { throw Self.delimiterNeedsText(range) }
        try step(size(of: value, forest))
        return value
      }
      // A delimiter finds an empty text to put the value into.
      let text = try text(putInto: "", forest)
      return text.isEmpty ? writer.string("", at: range, in: &forest) : writer.plain(text, at: range, in: &forest)
    }
    let empty =
      switch next {
      case .index, .element: writer.sequence([], at: range, in: &forest)
      default: writer.mapping([], at: range, in: &forest)
      }
    return try update(empty, path, creates: true, in: &forest)
  }

  private mutating func make(
    elementWith key: String, _ text: String, _ rest: ArraySlice<Part>, like list: NodeRef, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    let range = forest.range(value)
    let scalar = writer.plain(text, at: range, in: &forest)
    guard !key.isEmpty else {
      return rest.isEmpty ? try make(rest, in: &forest) : try update(scalar, rest, creates: true, in: &forest)
    }
    let element = writer.setting(
      key, to: scalar, in: writer.mapping([], at: range, in: &forest), in: &forest)
    return try update(element, rest, creates: true, in: &forest)
  }

  // MARK: The value

  /// What stands where `old` stood. Onto a scalar only the text is written: type and quotes stay those of the target.
  private mutating func replaced(_ old: NodeRef, in forest: inout Forest) throws(MergeFailure) -> NodeRef {
    guard forest.kind(old) == .scalar else {
      guard options.delimiter == nil else { throw Self.delimiterNeedsText(forest.range(old)) }
      try step(size(of: value, forest))
      return value
    }
    let text = try text(putInto: forest.text(old), forest)
    return rewritten(old, text, in: &forest)
  }

  static func delimiterNeedsText(_ range: SourceRange) -> MergeFailure {
    MergeFailure(message: "'delimiter' is for texts and numbers, this is a list or a mapping", range: range)
  }

  private func rewritten(_ old: NodeRef, _ text: String, in forest: inout Forest) -> NodeRef {
    let node = forest[old]
    return writer.scalar(
      text, style: node.style, tag: tag(of: old, forest), at: forest.range(value), in: &forest)
  }

  /// The type of a scalar that was read is that of its text; one that a build wrote takes that of its new text.
  private func tag(of scalar: NodeRef, _ forest: Forest) -> Node.Tag {
    forest.resolved(scalar).tree == writer.tree ? forest[scalar].tag : Self.tag(of: scalar, forest)
  }

  /// The tag that a scalar keeps when its text is another one.
  static func tag(of scalar: NodeRef, _ forest: Forest) -> Node.Tag {
    let node = forest[scalar]
    guard node.style == .plain, node.tag.isAbsent else { return node.tag }
    return switch forest.scalarValue(scalar, dialect: .resource) {
    case .null: .null
    case .boolean: .boolean
    case .integer, .unsigned: .integer
    case .float: .float
    // What reads as a date must stay one.
    case .string: forest.withText(scalar) { PlainText.isString($0, dialect: .resource) } ? .string : .timestamp
    }
  }

  private func text(putInto old: String, _ forest: Forest) throws(MergeFailure) -> String {
    let new = forest.kind(value) == .scalar ? forest.text(value) : ""
    guard let delimiter = options.delimiter else { return new }
    guard old.utf8.count + new.utf8.count <= Self.textLimit else {
      throw MergeFailure(message: "the text becomes longer than \(Self.textLimit) bytes", range: nil)
    }
    var pieces = old.pieces(separatedBy: delimiter)
    if options.index < 0 {
      pieces.insert(new, at: 0)
    } else if options.index >= pieces.count {
      pieces.append(new)
    } else {
      pieces[options.index] = new
    }
    return pieces.joined(separator: delimiter)
  }

  /// The nodes in a value, written out: no more than may still be copied.
  private func size(of node: NodeRef, _ forest: Forest) -> Int {
    var pending = [node]
    var size = 0
    while let next = pending.popLast(), size <= stepsLeft {
      size += 1
      switch forest.kind(next) {
      case .mapping: pending += forest.pairs(next).map(\.value)
      case .sequence: pending += forest.items(next)
      case .scalar, .alias: break
      }
    }
    return size
  }

  // MARK: YAML and JSON inside texts

  /// The path goes on below a scalar: its text may be YAML or JSON of its own.
  private mutating func updateText(
    _ scalar: NodeRef, _ path: ArraySlice<Part>, creates: Bool, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard looksIntoText, let inner = StructuredText(scalar, in: &forest) else {
      throw MergeFailure(
        message: "the path goes on below a scalar, expected a mapping or a list", range: forest.range(scalar))
    }
    // The delimiter is ignored inside (5.8; later versions honour it).
    var inside = ReplacementWrite(
      writer: writer, value: value, options: Replacement.Options(creates: options.creates), stepsLeft: stepsLeft)
    inside.looksIntoText = false
    let changed: NodeRef
    do throws(MergeFailure) {
      changed = try inside.update(inner.root, path, creates: creates, in: &forest)
    } catch {
      throw MergeFailure(message: "in the text, \(error.message)", range: forest.range(scalar))
    }
    stepsLeft = inside.stepsLeft
    count += inside.count
    // What is found below a wildcard is never written back upstream.
    guard !isBelowWildcard, changed != inner.root else { return scalar }
    let text = inner.text(with: changed, in: forest)
    return rewritten(scalar, text, in: &forest)
  }
}

extension String {
  /// The pieces between the occurrences of a text that is not empty, as `strings.Split` of Go has them.
  func pieces(separatedBy delimiter: String) -> [String] {
    let bytes = Array(utf8)
    let mark = Array(delimiter.utf8)
    var result: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<index + mark.count].elementsEqual(mark) {
        result.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    result.append(String(decoding: bytes[start...], as: UTF8.self))
    return result
  }
}
