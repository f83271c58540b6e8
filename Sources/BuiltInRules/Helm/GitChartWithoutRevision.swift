import RuleEngine

/// A chart of this repository that is packed anew only when its version changes: with the strategy `ChartVersion`, which
/// is the default, source-controller compares nothing else (`internal/helm/chart/builder_local.go`).
struct GitChartWithoutRevision: RepositoryRule {
  private struct Use {
    var chart: ChartUse
    var cluster: Int
    var range: SourceRange
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var uses: [String: [Use]] = [:]
    for (number, cluster) in model.graph.clusters.enumerated() {
      for chart in cluster.charts {
        guard let directory = chart.directory, model.forest.givenText(chart.spec, "reconcileStrategy") != "Revision",
          !FluxObject(cluster.objects[chart.user].root, in: model.forest).isSuspended
        else { continue }
        uses[directory, default: []].append(
          Use(chart: chart, cluster: number, range: model.forest.range(chart.location)))
      }
    }
    for (directory, uses) in uses.sorted(by: { $0.key < $1.key }) { self.report(directory, uses, model, &report) }
  }

  /// A chart is one cause, however many releases have it.
  private func report(_ directory: String, _ uses: [Use], _ model: RepositoryModel, _ report: inout FindingSink) {
    guard let first = uses.min(by: { $0.range < $1.range }) else { return }
    let others = Set(uses.map(\.range)).subtracting([first.range]).sorted()
    let objects = uses.sorted { $0.range < $1.range }.map {
      ObjectReference(model.graph.clusters[$0.cluster].objects[$0.chart.user].id)
    }
    var reported: Set<Int> = []
    for use in uses where reported.insert(use.cluster).inserted {
      report.report(
        "a change of chart '\(directory)' reaches no release until its version changes", at: first.range,
        label: "reconcileStrategy is ChartVersion", object: objects.first, objects: objects,
        cluster: model.graph.clusters[use.cluster], related: others.map { RelatedLocation($0, "used here too") },
        help: "set 'reconcileStrategy: Revision', or raise the version in Chart.yaml with each change",
        data: ["chart": .string(directory)])
    }
  }
}
