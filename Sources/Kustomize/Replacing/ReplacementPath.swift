import YAMLSyntax

/// The path of a field as `replacements` write it (kyaml/utils/pathsplitter.go): parts split at dots, `\.` is a literal
/// dot, and brackets hold parts together.
struct ReplacementPath: Sendable {
  enum Part: Hashable, Sendable {
    case key(String)
    case index(Int, text: String)
    /// `[key=value]`; the key is empty for the elements themselves.
    case element(key: String, value: String)
    /// `*`
    case every
    /// `[text]`, in which `=` is missing.
    case invalid(String)
  }
  let parts: [Part]

  /// A longer path only keeps its reader busy.
  private static let limit = 1_000

  /// The path of a target: an empty part before a dot that it begins with does not count.
  init(_ text: String) throws(MergeFailure) {
    let pieces = Self.joinBrackets(Self.split(text))
    try self.init(pieces: pieces.count > 1 && pieces.first?.isEmpty == true ? Array(pieces.dropFirst()) : pieces)
  }

  /// The path of a source, in which neither empty parts nor blanks around a part count (kyaml/yaml/fns.go, `cleanPath`).
  init(ofSource text: String) throws(MergeFailure) {
    let pieces = Self.joinBrackets(Self.split(text)).map(\.trimmed)
    try self.init(pieces: pieces.filter { !$0.isEmpty })
  }

  private init(pieces: [String]) throws(MergeFailure) {
    guard pieces.count <= Self.limit else {
      throw MergeFailure(message: "the field path has more than \(Self.limit) parts", range: nil)
    }
    parts = pieces.map(Self.part)
  }

  private static func split(_ text: String) -> [String] {
    var result: [String] = []
    for piece in text.split(separator: ".", omittingEmptySubsequences: false) {
      if let last = result.last, last.hasSuffix("\\") {
        result[result.count - 1] = last.dropLast() + "." + piece
      } else {
        result.append(String(piece))
      }
    }
    return result
  }

  /// `[a.b/c]` is the key `a.b/c`, while a bracket with `=` keeps its brackets.
  private static func joinBrackets(_ pieces: [String]) -> [String] {
    var result: [String] = []
    var open: [String] = []
    for piece in pieces {
      if open.isEmpty {
        if piece.hasPrefix("["), !piece.hasSuffix("]") { open = [piece] } else { result.append(piece) }
        continue
      }
      open.append(piece)
      if piece.hasSuffix("]") {
        result.append(closed(open))
        open = []
      }
    }
    if !open.isEmpty { result.append(closed(open)) }
    return result
  }

  private static func closed(_ pieces: [String]) -> String {
    let text = pieces.joined(separator: ".")
    if text.contains("=") { return text }
    let isBracket: (Character) -> Bool = { $0 == "[" || $0 == "]" }
    let head = text.drop(while: isBracket)
    return String(head.reversed().drop(while: isBracket).reversed())
  }

  static func part(_ text: String) -> Part {
    if text == "*" { return .every }
    if let index = Int(text), index >= 0 { return .index(index, text: text) }
    guard text.hasPrefix("["), text.hasSuffix("]") else { return .key(text) }
    let inner = text.dropFirst().dropLast()
    guard let equals = inner.firstIndex(of: "=") else { return .invalid(text) }
    return .element(key: String(inner[..<equals]), value: String(inner[inner.index(after: equals)...]))
  }

  static let needsEquals = "expected '[key=value]', or the name without brackets"

  /// The node that a source or the front part of a target means: one at most (kyaml/yaml/fns.go, `Lookup`).
  static func find(
    _ parts: ArraySlice<Part>, in root: NodeRef, _ forest: Forest
  ) throws(MergeFailure) -> NodeRef? {
    var node = root
    for part in parts {
      guard let next = try child(part, of: node, forest) else { return nil }
      node = next
    }
    return node
  }

  private static func child(_ part: Part, of node: NodeRef, _ forest: Forest) throws(MergeFailure) -> NodeRef? {
    switch part {
    case .every: throw MergeFailure(message: "a source cannot have the wildcard '*': name one element", range: nil)
    case .invalid(let text): throw MergeFailure(message: "'\(text)' is no field: \(needsEquals)", range: nil)
    case .key(let key) where Int(key) != nil:
      throw MergeFailure(message: "the index '\(key)' is negative", range: nil)
    case .key("-"): return forest.kind(node) == .sequence ? forest.items(node).last : nil
    case .key(let key): return forest.kind(node) == .mapping ? forest.value(node, key: key) : nil
    case .index(let index, let text):
      // A number is always an index, also where a key is called so.
      guard forest.kind(node) == .sequence else {
        if forest.kind(node) != .mapping { return nil }
        throw MergeFailure(message: "the index '\(text)' is looked for in a mapping, expected a list", range: nil)
      }
      let items = forest.items(node)
      return items.indices.contains(index) ? items[index] : nil
    case .element(let key, let value):
      guard forest.kind(node) == .sequence else { return nil }
      return forest.items(node).first { item in
        let field = key.isEmpty ? item : forest.value(item, key: key)
        return field.map { forest.kind($0) == .scalar && forest.hasText($0, value) } ?? false
      }
    }
  }
}

extension String {
  /// Without the blanks around it.
  var trimmed: String {
    guard first?.isWhitespace == true || last?.isWhitespace == true else { return self }
    return String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
