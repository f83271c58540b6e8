package import Diagnostics
package import Reporters

/// What a command writes: lines for people, in which nothing is obeyed by who shows them, or data for programs, whose
/// format says how everything in it is escaped. A `String` is neither.
package struct Document: Sendable {
  package let bytes: [UInt8]

  package init(_ lines: ShownLines) { bytes = Array(lines.text.utf8) }

  /// A text of our own of several lines, with names of others in it.
  package init(ofText text: String) { self.init(ShownLines(ofText: text)) }

  /// A message of one line, whatever is in it.
  ///
  /// - Parameter program: what the program is called.
  package init(message: String, from program: String) {
    var lines = ShownLines()
    lines.append(ShownLine("\(program): \(message)"))
    self.init(lines)
  }

  /// All of `report`, after `lines`.
  package init(_ report: Report, by reporter: any Reporter, after lines: ShownLines = ShownLines()) {
    bytes = Array(lines.text.utf8) + reporter.bytes(of: report)
  }

  /// - Parameter data: JSON and the like, finished.
  package init(data: [UInt8]) { bytes = data }

  package init(data text: String) { bytes = Array(text.utf8) }
}
