/// What the command line says of rules.
package struct RuleChoice: Sendable {
  /// Names of rules, families, tiers, or `all`.
  package var enabled: [String]
  package var disabled: [String]
  /// Whether rules run whose verdicts may still change.
  package var withPreview: Bool

  package init(enabled: [String] = [], disabled: [String] = [], withPreview: Bool = false) {
    self.enabled = enabled
    self.disabled = disabled
    self.withPreview = withPreview
  }
}
