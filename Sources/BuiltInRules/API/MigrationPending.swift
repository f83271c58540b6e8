import RuleEngine

/// What `fluxlint migrate` lists for the release that runs, and no other rule says.
struct MigrationPending: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var mentions: [FileID: [MigrationStep]] = [:]
    for step in model.migrationSteps(model) {
      if step.severity == .warning, step.isLeft, !model.graph.reachedFiles.contains(step.range.file) {
        mentions[step.range.file, default: []].append(step)
        continue
      }
      report.report(
        step.message, at: step.range, label: step.isLeft ? "'fluxlint migrate' leaves this to you" : "",
        severity: step.severity, help: step.help)
    }
    for (_, steps) in mentions.sorted(by: { $0.key < $1.key }) { tell(steps, &report) }
  }

  /// What no cluster reads, as a template of another tool, makes no object now: it is said once for a file.
  private func tell(_ steps: [MigrationStep], _ report: inout FindingSink) {
    guard let first = steps.first else { return }
    report.report(
      first.message, at: first.range, label: "'fluxlint migrate' leaves this to you", severity: .note,
      related: steps.dropFirst().map { RelatedLocation($0.range, $0.message) },
      notes: ["no cluster of this repository reads this file"], help: first.help)
  }
}
