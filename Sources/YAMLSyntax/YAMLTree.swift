package import SourceText

/// A node of some tree of a `Forest`: two indices, free to copy.
package struct NodeRef: Hashable, Sendable {
  package var tree: UInt32
  package var node: UInt32

  package init(tree: UInt32, node: UInt32) {
    self.tree = tree
    self.node = node
  }
}

/// One node of a YAML tree. It holds no reference, so arrays of nodes are copied and walked without counting.
package struct Node: Sendable {
  package enum Kind: UInt8, Sendable {
    case scalar, sequence, mapping, alias

    // Spelled out, because other modules call the one that the compiler makes, for every node they look at.
    @inline(__always)
    package static func == (lhs: Kind, rhs: Kind) -> Bool { lhs.rawValue == rhs.rawValue }
  }
  package enum Style: UInt8, Sendable { case plain, singleQuoted, doubleQuoted, literal, folded, block, flow }

  /// The explicit tag, as far as it changes what a scalar is.
  package enum Tag: UInt8, Sendable {
    case none, nonSpecific, string, integer, float, boolean, null, timestamp, binary, map, sequence, merge, other

    /// Whether the text alone decides in a resource: to go-yaml v3 a bare `!` is no tag.
    package var isAbsent: Bool { self == .none || self == .nonSpecific }
  }

  package var kind: Kind
  package var style: Style
  package var tag: Tag
  package var flags: Flags
  /// The bytes of the value, without anchor and tag. `YAMLSyntax` follows section 6.2 of the position rules: a block
  /// scalar ends before the line break of its last content line, a block collection at the end of its last value.
  package var range: SourceRange
  /// Scalar: where its text starts. Collection: index of its first child. Alias: index of the node it stands for.
  package var payloadStart: UInt32
  /// Scalar: bytes of text. Collection: number of children, keys and values alternating in a mapping.
  package var payloadCount: UInt32

  package struct Flags: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The text is a slice of the file, not of the tree's pool.
    package static let textInSource = Flags(rawValue: 1)
    /// A mapping with a `<<` merge key of its own.
    package static let hasMergeKey = Flags(rawValue: 2)
    /// The node, or something below it, is an alias.
    package static let containsAlias = Flags(rawValue: 4)
    /// The node was left out in the text (`key:` without a value).
    package static let omitted = Flags(rawValue: 8)
    /// The node, or something below it, contains `${` or `$$` in the text of a scalar.
    package static let containsDollar = Flags(rawValue: 16)
    /// A mapping in which a key stands more than once.
    package static let hasRepeatedKey = Flags(rawValue: 32)
    /// The node, or something below it, may be something that kustomize reads but cannot print: a key that is repeated or
    /// no string, a text that does not fit its tag, a character that JSON has and YAML has not. A hint: whoever prints looks closer.
    package static let needsOutputCheck = Flags(rawValue: 64)

    /// The node, or something below it, is a number of so many digits that a double may not hold it.
    package static let containsLongNumber = Flags(rawValue: 128)

    /// A mapping whose pairs are not simply those that are written.
    package static let notAsWritten = Flags(rawValue: 2 | 32)

    /// What a collection has when one of its children has it.
    static let inherited = Flags(rawValue: 4 | 16 | 64 | 128)
  }

  package init(
    kind: Kind, style: Style, tag: Tag = .none, flags: Flags = [], range: SourceRange, payloadStart: UInt32 = 0,
    payloadCount: UInt32 = 0
  ) {
    self.kind = kind
    self.style = style
    self.tag = tag
    self.flags = flags
    self.range = range
    self.payloadStart = payloadStart
    self.payloadCount = payloadCount
  }
}

/// One document of a file.
package struct YAMLDocument: Sendable {
  /// The root node.
  package var root: NodeRef
  /// The bytes of the document in its file, from after its separator to before the next.
  package var range: SourceRange

  package init(root: NodeRef, range: SourceRange) {
    self.root = root
    self.range = range
  }
}

/// Something wrong with the text itself.
package struct YAMLProblem: Hashable, Sendable, Error {
  package enum Kind: Hashable, Sendable {
    case syntax
    case duplicateKey
    /// A limit of `YAMLLimits` was passed; the document is not in the tree.
    case limit
    case encoding
  }
  package var kind: Kind
  /// One sentence in lower case without a final stop.
  package var message: String
  package var range: SourceRange
  /// For a duplicate key, the first one; for a syntax problem, the start of what was being read.
  package var related: SourceRange?
  /// Index of the document in the file, counted from 0 over all pieces of the file.
  package var document: Int

  package init(kind: Kind, message: String, range: SourceRange, related: SourceRange? = nil, document: Int = 0) {
    self.kind = kind
    self.message = message
    self.range = range
    self.related = related
    self.document = document
  }
}

/// Bounds on what hostile text may cost.
package struct YAMLLimits: Sendable {
  /// Bytes of one file.
  package var bytes = 16 << 20
  /// Nesting depth of collections.
  package var depth = 500
  /// Nodes of one document after every alias is followed.
  package var expandedNodes = 4_000_000

  package init() {}
}

/// A parsed file (or a piece of generated YAML): documents and nodes in flat arrays, positions into the file.
package struct YAMLTree: Sendable {
  package internal(set) var nodes: ContiguousArray<Node>
  /// Children of all collections. In a parsed tree they lie in the tree itself; in a built tree they may lie in others.
  package internal(set) var links: ContiguousArray<NodeRef>
  /// Text of scalars whose value is not a slice of the file.
  package internal(set) var pool: [UInt8]
  /// The bytes the tree was parsed from: the file, or the decoded text of a scalar; empty for a built tree.
  package internal(set) var source: [UInt8]
  package internal(set) var documents: [YAMLDocument]
  package internal(set) var problems: [YAMLProblem]
  /// How much text may be in `pool`: what a place in it is counted with holds no more.
  var textLimit = Int(UInt32.max)
  /// Whether text was lost because of that.
  package internal(set) var isFull = false
  /// Whether no node will be added any more, as in a parsed tree.
  var isComplete = false
  /// For a tree parsed from the text of a scalar, where that text is written; ranges of nodes are already mapped.
  var outer: ContentMap?

  /// Whether some of the text could not be read. A key that is repeated is no such thing.
  package var isBroken: Bool { problems.contains { $0.kind != .duplicateKey } }

  package init(source: [UInt8] = []) {
    nodes = []
    links = []
    pool = []
    self.source = source
    documents = []
    problems = []
  }
}
