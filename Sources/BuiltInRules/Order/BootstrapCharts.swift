import RuleEngine

/// Charts that a helmfile of the repository installs before Flux is there. Whether somebody ran it is not known from Git.
struct BootstrapCharts {
  struct Helmfile {
    var path: String
    /// The entry of the chart.
    var range: SourceRange
  }

  private let model: RepositoryModel

  init(_ model: RepositoryModel) { self.model = model }

  /// The first helmfile, outside of what Flux reads, that installs kinds of an API group: with a chart that is known for
  /// them or, where a template says which chart, with the release of that name. Looked for when somebody asks: few
  /// repositories ever need to know.
  func helmfile(installing group: String, asIn release: String) -> Helmfile? {
    for file in model.sources.files where model.sources.isOwn(file.id) && !model.graph.reachedFiles.contains(file.id) {
      for document in model.sources.documents(of: file.id) where model.forest.kind(document.root) == .mapping {
        guard let releases = model.forest.value(document.root, "releases"), model.forest.kind(releases) == .sequence
        else { continue }
        for entry in model.forest.items(releases) where model.forest.kind(entry) == .mapping {
          if let place = place(of: entry, installing: group, asIn: release) {
            return Helmfile(path: file.path, range: place)
          }
        }
      }
    }
    return nil
  }

  private func place(of entry: NodeRef, installing group: String, asIn release: String) -> SourceRange? {
    let forest = model.forest
    if let installed = forest.value(entry, "installed"), !forest.isTrue(installed) { return nil }
    if let chart = forest.value(entry, "chart"), forest.kind(chart) == .scalar, !forest.text(chart).contains("{{") {
      return ChartDefinitions.mayInstall(group, chart: forest.text(chart)) ? forest.range(chart) : nil
    }
    guard let name = forest.value(entry, "name"), forest.text(name) == release else { return nil }
    return forest.range(name)
  }
}
