package import YAMLSyntax

/// Writes nodes as JSON (RFC 8259), each scalar as what the Kubernetes toolchain reads it as.
///
/// In the dialect `.resource` the text is what kustomize makes of an object it prints, where a folded block scalar may
/// gain line feeds. Numbers are written as Go's `encoding/json` writes them. Aliases are followed and merge keys carried out. Characters
/// that a terminal would obey, or that would change the order in which text is shown, are escaped; all others are not.
package struct JSONPrinter {
  package enum Layout: Sendable {
    /// On one line, without spaces.
    case compact
    /// Two spaces for each level.
    case indented
  }

  /// The text written so far.
  package private(set) var bytes: [UInt8] = []
  private let forest: Forest
  private let layout: Layout
  private let dialect: ScalarDialect
  private let sortsKeys: Bool
  private var depth: Int
  private var nodesLeft: Int
  /// Bytes in all: an alias of a long text is written again each time.
  private let byteLimit: Int

  /// - Parameters:
  ///   - dialect: who reads the scalars: `.resource` for objects that kustomize made, `.kustomization` for
  ///     kustomization files and text after substitution.
  ///   - sortsKeys: whether keys come in the order of their bytes, as Go sorts the keys of a map, rather than as written.
  ///   - depth: how many levels the text is indented by where it is put.
  ///   - nodeLimit: how many nodes may be written, aliases followed.
  ///   - byteLimit: how many bytes may be held.
  package init(
    forest: Forest, layout: Layout = .compact, dialect: ScalarDialect = .resource, sortsKeys: Bool = false,
    depth: Int = 0, nodeLimit: Int = 4_000_000, byteLimit: Int = 256 << 20
  ) {
    self.forest = forest
    self.layout = layout
    self.dialect = dialect
    self.sortsKeys = sortsKeys
    self.depth = depth
    nodesLeft = nodeLimit
    self.byteLimit = byteLimit
  }

  /// One node as compact JSON with sorted keys: equal for two nodes of one meaning.
  package static func canonical(
    _ node: NodeRef, in forest: Forest, dialect: ScalarDialect = .resource
  ) throws(JSONPrintError) -> [UInt8] {
    var printer = JSONPrinter(forest: forest, dialect: dialect, sortsKeys: true)
    try printer.append(node)
    return printer.bytes
  }

  /// Writes `node` after what was written before.
  ///
  /// - Throws: what JSON cannot hold (`.inf`, a text that does not fit its tag, a collection as a key), or what passes the
  ///   limits. What was written until then stays in `bytes`.
  package mutating func append(_ node: NodeRef) throws(JSONPrintError) {
    nodesLeft -= 1
    guard nodesLeft >= 0 else { throw JSONPrintError(message: "the value has too many nodes", node: node) }
    guard bytes.count <= byteLimit else {
      throw JSONPrintError(message: "the text is longer than \(byteLimit >> 20) MiB", node: node)
    }
    guard depth < Self.depthLimit else { throw JSONPrintError(message: "the value is nested too deep", node: node) }
    switch forest.kind(node) {
    case .mapping: try mapping(node)
    case .sequence: try sequence(node)
    case .scalar, .alias: try scalar(node)
    }
  }

  /// Writes a string as a JSON string.
  package mutating func append(text: String) { string(Array(text.utf8)) }

  /// Writes text as it is: what stands around nodes.
  package mutating func append(raw text: some Sequence<UInt8>) { bytes.append(contentsOf: text) }

  /// Gives away what was written so far, so that a long text can be handed on in pieces.
  package mutating func takeBytes() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  /// Forgets what was written after the first `count` bytes.
  package mutating func truncate(to count: Int) { bytes.removeLast(max(0, bytes.count - count)) }

  /// Deeper than any text that the parser accepts, with room for what patches put together.
  private static let depthLimit = 2_000

  // MARK: - Collections

  private mutating func mapping(_ node: NodeRef) throws(JSONPrintError) {
    var members: [(key: [UInt8], value: NodeRef)] = []
    for pair in forest.pairs(node) { members.append((try key(pair.key), pair.value)) }
    if sortsKeys { members.sort { $0.key.lexicographicallyPrecedes($1.key) } }
    begin("{")
    for (index, member) in members.enumerated() {
      separate(isFirst: index == 0)
      string(member.key)
      bytes.append(UInt8(ascii: ":"))
      if layout == .indented { bytes.append(UInt8(ascii: " ")) }
      try append(member.value)
    }
    end("}", isEmpty: members.isEmpty)
  }

  private mutating func sequence(_ node: NodeRef) throws(JSONPrintError) {
    begin("[")
    var isFirst = true
    for item in forest.items(node) {
      separate(isFirst: isFirst)
      isFirst = false
      try append(item)
    }
    end("]", isEmpty: isFirst)
  }

  private mutating func begin(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    depth += 1
  }

  private mutating func separate(isFirst: Bool) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    if layout == .indented { breakLine() }
  }

  private mutating func end(_ bracket: Unicode.Scalar, isEmpty: Bool) {
    depth -= 1
    if !isEmpty, layout == .indented { breakLine() }
    bytes.append(UInt8(ascii: bracket))
  }

  private mutating func breakLine() {
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
  }

  // MARK: - Scalars

  /// A key is a string in JSON. kyaml takes its text; sigs.k8s.io/yaml writes the value that it resolves to.
  private func key(_ node: NodeRef) throws(JSONPrintError) -> [UInt8] {
    guard forest.kind(node) == .scalar else {
      throw JSONPrintError(message: "a mapping or list cannot be a key", node: node)
    }
    guard dialect == .kustomization else { return forest.withText(node) { Array($0) } }
    switch try value(node) {
    case .null: throw JSONPrintError(message: "null cannot be a key", node: node)
    case .boolean(let value): return Array((value ? "true" : "false").utf8)
    case .integer(let value): return Array(String(value).utf8)
    case .unsigned(let value): return Array(String(value).utf8)
    case .float(let value): return Array(GoNumber.text(of: value).utf8)
    case .string(let text): return Array(text.utf8)
    }
  }

  private func value(_ node: NodeRef) throws(JSONPrintError) -> ScalarValue {
    do { return try forest.checkedScalarValue(node, dialect: dialect) } catch {
      throw JSONPrintError(message: error.message, node: node)
    }
  }

  private mutating func scalar(_ node: NodeRef) throws(JSONPrintError) {
    let written = forest[node]
    if written.style != .plain, written.tag == .none {
      forest.withText(node) { text in
        // kustomize writes and reads what it built once more, and a folded text may not survive that.
        if written.style == .folded, dialect == .resource, let changed = ReadBackText.folded(text) {
          string(changed)
        } else {
          string(text)
        }
      }
      return
    }
    switch try value(node) {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .unsigned(let value): bytes.append(contentsOf: String(value).utf8)
    case .float(let value): bytes.append(contentsOf: GoNumber.text(of: value).utf8)
    case .string(let text): string(Array(text.utf8))
    }
  }

  private mutating func string(_ text: some Collection<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    if text.allSatisfy(Self.isPlain) {
      bytes.append(contentsOf: text)
    } else {
      for scalar in String(decoding: text, as: UTF8.self).unicodeScalars { escape(scalar) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private mutating func escape(_ scalar: Unicode.Scalar) {
    switch scalar {
    case "\"": bytes.append(contentsOf: #"\""#.utf8)
    case "\\": bytes.append(contentsOf: #"\\"#.utf8)
    case "\n": bytes.append(contentsOf: #"\n"#.utf8)
    case "\r": bytes.append(contentsOf: #"\r"#.utf8)
    case "\t": bytes.append(contentsOf: #"\t"#.utf8)
    case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{200E}", "\u{200F}":
      let digits = String(scalar.value, radix: 16)
      bytes.append(contentsOf: #"\u"#.utf8)
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
      bytes.append(contentsOf: digits.utf8)
    default: bytes.append(contentsOf: String(scalar).utf8)
    }
  }
}

/// A value that JSON cannot hold.
package struct JSONPrintError: Error, Hashable, Sendable {
  /// One sentence in lower case without a final stop.
  package var message: String
  package var node: NodeRef
}

/// Numbers with a fraction as Go's `encoding/json` writes them (`floatEncoder`).
package enum GoNumber {
  /// The fewest digits that tell `value`, which is finite, from its neighbours; an exponent only below 10^-6 and from
  /// 10^21 on.
  package static func text(of value: Double) -> String {
    if value == 0 { return value.sign == .minus ? "-0" : "0" }
    // Swift finds the same digits, but puts the point and the exponent elsewhere.
    let parts = "\(value.magnitude)".split(separator: "e")
    let point = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var digits = Array(point.joined().utf8)
    var exponent = point[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
    digits.removeFirst(zeros)
    exponent -= zeros
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    let sign = value < 0 ? "-" : ""
    return sign + (exponent < -5 || exponent > 21 ? scientific(digits, exponent - 1) : positional(digits, exponent))
  }

  private static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
    var text = String(decoding: digits.prefix(1), as: UTF8.self)
    if digits.count > 1 { text += "." + String(decoding: digits.dropFirst(), as: UTF8.self) }
    return text + (exponent < 0 ? "e-" : "e+") + String(abs(exponent))
  }

  /// `exponent` digits stand before the point.
  private static func positional(_ digits: [UInt8], _ exponent: Int) -> String {
    let text = String(decoding: digits, as: UTF8.self)
    if exponent <= 0 { return "0." + String(repeating: "0", count: -exponent) + text }
    if exponent >= digits.count { return text + String(repeating: "0", count: exponent - digits.count) }
    return String(text.prefix(exponent)) + "." + String(text.dropFirst(exponent))
  }
}
