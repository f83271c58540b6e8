import RuleEngine

/// A chart of this repository that is not where the HelmRelease says: source-controller cannot build it, and nothing is
/// installed.
struct ChartPathMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      for use in cluster.charts where !use.exists {
        let object = cluster.objects[use.user]
        guard !FluxObject(object.root, in: forest).isSuspended else { continue }
        // A part of the repository that the source leaves out is there for people only.
        let chartFile = use.path.isEmpty ? "Chart.yaml" : use.path + "/Chart.yaml"
        let isLeftOut = model.sources.fileOfRepository(at: chartFile) != nil
        let names = model.sources.names(inDirectory: RelativePath.parent(of: use.path))
        let near = Suggestion.nearest(to: RelativePath.name(of: use.path), in: names)
        report.report(
          isLeftOut
            ? "chart '\(use.path)' is not in what source-controller ships of this repository"
            : "there is no chart at '\(use.path)'",
          at: forest.range(use.location), label: isLeftOut ? "left out" : "no Chart.yaml here",
          object: ObjectReference(object.id), cluster: cluster,
          help: isLeftOut
            ? "take it out of '.sourceignore', 'spec.ignore' or 'spec.sparseCheckout'"
            : near.map { "did you mean '\($0)'?" } ?? "the path begins at the top of the repository",
          data: ["path": .string(use.path)])
      }
    }
  }
}
