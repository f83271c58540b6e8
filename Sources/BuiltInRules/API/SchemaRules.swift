import RuleEngine

/// Reports one part of what the API server will say. The objects are judged once for all of these rules.
private func tell(_ model: RepositoryModel, _ report: inout FindingSink) {
  for verdict in model.schemaVerdicts.of(report.rule) {
    let violation = verdict.violation
    let count = verdict.objectCount > 1 ? ["\(verdict.objectCount) objects have it from here"] : []
    for number in verdict.clusters {
      report.report(
        violation.message, at: violation.range, label: violation.label, severity: verdict.severity,
        object: verdict.object, cluster: model.graph.clusters[number], related: verdict.related,
        notes: violation.notes + verdict.notes + count, help: violation.help, data: verdict.data)
    }
  }
}

/// A field that the kind does not have.
struct UnknownField: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A field that the kind has in later releases of Flux.
struct FieldNewerThanCluster: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A required field that is not there.
struct MissingField: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A value of another type than the field has.
struct WrongType: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A number or boolean where everything is text.
struct StringExpected: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A value that is not allowed.
struct InvalidValue: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A name, namespace, label or annotation that is none.
struct InvalidName: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// Text where a Secret has base64.
struct SecretDataNotBase64: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A HelmRelease with both ways to name a chart, or with none.
struct ChartAndChartRef: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A validation rule of the definition that does not hold.
struct ValidationRuleFailed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}

/// A variable whose value is read as something else than the field takes.
struct VariableChangesType: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) { tell(model, &report) }
}
