/// What is wrong with an expression, found before it runs.
package struct CELError: Error, Sendable, Hashable {
  /// When it is found. What a parse-only host still refuses is `parse` and `plan`.
  package enum Phase: String, Sendable { case parse, check, plan }

  package var phase: Phase
  /// One sentence in lower case without a final stop.
  package var message: String
  /// Bytes of the expression's UTF-8; empty at a place where something is missing.
  package var range: Range<Int>

  package init(_ phase: Phase, _ message: String, _ range: Range<Int>) {
    (self.phase, self.message, self.range) = (phase, message, range)
  }
}
