import RuleEngine

/// A value for `targetPath` that becomes a number, a boolean or null, though ConfigMaps and Secrets hold texts (helm
/// `pkg/strvals/parser.go`, `typedVal`).
struct TargetPathCoerces: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    SetValue.forEach(in: model) { target in
      guard let type = target.value.typeName else { return }
      target.report(
        "becomes \(type)", label: "no text any more",
        help: "if the chart wants a text, put quotes into the value"
          + (target.knowsLiterals ? ", or add 'literal: true'" : ""), to: &report)
    }
  }
}
