import Diagnostics
import RuleCatalogue
import RuleFiles

/// What the program says about its rules.
package enum RuleGuide {
  /// The names of all rules, sorted.
  package static var names: [String] { ruleCatalogue.map(\.id.name).sorted() }

  /// The page of one rule.
  ///
  /// - Throws: `CommandFailure.unknownRule`, with the name that was probably meant.
  package static func page(of name: String, width: Int) throws(CommandFailure) -> String {
    guard let rule = ruleCatalogue.rule(named: name) else {
      throw .unknownRule(name, suggestion: ruleCatalogue.nearestName(to: name))
    }
    return rule.file?.explanation(width: width) ?? "\(rule.summary)\n"
  }

  /// All rules with their severities and what they find, by family; one line each, so that it can be searched.
  package static func list() -> String {
    let nameWidth = ruleCatalogue.map(\.id.name.count).max() ?? 0
    let families = Dictionary(grouping: ruleCatalogue, by: \.family).sorted { $0.key < $1.key }
    return families.map { family, rules in
      let lines = rules.sorted { $0.id < $1.id }.map { rule in
        "  \(padded(rule.id.name, to: nameWidth))  \(padded(rule.severity.rawValue, to: 7))  \(rule.summary)\n"
      }
      return "\(family)\n\(lines.joined())"
    }.joined(separator: "\n")
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
