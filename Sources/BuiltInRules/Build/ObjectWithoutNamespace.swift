import RuleEngine

/// An object that has to be in a namespace, and that nothing puts into one: "namespace not specified" at the dry run.
struct ObjectWithoutNamespace: SchemaRule {
  func check(_ verdicts: SchemaVerdicts, _ model: RepositoryModel, _ report: inout FindingSink) {
    for entry in verdicts.homeless {
      report.report(
        "\(entry.object.kind) '\(entry.object.name)' has no namespace once it is built", at: entry.range,
        label: "the dry run fails: 'namespace not specified'", severity: entry.suspension == nil ? nil : .warning,
        object: entry.object, cluster: model.graph.clusters[entry.cluster],
        notes: [entry.suspension].compactMap(\.self),
        help:
          "set 'metadata.namespace', or 'namespace' in kustomization.yaml, or 'targetNamespace' of the Kustomization")
    }
  }
}
