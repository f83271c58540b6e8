import Diagnostics

/// How many findings a rule has, and what does away with them.
struct RuleTally {
  var rule: RuleID
  /// Of the gravest.
  var severity: Severity
  var count: Int
  /// The findings that a command repairs.
  var repairs: [Finding.Repair]

  /// The tallies of all rules, the gravest first, of equal ones that with most findings.
  static func all(of report: Report) -> [RuleTally] { all(of: report.findings.groupedByRule()) }

  /// The same of a part of a report.
  static func all(of groups: [RuleGroup]) -> [RuleTally] {
    groups.map { group in
      RuleTally(
        rule: group.rule, severity: group.severity, count: group.findings.count,
        repairs: group.findings.compactMap(\.repair))
    }.sorted { ($1.severity, $1.count, $0.rule) < ($0.severity, $0.count, $1.rule) }
  }

  /// `19 errors`.
  var number: String { counted(count, severity.rawValue) }

  /// The command that repairs the findings, or says what to do about them.
  var advice: String {
    if repairs.isEmpty { return "fluxlint explain \(rule.name)" }
    let command = Finding.Repair.union(repairs).command
    return repairs.count == count ? command : "\(command)  (\(repairs.count) of them)"
  }
}
