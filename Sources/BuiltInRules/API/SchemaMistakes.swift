import RuleEngine

/// Tells the part of what the API server will say that is told under the rule's name.
struct SchemaMistakes: SchemaRule {
  func check(_ verdicts: SchemaVerdicts, _ model: RepositoryModel, _ report: inout FindingSink) {
    for verdict in verdicts.of(report.rule) {
      let violation = verdict.violation
      let count = verdict.objectCount > 1 ? ["\(verdict.objectCount) objects have it from here"] : []
      // No cluster has what nothing builds.
      let clusters = verdict.clusters.isEmpty ? [nil] : verdict.clusters.map { Optional($0) }
      for number in clusters {
        report.report(
          violation.message, at: violation.range, label: violation.label, severity: verdict.severity,
          object: verdict.object, cluster: number.map { model.graph.clusters[$0] }, related: verdict.related,
          notes: violation.notes + verdict.notes + count, help: violation.help, data: verdict.data)
      }
    }
  }
}
