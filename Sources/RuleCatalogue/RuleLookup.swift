import Diagnostics
import SourceText

extension [RuleMetadata] {
  /// The rule of this name, or the one that had it once.
  package func rule(named name: String) -> RuleMetadata? {
    first { $0.id.name == name } ?? first { $0.formerNames.contains(name) }
  }

  /// The name of the rule that somebody who wrote `name` most likely meant, or nil.
  package func nearestName(to name: String) -> String? { Suggestion.nearest(to: name, in: lazy.map(\.id.name)) }
}
