import Diagnostics
package import RuleFiles
import SourceText

extension [RuleMetadata] {
  /// Why a rule of a user cannot be called so: what people write for a rule would mean something else. One sentence in
  /// lower case without a final stop; nil for a name that is free.
  package func problem(withName name: String) -> String? {
    if let rule = rule(named: name) {
      return rule.id.name == name
        ? "there is a rule '\(name)' already, of fluxlint"
        : "'\(name)' is what fluxlint once called its rule '\(rule.id.name)'"
    }
    if name == RuleMetadata.userFamily || contains(where: { $0.family == name }) {
      return "'\(name)' is no name for a rule: it stands for a family of rules"
    }
    if name == RuleMetadata.allRules || RuleTier(rawValue: name) != nil {
      return "'\(name)' is no name for a rule: it stands for a set of rules"
    }
    return nil
  }
}

/// The names that rules of users have taken, each with the file.
package struct TakenRuleNames {
  private var owners: [String: String] = [:]

  package init() {}

  /// Takes the names of a rule, old ones too.
  ///
  /// - Parameter bytes: the text of its file.
  /// - Throws: when one of them means something already; then none is taken.
  package mutating func take(_ rule: RuleFile, _ bytes: [UInt8]) throws(RuleFileError) {
    for (name, bounds) in [(rule.id.name, rule.nameBounds)] + zip(rule.formerNames, rule.formerNameBounds) {
      let problem =
        ruleCatalogue.problem(withName: name)
        ?? owners[name].map { "there is a rule '\(name)' already, in '\($0)'" }
      guard let problem else { continue }
      throw RuleFileError(
        path: rule.path, position: LineIndex(bytes).position(of: bounds.lowerBound, in: bytes), message: problem,
        bounds: bounds)
    }
    for name in [rule.id.name] + rule.formerNames { owners[name] = rule.path }
  }
}
