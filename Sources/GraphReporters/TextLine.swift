/// A line of text in parts, so that whoever prints it can escape what comes from the repository, and colour it.
package struct TextLine: Sendable {
  package enum Role: Sendable {
    case plain, heading, name, dim, error, warning
  }
  package struct Span: Sendable {
    package var text: String
    package var role: Role
  }
  package private(set) var spans: [Span] = []

  package init() {}

  package init(_ text: String, _ role: Role = .plain) { add(text, role) }

  package mutating func add(_ text: String, _ role: Role = .plain) {
    if !text.isEmpty { spans.append(Span(text: text, role: role)) }
  }

  /// All of it without colours.
  package var text: String { spans.map(\.text).joined() }

  /// In characters, as far as they can be counted without a table.
  package var width: Int { spans.reduce(0) { $0 + $1.text.unicodeScalars.count } }

  /// Fills up with blanks.
  package mutating func pad(to width: Int) {
    let missing = width - self.width
    if missing > 0 { add(String(repeating: " ", count: missing)) }
  }
}

/// `1 file`, `2 files`.
package func counted(_ number: Int, _ noun: String) -> String {
  if number == 1 { return "1 \(noun)" }
  return noun.hasSuffix("y") ? "\(number) \(noun.dropLast())ies" : "\(number) \(noun)s"
}
