package import Diagnostics
package import RuleCatalogue
package import RuleFiles
package import SourceText

/// A word of the command line that chooses no rule.
package enum RuleChoiceError: Error, Hashable, Sendable {
  case unknown(String, suggestion: String?)
  /// A rule that runs with `--preview` only.
  case preview(String)
}

/// Which rules run, and how grave what they find is.
///
/// The more precise word counts: the name of a rule before its family, that before its tier. Of words of one kind the
/// command line wins over the configuration, and off over on.
package struct RuleSelection: Sendable {
  /// Why a rule runs, or does not.
  package enum Reason: Hashable, Sendable {
    /// `--enable WORD`, `--disable WORD`.
    case option(String, word: String)
    /// An entry of `rules`.
    case configured(SourceRange)
    /// What `extends` says, or the default.
    case tier(RuleTier)
    /// There was no such rule in that version.
    case newerThan(FluxlintVersion)
    /// It runs with `--preview` only.
    case preview
  }

  package struct Decision: Hashable, Sendable {
    package var isOn: Bool
    package var reason: Reason
    package var severity: Severity
    package var tier: RuleTier
  }

  private let enabled: Words
  private let disabled: Words
  private let withPreview: Bool
  private let base: RuleBase
  private let version: FluxlintVersion?
  private let settings: [RuleID: RuleSetting]

  package init(
    _ choice: RuleChoice, _ configuration: Configuration, _ rules: KnownRules
  ) throws(RuleChoiceError) {
    enabled = try Words(choice.enabled, rules)
    disabled = try Words(choice.disabled, rules)
    withPreview = choice.withPreview
    base = configuration.base ?? .default
    version = configuration.rulesVersion
    settings = configuration.rules
    if withPreview { return }
    for rule in rules.all where rule.status == .preview && enabled.rules[rule.id] != nil {
      throw .preview(rule.id.name)
    }
  }

  package func decision(on rule: RuleMetadata) -> Decision {
    let judgement = version.flatMap { rule.judgement(in: $0) }
    let setting = settings[rule.id]
    var severity = judgement?.severity ?? rule.severity
    if case .severity(let own) = setting?.level { severity = own }
    let tier = judgement?.tier ?? rule.tier
    func decision(_ isOn: Bool, _ reason: Reason) -> Decision {
      Decision(isOn: isOn, reason: reason, severity: severity, tier: tier)
    }
    if rule.status == .preview, !withPreview { return decision(false, .preview) }
    if let word = disabled.rules[rule.id] { return decision(false, .option("--disable", word: word)) }
    if let word = enabled.rules[rule.id] { return decision(true, .option("--enable", word: word)) }
    if let setting, let level = setting.level { return decision(level != .off, .configured(setting.range)) }
    if let version, judgement == nil { return decision(false, .newerThan(version)) }
    if disabled.families.contains(rule.family) { return decision(false, .option("--disable", word: rule.family)) }
    if enabled.families.contains(rule.family) { return decision(true, .option("--enable", word: rule.family)) }
    if let word = disabled.word(for: tier) { return decision(false, .option("--disable", word: word)) }
    if let word = enabled.word(for: tier) { return decision(true, .option("--enable", word: word)) }
    return decision(base.tiers.contains(tier), .tier(tier))
  }

  /// What the configuration sets for a rule beside its defaults.
  package func options(of rule: RuleID) -> [String: RuleOption.Value] { settings[rule]?.options ?? [:] }

  /// The words of one option.
  private struct Words: Sendable {
    /// Each with the word that named it.
    var rules: [RuleID: String] = [:]
    var families: Set<String> = []
    var tiers: Set<RuleTier> = []
    var isAll = false

    static let others = RuleTier.allCases.map(\.rawValue) + [RuleMetadata.allRules]

    init(_ words: [String], _ known: KnownRules) throws(RuleChoiceError) {
      for word in words {
        if let rule = known.rule(word) {
          rules[rule] = word
        } else if known.isFamily(word) {
          families.insert(word)
        } else if let tier = RuleTier(rawValue: word) {
          tiers.insert(tier)
        } else if word == RuleMetadata.allRules {
          isAll = true
        } else {
          throw .unknown(word, suggestion: known.nearest(to: word, or: Self.others))
        }
      }
    }

    func word(for tier: RuleTier) -> String? {
      tiers.contains(tier) ? tier.rawValue : isAll ? RuleMetadata.allRules : nil
    }
  }
}

extension RuleMetadata {
  /// How a version of fluxlint judged; nil where it did not have the rule. Rules of users go with no version.
  package func judgement(in version: FluxlintVersion) -> (severity: Severity, tier: RuleTier)? {
    if family == Self.userFamily { return (severity, tier) }
    if let since = FluxlintVersion(since), version < since { return nil }
    let then = earlier.filter { version < $0.before }.min { $0.before < $1.before }
    return (then?.severity ?? severity, then?.tier ?? tier)
  }
}
