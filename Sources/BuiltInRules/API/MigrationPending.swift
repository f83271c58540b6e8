import RuleEngine

/// What `fluxlint migrate` lists for the release that runs, and no other rule says.
struct MigrationPending: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for step in model.migrationSteps(model) {
      report.report(
        step.isAutomatic ? "a version of before, which still works: \(step.message)" : step.message, at: step.range,
        label: step.isAutomatic ? "'fluxlint migrate' changes this" : "'fluxlint migrate' leaves this to you",
        help: step.help)
    }
  }
}
