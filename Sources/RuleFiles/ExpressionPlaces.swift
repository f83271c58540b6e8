import SourceText
import YAMLSyntax

/// Where the expressions of a check stand in the rule file, for what goes wrong while they run.
package struct ExpressionPlaces: Hashable, Sendable {
  /// A text of the check, by its key; of several by their numbers.
  package enum Part: Hashable, Sendable {
    case binding(Int), when, each, assertion, place, message, label, help, severity
    case note(Int), relatedPlace(Int), relatedMessage(Int), data(Int)
  }

  private var maps: [Part: ContentMap] = [:]

  package init() {}

  mutating func note(_ part: Part, _ map: ContentMap) { maps[part] = map }

  /// The bytes of the file that bytes of a text are written as.
  ///
  /// - Parameter bytes: nil for the whole text.
  package func bounds(of part: Part, _ bytes: Range<Int>?) -> Range<Int> {
    maps[part].map { $0.range(of: bytes ?? 0..<$0.count).bounds } ?? 0..<0
  }
}
