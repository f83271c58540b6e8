import RuleEngine

/// A key that stands twice in one mapping: kustomize refuses it in a resource, and silently takes the last one in a
/// kustomization file.
struct DuplicateKey: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for file in model.graph.reachedFiles.sorted() {
      let isKustomization = KustomizationFile.isOne(model.sources.path(of: file))
      for problem in model.sources.problems(of: file) where problem.kind == .duplicateKey {
        for cluster in model.graph.clusters where cluster.files.contains(file) {
          report.report(
            problem.message, at: problem.range,
            label: isKustomization ? "this one wins, the earlier one is dropped" : "kustomize refuses the object",
            severity: isKustomization ? .warning : nil, cluster: cluster,
            related: problem.related.map { [RelatedLocation($0, "first given here")] } ?? [],
            help: "keep one of them")
        }
      }
    }
  }
}
