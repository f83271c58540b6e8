import CLibYAML
import SourceText

/// Turns the events of one file into nodes, document by document.
///
/// What is called for each scalar is `mutating` even where it only reads: it is a large value, and the compiler hands a
/// method that does not mutate a copy of all of it.
struct TreeBuilder {
  var tree: YAMLTree
  let text: UnsafeBufferPointer<UInt8>
  let bounds: ValueBounds
  let file: FileID
  let treeIndex: UInt32
  let limits: YAMLLimits
  /// Whether what follows a document in its piece is read a little, as go-yaml v3 does.
  let looksBehind: Bool
  /// Whether `BlockScanner` tries before libyaml. It makes no difference but for the time.
  let scansFirst: Bool
  /// Without a dollar sign in the file only a decoded escape can make one.
  let textHasDollar: Bool
  /// Pieces so far that hold a document or a problem.
  private(set) var documentCount = 0

  // The document under construction.
  var offsets: CodePointOffsets
  var repaired: RepairedText?
  var frames: [Frame] = []
  /// Children of all open collections, those of the innermost one last.
  var children: [NodeRef] = []
  var anchors: [Anchor] = []
  var anchorByName: [String: Int] = [:]
  var expandedNodes = 0

  /// An open collection.
  struct Frame {
    var node: Int
    var isMapping: Bool
    var isFlow: Bool
    var firstChild: Int
    var flags: Node.Flags = []
    /// Levels of collections in it, itself included and aliases followed.
    var height = 1
    /// Index into `anchors`, nil without an anchor.
    var anchor: Int?
    /// `expandedNodes` when it began.
    var nodesBefore: Int
  }

  struct Anchor {
    var node: Int
    /// False until the node is complete: an alias before that would be a cycle.
    var isComplete = false
    var expandedNodes = 1
    var height = 0
  }

  /// Why a document is not read to its end.
  enum Stop: Error {
    case problem(YAMLProblem)
    case unread(EventError)
  }

  /// - Parameter text: the bytes of `source`, valid as long as the builder is used.
  init(
    source: [UInt8], text: UnsafeBufferPointer<UInt8>, file: FileID, tree index: UInt32, limits: YAMLLimits,
    looksBehind: Bool, scansFirst: Bool
  ) {
    tree = YAMLTree(source: source)
    // Most manifests have less than a node for each 12 bytes.
    tree.nodes.reserveCapacity(text.count / 12)
    tree.links.reserveCapacity(text.count / 12)
    self.text = text
    bounds = ValueBounds(text: text)
    self.file = file
    treeIndex = index
    self.limits = limits
    self.looksBehind = looksBehind
    self.scansFirst = scansFirst
    textHasDollar = text.contains(UInt8(ascii: "$"))
    offsets = CodePointOffsets(text, 0..<0)
  }

  /// The finished tree, problems in the order of the text.
  consuming func finish() -> YAMLTree {
    if tree.problems.count > 1 { tree.problems.sort { $0.range < $1.range } }
    tree.isComplete = true
    return tree
  }

  /// Adds the first document of `piece`, if it has one. A document with a problem leaves nothing but the problem.
  mutating func add(_ piece: DocumentPiece, _ reader: borrowing EventReader) {
    var isCounted = false
    if let separator = piece.invalidSeparator {
      tree.problems.append(
        problem(.syntax, "invalid document separator: only a comment may follow '---' on its line", separator))
      isCounted = true
    }
    do throws(YAMLProblem) {
      if let root = try readDocument(piece.range, reader) {
        tree.documents.append(YAMLDocument(root: root, range: SourceRange(file: file, piece.range)))
        isCounted = true
      }
    } catch {
      tree.problems.append(error)
      isCounted = true
    }
    if isCounted { documentCount += 1 }
  }

  /// How often a piece of `size` bytes is repaired: each time it is read again from its start.
  private static func maximumRepairs(ofSize size: Int) -> Int { min(64, max(1, (8 << 20) / max(size, 1))) }

  /// Reads the first document of a piece, again after each repair; nil if there is none.
  private mutating func readDocument(
    _ piece: Range<Int>, _ reader: borrowing EventReader
  ) throws(YAMLProblem) -> NodeRef? {
    let start = text.hasByteOrderMark(at: piece.lowerBound) ? piece.lowerBound + 3 : piece.lowerBound
    let range = start..<max(start, piece.upperBound)
    guard !range.isEmpty else { return nil }
    let before = Extent(of: tree)
    if scansFirst {
      beginDocument()
      var scanner = BlockScanner(text, range)
      do throws(BlockScanner.Declined) { return try scanner.scan(into: &self) } catch { before.restore(&tree) }
    }
    offsets = CodePointOffsets(text, range)
    repaired = offsets.isASCII ? nil : RepairedText.hidingByteOrderMarks(text, range)
    for repairs in 0... {
      do throws(Stop) {
        guard let repaired else { return try readEvents(reader, text: UnsafeBufferPointer(rebasing: text[range])) }
        offsets = CodePointOffsets(repaired)
        let bytes = repaired.bytes
        return try bytes.withUnsafeBufferPointer { text throws(Stop) in try readEvents(reader, text: text) }
      } catch {
        before.restore(&tree)
        switch error {
        case .problem(let problem): throw problem
        case .unread(let error):
          guard repairs < Self.maximumRepairs(ofSize: range.count), let next = repair(range, after: error) else {
            throw problem(error, in: range)
          }
          repaired = next
        }
      }
    }
    return nil
  }

  /// How much of a tree there was before a document.
  private struct Extent {
    private let nodes, links, pool, problems: Int

    init(of tree: YAMLTree) {
      (nodes, links, pool, problems) = (tree.nodes.count, tree.links.count, tree.pool.count, tree.problems.count)
    }

    func restore(_ tree: inout YAMLTree) {
      tree.nodes.removeLast(tree.nodes.count - nodes)
      tree.links.removeLast(tree.links.count - links)
      tree.pool.removeLast(tree.pool.count - pool)
      tree.problems.removeLast(tree.problems.count - problems)
    }
  }

  private mutating func beginDocument() {
    frames.removeAll(keepingCapacity: true)
    children.removeAll(keepingCapacity: true)
    anchors.removeAll()
    anchorByName.removeAll()
    expandedNodes = 0
  }

  /// The text of `piece` without what libyaml, but not go-yaml, refuses; nil if both refuse it.
  private func repair(_ piece: Range<Int>, after error: EventError) -> RepairedText? {
    guard case .syntax(let words, let mark, let context) = error else { return nil }
    if words == "found unexpected ':'", let context {
      var result = repaired ?? RepairedText(text, piece)
      result.quotePlainScalar(from: context.mark, through: mark)
      return result
    }
    if words == "found unknown escape character" {
      var result = repaired ?? RepairedText(text, piece)
      return result.removeBackslashBeforeQuote(at: mark) ? result : nil
    }
    return nil
  }

  /// Reads events up to the end of the first document; nil if there is none.
  private mutating func readEvents(
    _ reader: borrowing EventReader, text: UnsafeBufferPointer<UInt8>
  ) throws(Stop) -> NodeRef? {
    beginDocument()
    let root = NodeRef(tree: treeIndex, node: UInt32(tree.nodes.count))
    do throws(EventError) { try reader.begin(text) } catch { throw .unread(error) }
    while true {
      do throws(EventError) { try reader.advance() } catch { throw .unread(error) }
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
      case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
        close(mark: offsets.offset(of: event.pointee.end_mark.index))
      case YAML_ALIAS_EVENT: try addAlias(event)
      case YAML_DOCUMENT_START_EVENT: try checkVersion(event)
      case YAML_DOCUMENT_END_EVENT:
        if looksBehind { do throws(EventError) { try reader.lookBehindDocument() } catch { throw .unread(error) } }
        return root
      case YAML_STREAM_END_EVENT: return nil
      default: break
      }
    }
  }
}
