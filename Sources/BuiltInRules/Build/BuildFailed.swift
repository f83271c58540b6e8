import RuleEngine

/// A Kustomization whose build fails: Flux applies nothing of it.
struct BuildFailed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var purpose = DirectoryPurpose(model)
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations {
        let name = kustomization.displayName
        let applier =
          kustomization.isDirectory
          ? [] : [RelatedLocation(model.nameRange(of: kustomization), "built by Kustomization '\(name)'")]
        for error in kustomization.errors where error.kind != .pathMissing {
          guard let range = error.range, !isToldByYAMLRules(error, range, model) else { continue }
          report.report(
            error.message, at: range, label: "the build fails here",
            severity: purpose.isHarmless(error, of: kustomization) ? .note : nil, cluster: cluster,
            related: error.places.map { RelatedLocation($0.range, $0.label) }
              + error.chain.map { RelatedLocation($0, "included here") } + applier,
            notes: ["Flux applies nothing of a Kustomization whose build fails"],
            data: ["kustomization": .string(name)])
        }
        for part in kustomization.notBuilt where part.isRefused {
          report.report(
            part.reason, at: part.range, label: "the build fails here",
            // What no Flux Kustomization applies may be for another tool.
            severity: kustomization.isDirectory ? .note : nil, cluster: cluster, related: applier,
            notes: ["Flux applies nothing of a Kustomization whose build fails"],
            help: "use a HelmRelease for a chart, and commit what a program would make",
            data: ["kustomization": .string(name)])
        }
      }
    }
  }

  /// Bad YAML and duplicate keys have rules of their own, at the same place.
  private func isToldByYAMLRules(_ error: BuildError, _ range: SourceRange, _ model: RepositoryModel) -> Bool {
    model.sources.problems(of: range.file).contains { problem in
      problem.range == range || error.kind == .invalidResource && problem.kind != .duplicateKey
    }
  }
}
