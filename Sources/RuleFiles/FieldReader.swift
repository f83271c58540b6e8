import Diagnostics
package import SourceText
import YAMLSyntax

/// A parsed rule file and what its messages need.
package struct RuleDocument {
  let path: String
  let bytes: [UInt8]
  let forest: Forest
  /// Whether prose has a style to keep: that of the product. How a user writes is no mistake.
  let hasStyle: Bool

  /// Parses a file of one mapping.
  package static func root(
    path: String, bytes: [UInt8], what: String, hasStyle: Bool = true
  ) throws(RuleFileError) -> FieldReader {
    let parsed = YAMLParser.parse(bytes, file: FileID(0), tree: 0)
    let document = RuleDocument(path: path, bytes: bytes, forest: Forest(trees: [parsed]), hasStyle: hasStyle)
    if let problem = parsed.problems.first { throw document.error(problem.message, at: problem.range) }
    guard let root = parsed.documents.first?.root else {
      throw document.error("the file is empty", at: SourceRange(file: FileID(0), 0..<0))
    }
    if parsed.documents.count > 1 {
      throw document.error("a second document, expected one", at: parsed.documents[1].range)
    }
    return try FieldReader(document, root, what: what)
  }

  func error(_ message: String, at range: SourceRange) -> RuleFileError {
    RuleFileError(
      path: path, position: LineIndex(bytes).position(of: Int(range.lowerBound), in: bytes), message: message,
      bounds: range.bounds)
  }
}

/// A mapping of a rule file whose fields are taken out by name and kind.
package struct FieldReader {
  private let document: RuleDocument
  private let node: NodeRef
  private let what: String
  private let pairs: [Forest.Pair]

  init(_ document: RuleDocument, _ node: NodeRef, what: String) throws(RuleFileError) {
    self.document = document
    self.node = node
    self.what = what
    guard document.forest.kind(node) == .mapping else {
      throw document.error("\(what) is not a mapping", at: document.forest.range(node))
    }
    pairs = document.forest.pairs(node)
  }

  private var forest: Forest { document.forest }

  package func error(_ message: String, at key: String? = nil) -> RuleFileError {
    let place = key.flatMap(value) ?? node
    return document.error(message, at: forest.range(place))
  }

  package func error(_ message: String, range: SourceRange) -> RuleFileError { document.error(message, at: range) }

  package func expectKeys(required: [String], optional: [String]) throws(RuleFileError) {
    let known = required + optional
    for pair in pairs where !known.contains(forest.text(pair.key)) {
      let key = forest.text(pair.key)
      let nearest = Suggestion.nearest(to: key, in: known).map { ": did you mean '\($0)'?" }
      throw document.error(
        "unknown key '\(key)'" + (nearest ?? ": the keys of \(what) are \(known.joined(separator: ", "))"),
        at: forest.range(pair.key))
    }
    for key in required where !has(key) { throw error("\(what) has no '\(key)'") }
  }

  package func has(_ key: String) -> Bool { value(key) != nil }

  private func value(_ key: String) -> NodeRef? { pairs.first { forest.text($0.key) == key }?.value }

  private func required(_ key: String) throws(RuleFileError) -> NodeRef {
    guard let value = value(key) else { throw error("\(what) has no '\(key)'") }
    return value
  }

  // MARK: - Texts

  func isText(_ key: String) -> Bool { value(key).map { forest.kind($0) == .scalar } ?? false }

  package func text(_ key: String) throws(RuleFileError) -> String {
    let node = try required(key)
    guard forest.kind(node) == .scalar, !forest.text(node).isEmpty else {
      throw error("'\(key)' is not a text", at: key)
    }
    return forest.text(node)
  }

  func optionalText(_ key: String) throws(RuleFileError) -> String? { has(key) ? try text(key) : nil }

  /// The texts of a list, none when it is absent.
  package func texts(_ key: String) throws(RuleFileError) -> [String] { has(key) ? try located(key).map(\.text) : [] }

  /// The texts of a list and where they are.
  func located(_ key: String) throws(RuleFileError) -> [(text: String, range: SourceRange)] {
    var result: [(text: String, range: SourceRange)] = []
    for item in try items(key) {
      guard forest.kind(item) == .scalar else { throw document.error("this is not a text", at: forest.range(item)) }
      result.append((forest.text(item), forest.range(item)))
    }
    return result
  }

  /// A scalar that is a text of another language, and where each of its bytes is written.
  struct Scalar {
    var text: String
    var map: ContentMap
  }

  func scalar(_ key: String) throws(RuleFileError) -> Scalar {
    let text = try text(key)
    return Scalar(text: text, map: forest.contentMap(of: try required(key)))
  }

  /// The scalars of a list, none when it is absent.
  func scalars(_ key: String) throws(RuleFileError) -> [Scalar] {
    guard has(key) else { return [] }
    var result: [Scalar] = []
    for item in try items(key) { result.append(try scalar(of: item)) }
    return result
  }

  /// The scalars of a mapping by their keys, in the order of the file; none when it is absent.
  func scalarEntries(_ key: String) throws(RuleFileError) -> [(name: String, keyRange: SourceRange, value: Scalar)] {
    guard has(key) else { return [] }
    var result: [(name: String, keyRange: SourceRange, value: Scalar)] = []
    for pair in try map(key).pairs {
      result.append((forest.text(pair.key), forest.range(pair.key), try scalar(of: pair.value)))
    }
    return result
  }

  private func scalar(of node: NodeRef) throws(RuleFileError) -> Scalar {
    guard forest.kind(node) == .scalar, !forest.text(node).isEmpty else {
      throw document.error("this is not a text", at: forest.range(node))
    }
    return Scalar(text: forest.text(node), map: forest.contentMap(of: node))
  }

  /// One text, or the texts of a list.
  func textOrTexts(_ key: String) throws(RuleFileError) -> [String] { isText(key) ? [try text(key)] : try texts(key) }

  package func choice<Value>(
    _ key: String, _ values: [(String, Value)], default fallback: Value? = nil
  ) throws(RuleFileError) -> Value {
    if let fallback, !has(key) { return fallback }
    let text = try text(key)
    guard let value = values.first(where: { $0.0 == text }) else {
      throw error("'\(text)' is not one of \(values.map(\.0).joined(separator: ", "))", at: key)
    }
    return value.1
  }

  package func flag(_ key: String, default fallback: Bool) throws(RuleFileError) -> Bool {
    try choice(key, [("true", true), ("false", false)], default: fallback)
  }

  func optionValue(_ key: String) throws(RuleFileError) -> RuleOption.Value {
    let node = try required(key)
    if forest.kind(node) == .sequence { return .strings(try texts(key)) }
    switch forest.scalarValue(node, dialect: .resource) {
    case .boolean(let flag): return .boolean(flag)
    case .integer(let number): return .integer(Int(clamping: number))
    case .unsigned(let number): return .number(Double(number))
    case .float(let number): return .number(number)
    case .string where forest.kind(node) == .scalar: return .string(forest.text(node))
    default: throw error("'\(key)' is a number, a text, true or false, or a list of texts", at: key)
    }
  }

  // MARK: - Prose

  /// A headline: no stop, at most 100 characters.
  func headline(_ key: String) throws(RuleFileError) -> String {
    let text = try text(key)
    guard document.hasStyle else { return text }
    guard startsLikeASentence(text) else { throw error("the \(key) does not start with a capital", at: key) }
    if text.hasSuffix(".") { throw error("the \(key) ends with a stop: it is a headline", at: key) }
    if text.count > 100 { throw error("the \(key) has \(text.count) characters: 100 is the limit", at: key) }
    return text
  }

  /// Whole sentences; a paragraph a line.
  func prose(_ key: String) throws(RuleFileError) -> String {
    let text = try text(key)
    try checkProse(text, forest.range(required(key)))
    return text
  }

  func proseList(_ key: String) throws(RuleFileError) -> [String] {
    let list = try located(key)
    guard !list.isEmpty else { throw error("'\(key)' is empty", at: key) }
    for item in list { try checkProse(item.text, item.range) }
    return list.map(\.text)
  }

  private func checkProse(_ text: String, _ range: SourceRange) throws(RuleFileError) {
    guard document.hasStyle else { return }
    if !startsLikeASentence(text) { throw document.error("this does not start with a capital", at: range) }
    if !text.hasSuffix(".") { throw document.error("this does not end with a stop", at: range) }
  }

  /// A capital, or a name in backquotes, which keeps its own spelling.
  private func startsLikeASentence(_ text: String) -> Bool {
    text.first.map { $0.isUppercase || $0 == "`" } ?? false
  }

  // MARK: - Collections

  private func items(_ key: String) throws(RuleFileError) -> [NodeRef] {
    let node = try required(key)
    guard forest.kind(node) == .sequence else { throw error("'\(key)' is not a list", at: key) }
    return Array(forest.items(node))
  }

  package func map(_ key: String) throws(RuleFileError) -> FieldReader {
    try FieldReader(document, required(key), what: "'\(key)'")
  }

  package func maps(_ key: String) throws(RuleFileError) -> [FieldReader] {
    var readers: [FieldReader] = []
    for item in try items(key) { readers.append(try FieldReader(document, item, what: "an item of '\(key)'")) }
    return readers
  }

  /// The same, none when it is absent.
  func optionalMaps(_ key: String) throws(RuleFileError) -> [FieldReader] { has(key) ? try maps(key) : [] }

  /// One mapping, or a list of them.
  func mapOrMaps(_ key: String) throws(RuleFileError) -> [FieldReader] {
    forest.kind(try required(key)) == .sequence ? try maps(key) : [try map(key)]
  }

  /// The mappings below a mapping, by their keys in the order of the file; none when it is absent.
  func entries(_ key: String) throws(RuleFileError) -> [(String, FieldReader)] {
    guard has(key) else { return [] }
    var entries: [(String, FieldReader)] = []
    for pair in try map(key).pairs {
      let name = forest.text(pair.key)
      entries.append((name, try FieldReader(document, pair.value, what: "'\(name)'")))
    }
    return entries
  }
}
