import RuleEngine

/// A rule of the user that cannot be read; the others run.
struct InvalidRule: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for mistake in model.ruleMistakes {
      report.report(
        mistake.message, at: mistake.range, label: "the rule does not run",
        help: "correct the file; 'fluxlint rules test' tries its examples")
    }
  }
}
