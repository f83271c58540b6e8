import RuleEngine

/// A `sourceRef` or `chartRef` that names no source of the cluster.
struct SourceMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      var absence = Absence(cluster)
      for field in [Edge.Kind.sourceRef, .chartRef] {
        var missing = MissingTargets()
        for edge in cluster.edges where edge.kind == field {
          if let verdict = absence.verdict(of: edge) { missing.add(edge, verdict) }
        }
        for target in missing.targets(in: cluster, forest) {
          let edge = target.edges[0]
          let repair = model.repair(of: edge, in: cluster)
          report.report(
            "\(field.rawValue) of \(counted(target.holders)) names \(target.kind) '\(target.name)', which nothing \(target.verdict.place)applies",
            at: forest.range(edge.location), label: "no such \(target.kind)",
            severity: cluster.hasEntryPoint ? target.verdict.severity : .warning, object: target.holders[0],
            objects: target.holders, cluster: cluster, related: repair.related + target.otherPlaces,
            notes: target.verdict.notes,
            help: repair.help ?? "define the \(target.kind), or correct kind, name or namespace",
            data: [
              "target": .string(target.name), "targetKind": .string(target.kind), "field": .string(field.rawValue),
            ], cause: target.cause)
        }
      }
    }
    let label = "no such source"
    DanglingReferences(field: .sourceRef, holders: ["ImageUpdateAutomation"], label: label).check(model, &report)
    DanglingReferences(field: .sourceRef, holders: ["HelmChart"], label: label, hasNamespace: false)
      .check(model, &report)
    DanglingReferences(field: .sources, holders: ["ArtifactGenerator"], label: label).check(model, &report)
    DanglingReferences(field: .include, holders: ["GitRepository"], label: label, hasNamespace: false) {
      edge, cluster in
      cluster.objects[edge.from].id.kind == "GitRepository"
    }.check(model, &report)
  }
}
