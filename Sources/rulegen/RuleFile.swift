/// One rule as its file says, checked.
package struct RuleFile {
  package struct Reference {
    package var title: String
    package var source: String
  }

  package var path: String
  package var family: String
  package var name: String
  package var severity: String
  package var summary: String
  package var why: String
  package var fix: String
  package var guards: [String]
  package var references: [Reference]
  package var badExample: String
  package var goodExample: String
}

extension RuleFile {
  static let keys = ["name", "severity", "summary", "why", "fix", "guards", "references", "examples"]
  static let severities = ["error", "warning", "note"]

  /// Reads the file at `path`, whose last two components are `FAMILY/NAME.yaml`.
  package init(path: String, text: String) throws(RuleFileError) {
    let entries = try StrictYAML.parse(text, path: path)
    let root = FieldReader(path: path, line: 1, column: 1, what: "the rule file", entries: entries)
    try root.expectKeys(Self.keys)

    let components = path.split(separator: "/")
    guard components.count >= 2, components[components.count - 1].hasSuffix(".yaml") else {
      throw root.error("a rule file is 'rules/FAMILY/NAME.yaml'")
    }
    self.path = path
    family = String(components[components.count - 2])
    let fileName = components[components.count - 1].dropLast(".yaml".count)

    name = try root.text("name")
    guard name == fileName else {
      throw root.error("the name is '\(name)' but the file's is '\(fileName)'", at: "name")
    }
    guard isKebabCase(name) else { throw root.error("'\(name)' is not in kebab case", at: "name") }
    guard isKebabCase(family) else { throw root.error("the folder '\(family)' is not in kebab case") }

    severity = try root.text("severity")
    guard Self.severities.contains(severity) else {
      throw root.error("'\(severity)' is not a severity: error, warning or note", at: "severity")
    }
    summary = try root.text("summary")
    try root.checkSummary(summary)
    why = try root.prose("why")
    fix = try root.prose("fix")
    guards = try root.proseList("guards")

    references = []
    for reference in try root.maps("references") {
      try reference.expectKeys(["title", "source"])
      references.append(Reference(title: try reference.text("title"), source: try reference.text("source")))
    }
    let examples = try root.map("examples")
    try examples.expectKeys(["bad", "good"])
    badExample = try examples.text("bad")
    goodExample = try examples.text("good")
    guard badExample.hasPrefix("bad-"), isKebabCase(badExample) else {
      throw examples.error("'\(badExample)' is not 'bad-' and a reason in kebab case", at: "bad")
    }
    guard goodExample.hasPrefix("good-"), isKebabCase(goodExample) else {
      throw examples.error("'\(goodExample)' is not 'good-' and a reason in kebab case", at: "good")
    }
  }
}

/// Lower-case words of letters and digits joined by single hyphens.
private func isKebabCase(_ text: String) -> Bool {
  let words = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
  return words.allSatisfy { word in
    !word.isEmpty
      && word.allSatisfy {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
      }
  }
}

/// A map of a rule file whose fields are taken out by name and kind.
struct FieldReader {
  var path: String
  var line: Int
  var column: Int
  var what: String
  var entries: [StrictNode.Entry]

  func error(_ message: String, at key: String? = nil) -> RuleFileError {
    let value = entries.first { $0.key == key }?.value
    return RuleFileError(
      path: path, line: value?.line ?? line, column: value?.column ?? column, message: message)
  }

  /// All of `keys`, any of `optional`, and no others.
  func expectKeys(_ keys: [String], optional: [String] = []) throws(RuleFileError) {
    for entry in entries where !keys.contains(entry.key) && !optional.contains(entry.key) {
      throw RuleFileError(
        path: path, line: entry.line, column: entry.column,
        message: "unknown key '\(entry.key)': the keys of \(what) are "
          + (keys + optional).joined(separator: ", "))
    }
    for key in keys where !entries.contains(where: { $0.key == key }) {
      throw error("\(what) has no '\(key)'")
    }
  }

  func node(_ key: String) throws(RuleFileError) -> StrictNode {
    guard let entry = entries.first(where: { $0.key == key }) else { throw error("\(what) has no '\(key)'") }
    return entry.value
  }

  func text(_ key: String) throws(RuleFileError) -> String {
    guard case .text(let text) = try node(key).value, !text.isEmpty else {
      throw error("'\(key)' is not a text", at: key)
    }
    return text
  }

  /// Whole sentences.
  func prose(_ key: String) throws(RuleFileError) -> String {
    let text = try text(key)
    try checkProse(text, node(key))
    return text
  }

  func proseList(_ key: String) throws(RuleFileError) -> [String] {
    guard case .list(let items) = try node(key).value, !items.isEmpty else {
      throw error("'\(key)' is not a list", at: key)
    }
    var texts: [String] = []
    for item in items {
      guard case .text(let text) = item.value else {
        throw RuleFileError(path: path, line: item.line, column: item.column, message: "this item is not a text")
      }
      try checkProse(text, item)
      texts.append(text)
    }
    return texts
  }

  func map(_ key: String) throws(RuleFileError) -> FieldReader {
    let node = try node(key)
    guard case .map(let entries) = node.value else { throw error("'\(key)' is not a map", at: key) }
    return FieldReader(path: path, line: node.line, column: node.column, what: "'\(key)'", entries: entries)
  }

  func maps(_ key: String) throws(RuleFileError) -> [FieldReader] {
    guard case .list(let items) = try node(key).value, !items.isEmpty else {
      throw error("'\(key)' is not a list", at: key)
    }
    var readers: [FieldReader] = []
    for item in items {
      guard case .map(let entries) = item.value else {
        throw RuleFileError(path: path, line: item.line, column: item.column, message: "this item is not a map")
      }
      readers.append(
        FieldReader(
          path: path, line: item.line, column: item.column, what: "an item of '\(key)'", entries: entries))
    }
    return readers
  }

  func checkSummary(_ text: String) throws(RuleFileError) {
    guard startsLikeASentence(text) else { throw error("the summary does not start with a capital", at: "summary") }
    if text.hasSuffix(".") { throw error("the summary ends with a stop: it is a headline", at: "summary") }
    if text.count > 100 {
      throw error("the summary has \(text.count) characters: 100 is the limit", at: "summary")
    }
  }

  private func checkProse(_ text: String, _ node: StrictNode) throws(RuleFileError) {
    var message: String?
    if !startsLikeASentence(text) { message = "this does not start with a capital" }
    if !text.hasSuffix(".") { message = "this does not end with a stop" }
    if let message { throw RuleFileError(path: path, line: node.line, column: node.column, message: message) }
  }

  /// A capital, or a name in backquotes, which keeps its own spelling.
  private func startsLikeASentence(_ text: String) -> Bool {
    text.first.map { $0.isUppercase || $0 == "`" } ?? false
  }
}
