package import Diagnostics
package import RuleFiles
import SourceText

/// All rules that there are in a repository, and what users may call them: by their names, by those that they once had,
/// and by families.
package struct KnownRules: Sendable {
  /// Sorted by name.
  package let all: [RuleMetadata]
  /// That of the program; nil when nobody asks which versions it knows.
  package let version: FluxlintVersion?
  /// Rules whose files cannot be read: what is said of them may well be right.
  package let unreadable: Set<RuleID>
  private var rules: [String: RuleID] = [:]
  private var families: [String: [RuleID]] = [:]

  /// - Parameters:
  ///   - rules: sorted by name.
  ///   - unreadable: names of rules whose files cannot be read: to name one is no mistake.
  package init(_ rules: [RuleMetadata], unreadable: [String] = [], version: FluxlintVersion? = nil) {
    all = rules
    self.version = version
    self.unreadable = Set(unreadable.map { RuleID($0) })
    for name in unreadable { self.rules[name] = RuleID(name) }
    for rule in rules {
      for name in [rule.id.name] + rule.formerNames { self.rules[name] = rule.id }
      families[rule.family, default: []].append(rule.id)
    }
  }

  /// The rule that has this name, or had it.
  package func rule(_ name: String) -> RuleID? { rules[name] }

  package func isFamily(_ word: String) -> Bool { families[word] != nil }

  /// The rule of this name, or all of the family; nil where there is neither.
  package func rules(_ word: String) -> [RuleID]? { rules[word].map { [$0] } ?? families[word] }

  package func options(of rule: RuleID) -> [RuleOption] { all.first { $0.id == rule }?.options ?? [] }

  /// What somebody who wrote `word` most likely meant, or nil.
  ///
  /// - Parameter others: further words that may stand there.
  package func nearest(to word: String, or others: [String] = []) -> String? {
    Suggestion.nearest(to: word, in: Array(rules.keys) + Array(families.keys) + others)
  }
}
