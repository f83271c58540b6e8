import CLibYAML
import SourceText

/// Turns the events of one file into nodes, document by document.
struct TreeBuilder {
  private(set) var tree: YAMLTree
  /// Pieces so far that hold a document or a problem.
  private var documentCount = 0

  private let text: UnsafeBufferPointer<UInt8>
  private let bounds: ValueBounds
  private let file: FileID
  private let treeIndex: UInt32
  private let limits: YAMLLimits
  /// Without a dollar sign in the file only a decoded escape can make one.
  private let textHasDollar: Bool

  // The document under construction.
  private var offsets: CodePointOffsets
  private var frames: [Frame] = []
  /// Children of all open collections, those of the innermost one last.
  private var children: [NodeRef] = []
  private var anchors: [Anchor] = []
  private var anchorByName: [String: Int] = [:]
  private var expandedNodes = 0

  /// An open collection.
  private struct Frame {
    var node: Int
    var isMapping: Bool
    var firstChild: Int
    var flags: Node.Flags = []
    /// Levels of collections in it, itself included and aliases followed.
    var height = 1
    /// Index into `anchors`, nil without an anchor.
    var anchor: Int?
    /// `expandedNodes` when it began.
    var nodesBefore: Int
  }

  private struct Anchor {
    var node: Int
    /// False until the node is complete: an alias before that would be a cycle.
    var isComplete = false
    var expandedNodes = 1
    var height = 0
  }

  /// - Parameter text: the bytes of `source`, valid as long as the builder is used.
  init(source: [UInt8], text: UnsafeBufferPointer<UInt8>, file: FileID, tree index: UInt32, limits: YAMLLimits) {
    tree = YAMLTree(source: source)
    // Most manifests have less than a node for each 12 bytes.
    tree.nodes.reserveCapacity(text.count / 12)
    tree.links.reserveCapacity(text.count / 12)
    self.text = text
    bounds = ValueBounds(text: text)
    self.file = file
    treeIndex = index
    self.limits = limits
    textHasDollar = text.contains(UInt8(ascii: "$"))
    offsets = CodePointOffsets(text, 0..<0)
  }

  /// Adds the first document of `piece`, if it has one. A document with a problem leaves nothing but the problem.
  mutating func add(_ piece: DocumentPiece, _ reader: borrowing EventReader) {
    var isCounted = false
    if let separator = piece.invalidSeparator {
      tree.problems.append(
        problem(.syntax, "invalid document separator: only a comment may follow '---' on its line", separator))
      isCounted = true
    }
    let nodes = tree.nodes.count
    let links = tree.links.count
    let pool = tree.pool.count
    let problems = tree.problems.count
    do throws(YAMLProblem) {
      if let root = try readDocument(piece.range, reader) {
        tree.documents.append(YAMLDocument(root: root, range: SourceRange(file: file, piece.range)))
        isCounted = true
      }
    } catch {
      tree.nodes.removeLast(tree.nodes.count - nodes)
      tree.links.removeLast(tree.links.count - links)
      tree.pool.removeLast(tree.pool.count - pool)
      tree.problems.removeLast(tree.problems.count - problems)
      tree.problems.append(error)
      isCounted = true
    }
    if isCounted { documentCount += 1 }
  }

  /// Reads events up to the end of the first document; nil if there is none.
  private mutating func readDocument(
    _ piece: Range<Int>, _ reader: borrowing EventReader
  ) throws(YAMLProblem) -> NodeRef? {
    let start = text.hasByteOrderMark(at: piece.lowerBound) ? piece.lowerBound + 3 : piece.lowerBound
    let range = start..<max(start, piece.upperBound)
    guard !range.isEmpty else { return nil }
    offsets = CodePointOffsets(text, range)
    frames.removeAll(keepingCapacity: true)
    children.removeAll(keepingCapacity: true)
    anchors.removeAll()
    anchorByName.removeAll()
    expandedNodes = 0
    let root = NodeRef(tree: treeIndex, node: UInt32(tree.nodes.count))

    do throws(EventError) { try reader.begin(UnsafeBufferPointer(rebasing: text[range])) } catch {
      throw problem(error, in: range)
    }
    while true {
      do throws(EventError) { try reader.advance() } catch { throw problem(error, in: range) }
      let event = reader.event
      switch event.pointee.type {
      case YAML_SCALAR_EVENT: try addScalar(event)
      case YAML_MAPPING_START_EVENT:
        let start = event.pointee.data.mapping_start
        try open(.mapping, event, anchor: start.anchor, tag: start.tag, isFlow: start.style == YAML_FLOW_MAPPING_STYLE)
      case YAML_SEQUENCE_START_EVENT:
        let start = event.pointee.data.sequence_start
        try open(
          .sequence, event, anchor: start.anchor, tag: start.tag, isFlow: start.style == YAML_FLOW_SEQUENCE_STYLE)
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: close(event)
      case YAML_ALIAS_EVENT: try addAlias(event)
      case YAML_DOCUMENT_START_EVENT: try checkVersion(event)
      case YAML_DOCUMENT_END_EVENT: return root
      case YAML_STREAM_END_EVENT: return nil
      default: break
      }
    }
  }

  /// go-yaml knows YAML 1.1 only; libyaml takes 1.2 as well.
  private func checkVersion(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
    guard let version = event.pointee.data.document_start.version_directive, version.pointee.minor != 1 else { return }
    let start = offsets.offset(of: event.pointee.start_mark.index)
    throw problem(.syntax, "found incompatible YAML document: only '%YAML 1.1' is read", text.codePoint(at: start))
  }
}

// MARK: - Nodes

extension TreeBuilder {
  private mutating func addScalar(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
    let scalar = event.pointee.data.scalar
    let value = UnsafeBufferPointer(start: UnsafePointer(scalar.value), count: scalar.length)
    let style = Node.Style(scalar.style)
    var start = offsets.offset(of: event.pointee.start_mark.index)
    var end = offsets.offset(of: event.pointee.end_mark.index)
    var tag = Node.Tag(scalar.tag)
    var flags: Node.Flags = []
    let isOmitted = style == .plain && value.isEmpty
    // libyaml drops the bare tag `!`, but no value begins with one.
    if start < end, scalar.anchor != nil || scalar.tag != nil || text[start] == UInt8(ascii: "!") {
      let properties = bounds.properties(at: start, hasAnchor: scalar.anchor != nil, hasTag: true)
      if properties.hasBareTag { tag = .nonSpecific }
      start = isOmitted ? end : min(properties.end, end)
    }
    if isOmitted { flags.insert(.omitted) }

    var payloadStart = tree.pool.count
    switch style {
    case .literal, .folded:
      end = bounds.blockScalarEnd(start: start, mark: end, content: value)
    case .plain where end - start == value.count && text.hasBytes(value, at: start):
      payloadStart = start
      flags.insert(.textInSource)
    case .singleQuoted, .doubleQuoted:
      guard end - start - 2 == value.count, text.hasBytes(value, at: start + 1) else { break }
      payloadStart = start + 1
      flags.insert(.textInSource)
    default: break
    }
    if !flags.contains(.textInSource) { tree.pool.append(contentsOf: value) }
    if textHasDollar || !flags.contains(.textInSource), value.hasSubstitutionMark { flags.insert(.containsDollar) }
    if style == .plain, value.count == 2, value[0] == UInt8(ascii: "<"), value[1] == UInt8(ascii: "<"),
      tag == .none || tag == .merge, let top = frames.indices.last, isAtKey(frames[top])
    {
      frames[top].flags.insert(.hasMergeKey)
    }

    let node = try append(
      Node(
        kind: .scalar, style: style, tag: tag, flags: flags, range: SourceRange(file: file, start..<end),
        payloadStart: UInt32(payloadStart), payloadCount: UInt32(value.count)),
      expandedNodes: 1)
    inherit(flags, height: 0)
    if let name = scalar.anchor {
      anchors.append(Anchor(node: node, isComplete: true))
      anchorByName[String(cString: name)] = anchors.count - 1
    }
  }

  private mutating func addAlias(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
    let name = String(cString: event.pointee.data.alias.anchor)
    let start = offsets.offset(of: event.pointee.start_mark.index)
    let range = start..<offsets.offset(of: event.pointee.end_mark.index)
    guard let index = anchorByName[name] else { throw problem(.syntax, "unknown anchor '\(name)'", range) }
    let anchor = anchors[index]
    guard anchor.isComplete else { throw problem(.syntax, "anchor '\(name)' contains itself", range) }
    try checkDepth(frames.count + anchor.height, range)
    let target = tree.nodes[anchor.node]
    let flags = target.flags.intersection(.containsDollar).union(.containsAlias)
    _ = try append(
      Node(
        kind: .alias, style: target.style, flags: flags, range: SourceRange(file: file, range),
        payloadStart: UInt32(anchor.node)),
      expandedNodes: anchor.expandedNodes)
    inherit(flags, height: anchor.height)
  }

  private mutating func open(
    _ kind: Node.Kind, _ event: UnsafePointer<yaml_event_t>, anchor: UnsafeMutablePointer<yaml_char_t>?,
    tag: UnsafeMutablePointer<yaml_char_t>?, isFlow: Bool
  ) throws(YAMLProblem) {
    var start = offsets.offset(of: event.pointee.start_mark.index)
    if anchor != nil || tag != nil {
      start = bounds.properties(at: start, hasAnchor: anchor != nil, hasTag: tag != nil).end
    }
    try checkDepth(frames.count + 1, text.codePoint(at: start))
    let nodesBefore = expandedNodes
    let node = try append(
      Node(
        kind: kind, style: isFlow ? .flow : .block, tag: Node.Tag(tag), range: SourceRange(file: file, start..<start)),
      expandedNodes: 1)
    var frame = Frame(
      node: node, isMapping: kind == .mapping, firstChild: children.count, nodesBefore: nodesBefore)
    if let anchor {
      frame.anchor = anchors.count
      anchorByName[String(cString: anchor)] = anchors.count
      anchors.append(Anchor(node: node))
    }
    frames.append(frame)
  }

  private mutating func close(_ event: UnsafePointer<yaml_event_t>) {
    guard let frame = frames.popLast() else { return }
    let count = children.count - frame.firstChild
    let firstLink = tree.links.count
    tree.links.append(contentsOf: children[frame.firstChild...])
    children.removeLast(count)

    var node = tree.nodes[frame.node]
    node.payloadStart = UInt32(firstLink)
    node.payloadCount = UInt32(count)
    node.flags = frame.flags
    node.range.upperBound = UInt32(end(of: node, mark: offsets.offset(of: event.pointee.end_mark.index)))
    if frame.isMapping, count > 2, reportRepeatedKeys(of: node) { node.flags.insert(.hasRepeatedKey) }
    tree.nodes[frame.node] = node

    if let index = frame.anchor {
      anchors[index].isComplete = true
      anchors[index].height = frame.height
      anchors[index].expandedNodes = expandedNodes - frame.nodesBefore
    }
    inherit(frame.flags, height: frame.height)
  }

  /// The end of a collection: after the bracket of a flow collection, else the end of its last value.
  private func end(of node: Node, mark: Int) -> Int {
    let start = Int(node.range.lowerBound)
    if node.style == .flow, start < text.count {
      let opening = text[start]
      // A single pair in a flow sequence, `[a: b]`, has no braces of its own.
      if opening == UInt8(ascii: node.kind == .mapping ? "{" : "[") { return mark }
    }
    let lastLink = Int(node.payloadStart) + Int(node.payloadCount) - 1
    guard lastLink >= Int(node.payloadStart) else { return start }
    let last = tree.nodes[Int(tree.links[lastLink].node)]
    guard node.kind == .mapping else { return max(start, Int(last.range.upperBound)) }
    let keyEnd = Int(tree.nodes[Int(tree.links[lastLink - 1].node)].range.upperBound)
    let valueEnd = Int(last.range.upperBound)
    // The mark of a value that is left out without a colon is at the next token, behind comments and blank lines.
    let isElsewhere =
      last.flags.contains(.omitted) && last.range.isEmpty && valueEnd > 0
      && text[valueEnd - 1].isBlankOrBreak
    return isElsewhere ? keyEnd : max(keyEnd, valueEnd)
  }

  /// Adds a node to the innermost open collection.
  private mutating func append(_ node: Node, expandedNodes count: Int) throws(YAMLProblem) -> Int {
    let index = tree.nodes.count
    expandedNodes += count
    guard expandedNodes <= limits.expandedNodes else {
      throw problem(
        .limit, "document has more than \(limits.expandedNodes) nodes once its aliases are followed", node.range.bounds)
    }
    tree.nodes.append(node)
    if !frames.isEmpty { children.append(NodeRef(tree: treeIndex, node: UInt32(index))) }
    return index
  }

  /// Hands what holds for a complete node on to the collection around it.
  private mutating func inherit(_ flags: Node.Flags, height: Int) {
    guard let top = frames.indices.last else { return }
    frames[top].flags.formUnion(flags.intersection([.containsAlias, .containsDollar]))
    frames[top].height = max(frames[top].height, height + 1)
  }

  private func isAtKey(_ frame: Frame) -> Bool {
    frame.isMapping && (children.count - frame.firstChild).isMultiple(of: 2)
  }

  private func checkDepth(_ depth: Int, _ range: Range<Int>) throws(YAMLProblem) {
    guard depth > limits.depth else { return }
    throw problem(.limit, "collections are nested more than \(limits.depth) deep", range)
  }
}

// MARK: - Problems

extension TreeBuilder {
  /// Adds a problem for each key that its mapping has already; returns whether there is one.
  private mutating func reportRepeatedKeys(of mapping: Node) -> Bool {
    let links = Int(mapping.payloadStart)..<Int(mapping.payloadStart) + Int(mapping.payloadCount)
    let repeated = tree.nodes.withUnsafeBufferPointer { nodes in
      tree.pool.withUnsafeBufferPointer { pool in
        tree.links.withUnsafeBufferPointer { all in
          RepeatedKeys(nodes: nodes, source: text, pool: pool, links: UnsafeBufferPointer(rebasing: all[links])).find()
        }
      }
    }
    for pair in repeated {
      let key = tree.nodes[Int(pair.repeated)]
      var problem = problem(.duplicateKey, "mapping key '\(keyText(key))' is already defined", key.range.bounds)
      problem.related = tree.nodes[Int(pair.first)].range
      tree.problems.append(problem)
    }
    return !repeated.isEmpty
  }

  private func keyText(_ written: Node) -> String {
    let key = written.kind == .alias ? tree.nodes[Int(written.payloadStart)] : written
    let range = Int(key.payloadStart)..<Int(key.payloadStart) + Int(key.payloadCount)
    return key.flags.contains(.textInSource)
      ? String(decoding: text[range], as: UTF8.self) : String(decoding: tree.pool[range], as: UTF8.self)
  }

  private func problem(_ kind: YAMLProblem.Kind, _ message: String, _ range: Range<Int>) -> YAMLProblem {
    YAMLProblem(kind: kind, message: message, range: SourceRange(file: file, range), document: documentCount)
  }

  private func problem(_ error: EventError, in range: Range<Int>) -> YAMLProblem {
    switch error {
    case .outOfMemory:
      return problem(.limit, "not enough memory to read the document", range.lowerBound..<range.lowerBound)
    case .unreadable(let words, let byte):
      let place = text.codePoint(at: min(range.lowerBound + byte, range.upperBound))
      let isControl = words == "control characters are not allowed"
      return problem(isControl ? .syntax : .encoding, isControl ? words : "text is not UTF-8: \(words)", place)
    case .syntax(let words, let mark, let context):
      let place = text.codePoint(at: offsets.offset(of: mark))
      let message = SyntaxMessage(words: words, context: context?.words, at: text[place].first)
      var problem = problem(.syntax, message.text, place)
      if let context {
        problem.related = SourceRange(file: file, text.codePoint(at: offsets.offset(of: context.mark)))
      }
      return problem
    }
  }
}

extension Node.Style {
  fileprivate init(_ style: yaml_scalar_style_t) {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: self = .literal
    case YAML_FOLDED_SCALAR_STYLE: self = .folded
    default: self = .plain
    }
  }
}

extension Node.Tag {
  fileprivate init(_ tag: UnsafeMutablePointer<yaml_char_t>?) {
    guard let tag else {
      self = .none
      return
    }
    switch String(cString: tag) {
    case "!": self = .nonSpecific
    case "tag:yaml.org,2002:str": self = .string
    case "tag:yaml.org,2002:int": self = .integer
    case "tag:yaml.org,2002:float": self = .float
    case "tag:yaml.org,2002:bool": self = .boolean
    case "tag:yaml.org,2002:null": self = .null
    case "tag:yaml.org,2002:timestamp": self = .timestamp
    case "tag:yaml.org,2002:binary": self = .binary
    case "tag:yaml.org,2002:map": self = .map
    case "tag:yaml.org,2002:seq": self = .sequence
    case "tag:yaml.org,2002:merge": self = .merge
    default: self = .other
    }
  }
}
