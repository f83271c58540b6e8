import Diagnostics

extension [RuleMetadata] {
  /// The rule with exactly this name.
  package func rule(named name: String) -> RuleMetadata? { first { $0.id.name == name } }

  /// The name of a rule that somebody who wrote `name` meant, or nil.
  package func nearestName(to name: String) -> String? {
    RuleCatalogue.nearestName(to: name, among: lazy.map(\.id.name))
  }
}
