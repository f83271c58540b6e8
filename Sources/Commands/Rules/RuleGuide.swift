package import CommandFailures
import Diagnostics
import Linting
import Reporters
import RuleCatalogue
import RuleFiles
import Sessions
import SourceText

/// What the program says about its rules.
package enum RuleGuide {
  /// The names of all rules, sorted.
  package static var names: [String] { ruleCatalogue.map(\.id.name).sorted() }

  /// The page of one rule, of the program or of the repository around the current directory.
  ///
  /// - Throws: `CommandFailure.unknownRule`, with the name that was probably meant, or `ruleUnreadable`.
  package static func page(
    of name: String, width: Int, environment: [String: String] = [:]
  ) throws(CommandFailure) -> String {
    guard let rule = ruleCatalogue.rule(named: name) else {
      let (rules, mistakes) = userRules(environment)
      if let rule = rules.first(where: { $0.id.name == name }) { return rule.explanation(width: width) }
      if let mistake = mistakes.first(where: { UserRules.name(of: $0.path) == name }) {
        let place = "\(mistake.path):\(mistake.position.line):\(mistake.position.column)"
        throw .ruleUnreadable("\(place): \(mistake.message)")
      }
      throw .unknownRule(name, suggestion: ruleCatalogue.nearestName(to: name))
    }
    return rule.file?.explanation(width: width) ?? "\(rule.summary)\n"
  }

  /// The rules of the repository around the current directory, and what is wrong with those that cannot be read.
  private static func userRules(_ environment: [String: String]) -> (rules: [RuleFile], mistakes: [RuleFileError]) {
    guard let checked = try? CheckedTree.choose(for: TreeRequest(environment: environment)) else { return ([], []) }
    return (try? UserRules.all(of: checked)) ?? ([], [])
  }

  /// The names of all families, sorted.
  package static var families: [String] { Set(ruleCatalogue.map(\.family)).sorted() }

  /// The rules with their severities and what they find, by family; one line each, so that it can be searched. Those of
  /// the repository around the current directory are a family of their own.
  ///
  /// - Throws: `CommandFailure.unknownChoice` for a family or tier that is none.
  package static func list(
    family: String?, tier: String?, format: RuleListFormat, environment: [String: String] = [:]
  ) throws(CommandFailure) -> String {
    let tiers = RuleTier.allCases.map(\.rawValue)
    let families = families + [RuleMetadata.userFamily]
    for (choice, known, what) in [(family, families, "family"), (tier, tiers, "tier")] {
      if let choice, !known.contains(choice) { throw .unknownChoice(choice, what: what, known: known) }
    }
    let rules = (ruleCatalogue + userRules(environment).rules.map(RuleMetadata.init)).filter {
      (family ?? $0.family) == $0.family && (tier ?? $0.tier.rawValue) == $0.tier.rawValue
    }
    switch format {
    case .text: return text(rules)
    case .json: return json(rules)
    }
  }

  private static func text(_ rules: [RuleMetadata]) -> String {
    let nameWidth = rules.map(\.id.name.count).max() ?? 0
    let tierWidth = rules.contains { $0.tier != .default } ? 8 : 0
    let families = Dictionary(grouping: rules, by: \.family).sorted { $0.key < $1.key }
    return families.map { family, rules in
      let lines = rules.sorted { $0.id < $1.id }.map { rule in
        let tier = tierWidth == 0 ? "" : padded(rule.tier == .default ? "" : rule.tier.rawValue, to: tierWidth)
        let severity = padded(rule.severity.rawValue, to: 7)
        return "  \(padded(rule.id.name, to: nameWidth))  \(severity)  \(tier)\(rule.summary)\n"
      }
      return "\(family)\n\(lines.joined())"
    }.joined(separator: "\n")
  }

  private static func json(_ rules: [RuleMetadata]) -> String {
    var json = JSONWriter()
    json.object { json in
      json.field("schema", "fluxlint/rules/v1")
      json.field("rules", objects: rules) { json, rule in
        json.field("name", rule.id.name)
        json.field("family", rule.family)
        json.field("severity", rule.severity.rawValue)
        json.field("tier", rule.tier.rawValue)
        json.field("status", rule.status.rawValue)
        json.field("since", rule.since)
        json.field("formerly", strings: rule.formerNames)
        json.field("options", objects: rule.options) { json, option in
          json.field("name", option.name)
          switch option.defaultValue {
          case .integer(let number): json.field("default", number)
          case .number(let number): json.field("default", number)
          case .boolean(let flag): json.field("default", flag)
          case .string(let text): json.field("default", text)
          case .strings(let texts): json.field("default", strings: texts)
          }
          json.field("about", option.about)
        }
        json.field("summary", rule.summary)
      }
    }
    return json.text
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}

/// How `fluxlint rules` prints.
package enum RuleListFormat: String, CaseIterable, Sendable {
  case text
  case json
}
