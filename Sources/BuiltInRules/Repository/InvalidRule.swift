import RuleEngine

/// A rule of the user that cannot be read; the others run. What fails while it runs the run itself tells.
struct InvalidRule: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for mistake in model.ruleMistakes { report.report(mistake) }
  }
}
