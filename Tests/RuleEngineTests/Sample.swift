import Diagnostics
import RuleCatalogue
import RuleFiles

/// Rules for tests of what deals with them.
enum Sample {
  static func rule(
    _ name: String, family: String = "some", severity: Severity = .warning, tier: RuleTier = .default,
    status: RuleStatus = .stable, since: String = "0.1", earlier: [EarlierJudgement] = [], formerly: [String] = [],
    options: [RuleOption] = []
  ) -> RuleMetadata {
    RuleMetadata(
      id: RuleID(name), family: family, severity: severity, tier: tier, status: status, since: since, earlier: earlier,
      formerNames: formerly, summary: "A rule", options: options, text: .read(RuleProse(summary: "A rule")))
  }

  static func rules(_ names: String...) -> KnownRules { KnownRules(names.sorted().map { rule($0) }) }
}
