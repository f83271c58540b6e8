/// A line of text for people. Nothing in it is obeyed by a terminal or by the runner of a CI system, whoever wrote the
/// parts: there is no other way to make one, so no message can forget it.
package struct ShownLine: Sendable {
  /// A part of a line, and how it is set off.
  package struct Span: Sendable {
    package let text: String
    package let paint: Paint?
    /// What stands before it.
    fileprivate let own: String
    /// The file that it leads to where a terminal takes links.
    fileprivate let path: String?

    package init(_ text: String, _ paint: Paint? = nil, linkTo path: String? = nil) {
      self.text = text
      self.paint = paint
      self.path = path
      own = ""
    }

    /// - Parameter own: what the program says, and nobody else: it is shown as it is.
    package init(own: StaticString, _ text: String, _ paint: Paint? = nil, linkTo path: String? = nil) {
      self.text = text
      self.paint = paint
      self.path = path
      self.own = "\(own)"
    }
  }

  /// The line without a line break, ready to be written.
  package private(set) var text = ""
  private let style: TextStyle
  private var watch = CommandWatch(isAtStart: true)

  package init(style: TextStyle = .plain) { self.style = style }

  /// A line in one piece.
  package init(_ text: String) {
    self.init()
    add(text)
  }

  package mutating func add(_ text: String, _ paint: Paint? = nil) { add(Span(text, paint)) }

  package mutating func add(_ span: Span) {
    if !span.own.isEmpty { watch = CommandWatch(isAtStart: false) }
    let part = ShownText.part(span.text, after: &watch)
    let shown = span.own + (span.path.map { style.linked(part, to: $0) } ?? part)
    text += span.paint?(shown, style) ?? shown
  }

  package mutating func add(_ spans: [Span]) { for span in spans { add(span) } }
}

/// Lines for people, one after the other.
package struct ShownLines: Sendable {
  /// All lines, each with a line break behind it.
  package private(set) var text = ""

  package init() {}

  /// A text of our own of several lines, with names of others in it.
  package init(ofText text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines { append(ShownLine(String(line))) }
  }

  package var isEmpty: Bool { text.isEmpty }

  package mutating func append(_ line: ShownLine) {
    text += line.text
    text += "\n"
  }

  /// An empty line.
  package mutating func appendBreak() { text += "\n" }

  package mutating func append(_ lines: ShownLines) { text += lines.text }
}
