package import Diagnostics
package import RuleFiles

/// What a run knows of a rule; made at build time from `rules/FAMILY/NAME.yaml`. The prose and the examples lie beside it
/// and are read when somebody asks for them.
package struct RuleMetadata: Sendable {
  /// Where the prose is.
  package enum Text: Sendable {
    /// The rule file, without the examples that its page does not show.
    case file(StaticString)
    case read(RuleProse)
  }

  package var id: RuleID
  package var family: String
  package var severity: Severity
  package var tier: RuleTier
  package var status: RuleStatus
  /// The version of fluxlint that brought it.
  package var since: String
  /// How it was judged before later versions.
  package var earlier: [EarlierJudgement]
  package var formerNames: [String]
  /// One sentence without a final stop, at most 100 characters.
  package var summary: String
  package var options: [RuleOption]
  /// Whether what its findings point at is a secret, which no report shows.
  package var pointsAtSecrets: Bool
  private var text: Text

  package init(
    id: RuleID, family: String, severity: Severity, tier: RuleTier = .default, status: RuleStatus = .stable,
    since: String = "0.1", earlier: [EarlierJudgement] = [], formerNames: [String] = [], summary: String,
    options: [RuleOption] = [], pointsAtSecrets: Bool = false, text: Text
  ) {
    self.id = id
    self.family = family
    self.severity = severity
    self.tier = tier
    self.status = status
    self.since = since
    self.earlier = earlier
    self.formerNames = formerNames
    self.summary = summary
    self.options = options
    self.pointsAtSecrets = pointsAtSecrets
    self.text = text
  }

  /// The word that stands for all rules.
  package static let allRules = "all"

  /// The family of all rules of users.
  package static let userFamily = "user"

  /// The rule file, parsed; nil for a rule whose prose is all there is.
  package var file: RuleFile? {
    guard case .file(let text) = text else { return nil }
    return try? RuleFile(
      path: "rules/\(family)/\(id.name).yaml", family: family, bytes: text.withUTF8Buffer { Array($0) })
  }

  package var prose: RuleProse {
    if case .read(let prose) = text { return prose }
    return file?.prose ?? RuleProse(summary: summary)
  }
}
