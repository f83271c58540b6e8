import RuleEngine

/// What `fluxlint migrate` lists for the release that runs, and no other rule says.
struct MigrationPending: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for step in model.migrationSteps(model) {
      report.report(
        step.message, at: step.range, label: step.isLeft ? "'fluxlint migrate' leaves this to you" : "",
        severity: step.severity, help: step.help)
    }
  }
}
