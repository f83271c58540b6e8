/// A place in a rule file that is wrong, printed the way compilers print theirs so that editors jump to it.
package struct RuleFileError: Error, CustomStringConvertible {
  package var path: String
  /// One-based.
  package var line: Int
  /// One-based, in Unicode code points.
  package var column: Int
  package var message: String

  package var description: String { "\(path):\(line):\(column): error: \(message)" }
}

/// A value of a rule file and where it starts.
package struct StrictNode {
  package indirect enum Value {
    case text(String)
    case list([StrictNode])
    case map([Entry])
  }

  package struct Entry {
    package var key: String
    package var line: Int
    package var column: Int
    package var value: StrictNode
  }

  package var line: Int
  package var column: Int
  package var value: Value
}

/// Reads the small part of YAML that rule files are written in, and refuses the rest.
///
/// The generator runs before everything else is compiled, so it has a reader of its own and not the `YAMLSyntax` module
/// with its C library. What it reads is YAML with the same meaning: maps and lists in block form indented by two
/// blanks, one-line plain and quoted scalars, `>-` and `|-` blocks, and comments on lines of their own.
package struct StrictYAML {
  private let path: String
  private let lines: [Substring]
  private var next = 0

  private init(path: String, text: String) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// Reads `text`, whose root is a map. `path` is for the errors.
  package static func parse(_ text: String, path: String) throws(RuleFileError) -> [StrictNode.Entry] {
    var reader = StrictYAML(path: path, text: text)
    try reader.checkLines()
    let entries = try reader.map(indent: 0)
    if reader.skipToContent() { throw reader.error("the indentation does not belong to any key above it") }
    return entries
  }

  private func checkLines() throws(RuleFileError) {
    for (index, line) in lines.enumerated() {
      if let bad = line.firstIndex(where: { $0 == "\t" || $0 == "\r" || $0 == "\r\n" }) {
        throw error("tabs and carriage returns are not allowed here", line: index, at: bad)
      }
      if line.last == " " { throw error("trailing blank", line: index, at: line.index(before: line.endIndex)) }
    }
    if lines.last != "" { throw error("the file does not end with a line break", line: lines.count - 1) }
  }

  // MARK: - Collections

  private mutating func map(indent: Int) throws(RuleFileError) -> [StrictNode.Entry] {
    var entries: [StrictNode.Entry] = []
    while skipToContent(), indentation(next) == indent {
      let rest = lines[next].dropFirst(indent)
      entries.append(try entry(rest, indent: indent))
      if entries.dropLast().contains(where: { $0.key == entries[entries.count - 1].key }) {
        throw RuleFileError(
          path: path, line: entries[entries.count - 1].line, column: indent + 1,
          message: "the key '\(entries[entries.count - 1].key)' is there already")
      }
    }
    return entries
  }

  /// Reads `key: value`, whose text on the current line is `rest`, and the lines below that belong to it.
  private mutating func entry(_ rest: Substring, indent: Int) throws(RuleFileError) -> StrictNode.Entry {
    guard let colon = keyEnd(rest) else { throw error("expected 'key: value'", at: rest.startIndex) }
    let line = next
    let value = try value(rest[rest.index(after: colon)...].drop { $0 == " " }, indent: indent)
    return StrictNode.Entry(
      key: String(rest[..<colon]), line: line + 1, column: columnNumber(rest.startIndex, line: line), value: value)
  }

  private mutating func list(indent: Int) throws(RuleFileError) -> [StrictNode] {
    var items: [StrictNode] = []
    while skipToContent(), indentation(next) == indent {
      guard lines[next].dropFirst(indent).hasPrefix("- ") else { throw error("expected a list item '- '") }
      let rest = lines[next].dropFirst(indent + 2)
      if keyEnd(rest) != nil {
        let start = (line: next + 1, column: columnNumber(rest.startIndex, line: next))
        let first = try entry(rest, indent: indent + 2)
        let others = try map(indent: indent + 2)
        items.append(StrictNode(line: start.line, column: start.column, value: .map([first] + others)))
      } else {
        items.append(try value(rest, indent: indent))
      }
    }
    return items
  }

  /// Reads the value whose text on the current line is `rest`; `indent` is that of its key or dash.
  private mutating func value(_ rest: Substring, indent: Int) throws(RuleFileError) -> StrictNode {
    let line = next
    let column = columnNumber(rest.startIndex, line: line)
    if rest.isEmpty {
      next += 1
      guard skipToContent(), indentation(next) > indent else { throw error("the value is missing", line: line) }
      guard indentation(next) == indent + 2 else { throw error("expected an indentation of \(indent + 2) blanks") }
      let start = next + 1
      let value: StrictNode.Value =
        lines[next].dropFirst(indent + 2).hasPrefix("-")
        ? .list(try list(indent: indent + 2)) : .map(try map(indent: indent + 2))
      return StrictNode(line: start, column: indent + 3, value: value)
    }
    if rest == ">-" || rest == "|-" {
      next += 1
      let text = try block(indent: indent + 2, folded: rest == ">-")
      return StrictNode(line: line + 1, column: column, value: .text(text))
    }
    let text = try scalar(rest)
    next += 1
    return StrictNode(line: line + 1, column: column, value: .text(text))
  }

  // MARK: - Scalars

  private mutating func block(indent: Int, folded: Bool) throws(RuleFileError) -> String {
    let first = next
    var content: [Substring] = []
    while next < lines.count, lines[next].isEmpty || indentation(next) >= indent {
      let line = lines[next].dropFirst(indent)
      if folded, line.first == " " { throw error("a folded block has no deeper lines", at: line.startIndex) }
      content.append(line)
      next += 1
    }
    while content.last?.isEmpty == true { content.removeLast() }
    guard let start = content.first else { throw error("the block is empty", line: first - 1) }
    guard !start.isEmpty else { throw error("a block does not start with an empty line", line: first) }
    if !folded { return content.joined(separator: "\n") }
    // A line break folds to a blank; an empty line is a line break.
    var text = ""
    for line in content {
      if line.isEmpty {
        text += "\n"
      } else {
        if let last = text.last, last != "\n" { text += " " }
        text += line
      }
    }
    return text
  }

  private func scalar(_ rest: Substring) throws(RuleFileError) -> String {
    if rest.first == "'" { return try quoted(rest, quote: "'") }
    if rest.first == "\"" { return try quoted(rest, quote: "\"") }
    if let first = rest.first, "-?:,[]{}#&*!|>%@`".contains(first) {
      throw error("a plain scalar does not start with '\(first)': quote it", at: rest.startIndex)
    }
    var previous: Character = " "
    for index in rest.indices {
      let isEnd = rest.index(after: index) == rest.endIndex
      if rest[index] == ":", isEnd || rest[rest.index(after: index)] == " " {
        throw error("a plain scalar does not contain ': ': quote it", at: index)
      }
      if rest[index] == "#", previous == " " {
        throw error("a comment stands on a line of its own; quote a scalar that contains ' #'", at: index)
      }
      previous = rest[index]
    }
    return String(rest)
  }

  /// A quoted scalar that ends its line: `''` is a quote in single quotes, `\"` and `\\` are the escapes in double ones.
  private func quoted(_ rest: Substring, quote: Character) throws(RuleFileError) -> String {
    var text = ""
    var index = rest.index(after: rest.startIndex)
    while index < rest.endIndex {
      let following = rest.index(after: index)
      let after = following < rest.endIndex ? rest[following] : nil
      if rest[index] == quote, !(quote == "'" && after == "'") {
        guard following == rest.endIndex else { throw error("text after the closing quote", at: following) }
        return text
      }
      if rest[index] == quote || (quote == "\"" && rest[index] == "\\") {
        guard let after, after == quote || after == "\\" else { throw error("unknown escape", at: index) }
        text.append(after)
        index = rest.index(after: following)
      } else {
        text.append(rest[index])
        index = following
      }
    }
    throw error("the closing quote is missing", at: rest.startIndex)
  }

  // MARK: - Lines

  /// Moves on to the next line that is neither empty nor a comment; false at the end.
  private mutating func skipToContent() -> Bool {
    while next < lines.count {
      if let first = lines[next].first(where: { $0 != " " }), first != "#" { return true }
      next += 1
    }
    return false
  }

  private func indentation(_ line: Int) -> Int { lines[line].prefix { $0 == " " }.count }

  /// The colon after a key of letters, if `text` begins with one.
  private func keyEnd(_ text: Substring) -> Substring.Index? {
    let end = text.firstIndex { !("a"..."z" ~= $0 || "A"..."Z" ~= $0) } ?? text.endIndex
    guard end > text.startIndex, end < text.endIndex, text[end] == ":" else { return nil }
    let after = text.index(after: end)
    return after == text.endIndex || text[after] == " " ? end : nil
  }

  private func columnNumber(_ index: Substring.Index, line: Int) -> Int {
    lines[line].unicodeScalars.distance(from: lines[line].startIndex, to: index) + 1
  }

  private func error(_ message: String, line: Int? = nil, at index: Substring.Index? = nil) -> RuleFileError {
    let line = min(line ?? next, lines.count - 1)
    let column = index.map { columnNumber($0, line: line) } ?? indentation(line) + 1
    return RuleFileError(path: path, line: line + 1, column: column, message: message)
  }
}
