import CLibYAML
import SourceText

extension TreeBuilder {
  mutating func addScalar(_ event: UnsafePointer<yaml_event_t>) throws(Stop) {
    let scalar = event.pointee.data.scalar
    let value = UnsafeBufferPointer(start: UnsafePointer(scalar.value), count: scalar.length)
    if let restored = repaired?.restored(value) {
      try restored.withUnsafeBufferPointer { value throws(Stop) in try addScalar(event, value) }
    } else {
      try addScalar(event, value)
    }
  }

  private mutating func addScalar(
    _ event: UnsafePointer<yaml_event_t>, _ value: UnsafeBufferPointer<UInt8>
  ) throws(Stop) {
    let scalar = event.pointee.data.scalar
    var node = Node(
      kind: .scalar, style: Node.Style(scalar.style), tag: Node.Tag(scalar.tag),
      range: SourceRange(file: file, range(of: event)), payloadStart: UInt32(tree.pool.count),
      payloadCount: UInt32(value.count))
    if node.style == .plain, value.isEmpty { node.flags.insert(.omitted) }
    try skipProperties(of: &node, hasAnchor: scalar.anchor != nil)
    if repaired != nil, node.style == .singleQuoted, text[node.range.bounds].first != UInt8(ascii: "'") {
      node.style = .plain
    }
    setPlace(of: &node, value)
    try checkText(of: node)
    let index = try add(node, value)
    if let name = scalar.anchor {
      anchorByName[String(cString: name)] = anchors.count
      anchors.append(Anchor(node: index, isComplete: true))
    }
  }

  /// Adds a scalar with the text `value`, which is kept in the pool unless the node says that it is in the source.
  /// Returns the index of the node.
  @discardableResult
  mutating func add(_ scalar: Node, _ value: UnsafeBufferPointer<UInt8>) throws(Stop) -> Int {
    var node = scalar
    let isInSource = node.flags.contains(.textInSource)
    if !isInSource { tree.pool.append(contentsOf: value) }
    if textHasDollar || !isInSource, value.hasSubstitutionMark { node.flags.insert(.containsDollar) }
    if isMergeKey(node, value) { frames[frames.count - 1].flags.insert(.hasMergeKey) }
    if node.style == .plain, value.mayBeLongNumber { node.flags.insert(.containsLongNumber) }
    if isDoubtful(node, value) { node.flags.insert(.needsOutputCheck) }
    let index = try append(node, expandedNodes: 1)
    inherit(node.flags, height: 0)
    return index
  }

  /// Moves the start of a scalar behind its anchor and tag.
  private mutating func skipProperties(of node: inout Node, hasAnchor: Bool) throws(Stop) {
    let range = node.range.bounds
    // libyaml does not tell of the bare tag `!`, but no value begins with one.
    guard !range.isEmpty, hasAnchor || node.tag != .none || text[range.lowerBound] == UInt8(ascii: "!") else { return }
    let properties = bounds.properties(at: range.lowerBound, hasAnchor: hasAnchor, hasTag: true)
    try checkTag(properties)
    if properties.hasBareTag { node.tag = .nonSpecific }
    let start = node.flags.contains(.omitted) ? range.upperBound : min(properties.end, range.upperBound)
    node.range.lowerBound = UInt32(start)
  }

  /// Decides where the text of a scalar is kept, and where its range ends.
  private mutating func setPlace(of node: inout Node, _ value: UnsafeBufferPointer<UInt8>) {
    let range = node.range.bounds
    switch node.style {
    case .literal, .folded:
      let end = bounds.blockScalarEnd(start: range.lowerBound, mark: range.upperBound, content: value)
      node.range.upperBound = UInt32(end)
    case .plain where range.count == value.count && text.hasBytes(value, at: range.lowerBound):
      node.payloadStart = UInt32(range.lowerBound)
      node.flags.insert(.textInSource)
    case .singleQuoted, .doubleQuoted:
      guard range.count - 2 == value.count, text.hasBytes(value, at: range.lowerBound + 1) else { break }
      node.payloadStart = UInt32(range.lowerBound + 1)
      node.flags.insert(.textInSource)
    default: break
    }
  }

  mutating func addAlias(_ event: UnsafePointer<yaml_event_t>) throws(Stop) {
    let name = String(cString: event.pointee.data.alias.anchor)
    let range = range(of: event)
    guard let index = anchorByName[name] else { throw stop(.syntax, "unknown anchor '\(name)'", range) }
    let anchor = anchors[index]
    guard anchor.isComplete else { throw stop(.syntax, "anchor '\(name)' contains itself", range) }
    try checkDepth(frames.count + anchor.height, range)
    let target = tree.nodes[anchor.node]
    let flags = target.flags.intersection(.inherited).union(.containsAlias)
    _ = try append(
      Node(
        kind: .alias, style: target.style, flags: flags, range: SourceRange(file: file, range),
        payloadStart: UInt32(anchor.node)),
      expandedNodes: anchor.expandedNodes)
    inherit(flags, height: anchor.height)
  }

  mutating func open(
    _ kind: Node.Kind, _ event: UnsafePointer<yaml_event_t>, anchor: UnsafeMutablePointer<yaml_char_t>?,
    tag: UnsafeMutablePointer<yaml_char_t>?, isFlow: Bool
  ) throws(Stop) {
    var start = offsets.offset(of: event.pointee.start_mark.index)
    if anchor != nil || tag != nil {
      let properties = bounds.properties(at: start, hasAnchor: anchor != nil, hasTag: tag != nil)
      try checkTag(properties)
      start = properties.end
    }
    let node = try open(kind, at: start, tag: Node.Tag(tag), isFlow: isFlow)
    if let anchor {
      frames[frames.count - 1].anchor = anchors.count
      anchorByName[String(cString: anchor)] = anchors.count
      anchors.append(Anchor(node: node))
    }
  }

  /// Begins a collection whose value starts at `start`; returns the index of its node.
  @discardableResult
  mutating func open(
    _ kind: Node.Kind, at start: Int, tag: Node.Tag = .none, isFlow: Bool = false
  ) throws(Stop) -> Int {
    try checkDepth(frames.count + 1, text.codePoint(at: start))
    let nodesBefore = expandedNodes
    let node = try append(
      Node(kind: kind, style: isFlow ? .flow : .block, tag: tag, range: SourceRange(file: file, start..<start)),
      expandedNodes: 1)
    frames.append(
      Frame(
        node: node, isMapping: kind == .mapping, isFlow: isFlow, firstChild: children.count, nodesBefore: nodesBefore))
    return node
  }

  /// Ends the innermost collection. `mark` counts for one in brackets only: it is behind the closing one.
  mutating func close(mark: Int = 0) {
    guard var frame = frames.popLast() else { return }
    let count = children.count - frame.firstChild
    let firstLink = tree.links.count
    tree.links.append(contentsOf: children[frame.firstChild...])
    children.removeLast(count)

    var node = tree.nodes[frame.node]
    node.payloadStart = UInt32(firstLink)
    node.payloadCount = UInt32(count)
    node.flags = frame.flags
    node.range.upperBound = UInt32(end(of: node, mark: mark))
    if frame.isMapping, count > 2, reportRepeatedKeys(of: node) {
      node.flags.formUnion([.hasRepeatedKey, .needsOutputCheck])
      frame.flags.insert(.needsOutputCheck)
    }
    if frame.flags.contains(.hasMergeKey) { reportWrongMerges(of: node) }
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
    // A single pair in a flow sequence, `[a: b]`, has no braces of its own.
    if node.style == .flow, text[start] == UInt8(ascii: node.kind == .mapping ? "{" : "[") { return mark }
    guard node.payloadCount > 0 else { return start }
    let lastLink = Int(node.payloadStart) + Int(node.payloadCount) - 1
    let last = tree.nodes[Int(tree.links[lastLink].node)]
    let lastEnd = Int(last.range.upperBound)
    guard node.kind == .mapping else { return max(start, lastEnd) }
    let keyEnd = Int(tree.nodes[Int(tree.links[lastLink - 1].node)].range.upperBound)
    // The mark of a value that is left out without a colon is at the next token, behind comments and blank lines.
    let isElsewhere = last.flags.contains(.omitted) && lastEnd > 0 && text[lastEnd - 1].isBlankOrBreak
    return isElsewhere ? keyEnd : max(keyEnd, lastEnd)
  }

  /// Adds a node to the innermost open collection.
  private mutating func append(_ node: Node, expandedNodes count: Int) throws(Stop) -> Int {
    let index = tree.nodes.count
    let (sum, isOverflow) = expandedNodes.addingReportingOverflow(count)
    expandedNodes = isOverflow ? .max : sum
    guard expandedNodes <= limits.expandedNodes else {
      throw stop(
        .limit, "document has more than \(limits.expandedNodes) nodes once its aliases are followed", node.range.bounds)
    }
    tree.nodes.append(node)
    if !frames.isEmpty {
      if node.kind != .scalar, isAtKey { frames[frames.count - 1].flags.insert(.needsOutputCheck) }
      children.append(NodeRef(tree: treeIndex, node: UInt32(index)))
    }
    return index
  }

  /// Hands what holds for a complete node on to the collection around it.
  private mutating func inherit(_ flags: Node.Flags, height: Int) {
    guard let top = frames.indices.last else { return }
    frames[top].flags.formUnion(flags.intersection(.inherited))
    frames[top].height = max(frames[top].height, height + 1)
  }

  private mutating func isMergeKey(_ node: Node, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard value.count == 2, value[0] == UInt8(ascii: "<"), value[1] == UInt8(ascii: "<"), node.style == .plain,
      node.tag == .none || node.tag == .merge
    else { return false }
    return isAtKey
  }

  /// Whether the next node is the key of a pair.
  private var isAtKey: Bool {
    guard let frame = frames.last, frame.isMapping else { return false }
    return (children.count - frame.firstChild).isMultiple(of: 2)
  }

  /// Whether kustomize may fail to print the scalar.
  private mutating func isDoubtful(_ node: Node, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    if PrintableScalar.isDoubtful(value, style: node.style, tag: node.tag) { return true }
    // Only an escape can make a character that may not stand in a file.
    if node.style == .doubleQuoted, !node.flags.contains(.textInSource), value.hasForbiddenCharacter { return true }
    return isAtKey && PrintableScalar.isDoubtfulKey(value, style: node.style, tag: node.tag)
  }

  private mutating func range(of event: UnsafePointer<yaml_event_t>) -> Range<Int> {
    let start = offsets.offset(of: event.pointee.start_mark.index)
    return start..<max(start, offsets.offset(of: event.pointee.end_mark.index))
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
