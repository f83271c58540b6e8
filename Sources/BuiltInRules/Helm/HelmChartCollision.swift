import RuleEngine

/// Two objects that make one HelmChart: helm-controller calls the chart of a HelmRelease NAMESPACE-NAME, in the namespace
/// of its source (`api/v2/helmrelease_types.go`, `GetHelmChartName`), so 'a-b' with 'c' and 'a' with 'b-c' meet.
struct HelmChartCollision: RepositoryRule {
  private struct Chart: Hashable {
    var namespace: String
    var name: String
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      var makers: [Chart: [Int]] = [:]
      for number in cluster.activeReleases(in: forest) {
        guard let chart = chart(of: cluster.objects[number], forest) else { continue }
        makers[chart, default: []].append(number)
      }
      for number in cluster.index.objects(ofKind: "HelmChart") {
        let id = cluster.objects[number].id
        guard id.group == FluxKinds.sourceGroup else { continue }
        makers[Chart(namespace: id.namespace ?? "", name: id.name)]?.append(number)
      }
      for (chart, numbers) in makers where numbers.count > 1 {
        let objects = numbers.map { cluster.objects[$0] }
          .sorted { model.nameRange(of: $0) < model.nameRange(of: $1) }
        let names = Set(objects.map { ObjectReference($0.id).displayName })
        guard names.count > 1, let last = objects.last else { continue }
        report.report(
          "\(names.count) objects make one HelmChart: '\(chart.namespace)/\(chart.name)'",
          at: model.nameRange(of: last),
          label: "they overwrite each other", object: ObjectReference(last.id),
          objects: objects.reversed().map { ObjectReference($0.id) }, cluster: cluster,
          related: objects.dropLast().map {
            RelatedLocation(model.nameRange(of: $0), "\(ObjectReference($0.id).displayName) makes it too")
          },
          help: "rename one of them, or put their sources into different namespaces",
          data: ["chart": .string("\(chart.namespace)/\(chart.name)")])
      }
    }
  }

  private func chart(of object: AppliedObject, _ forest: Forest) -> Chart? {
    guard let reference = forest.value(object.root, "spec", "chart", "spec").flatMap({ forest.value($0, "sourceRef") })
    else { return nil }
    let own = object.id.namespace ?? ""
    let chart = Chart(namespace: forest.givenText(reference, "namespace") ?? own, name: "\(own)-\(object.id.name)")
    return [chart.namespace, chart.name].contains(where: Envsubst.hasExpression) ? nil : chart
  }
}
