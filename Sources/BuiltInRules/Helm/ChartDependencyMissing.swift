import RuleEngine

/// A dependency of a chart of this repository that is neither beside it nor locked: source-controller takes the newest
/// version of the range each time it builds the chart (`internal/helm/chart/dependency_manager.go`).
struct ChartDependencyMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      for directory in Set(cluster.charts.compactMap(\.directory)).sorted() {
        let prefix = directory.isEmpty ? "" : directory + "/"
        guard let file = model.sources.fileInRepository(at: prefix + "Chart.yaml"),
          let root = model.sources.documents(of: file).first?.root,
          let list = forest.value(root, "dependencies"), forest.kind(list) == .sequence,
          ["Chart.lock", "requirements.lock"].allSatisfy({ model.sources.entry(at: prefix + $0) == nil })
        else { continue }
        let vendored = model.sources.names(inDirectory: prefix + "charts")
        for entry in forest.items(list) {
          guard let name = forest.value(entry, "name").map({ forest.text($0) }), !name.isEmpty,
            !(forest.givenText(entry, "repository") ?? "").hasPrefix("file://"),
            !vendored.contains(where: { $0 == name || $0.hasPrefix(name + "-") && $0.hasSuffix(".tgz") })
          else { continue }
          report.report(
            "dependency '\(name)' of chart '\(directory)' is neither vendored nor locked",
            at: forest.value(entry, "name").map { forest.range($0) } ?? forest.range(entry),
            label: "fetched anew with each build", cluster: cluster,
            help: "run 'helm dependency update' and commit Chart.lock or the folder 'charts'",
            data: ["chart": .string(directory), "dependency": .string(name)])
        }
      }
    }
  }
}
