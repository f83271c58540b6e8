import RuleEngine

/// A range of chart versions that leaves prereleases out, where every release that names one version of the same chart runs
/// a prerelease (Masterminds `semver`: a constraint without a prerelease part fits none).
struct PrereleaseNeverChosen: RepositoryRule {
  private struct Chart: Hashable {
    var namespace: String
    var source: String
    var name: String
  }

  private struct Use {
    var release: Int
    var version: NodeRef
    var text: String
    /// One version, not a range.
    var isExact: Bool { text.split(separator: ".").count >= 3 && !text.contains(where: { "xX*^~<>=| ,".contains($0) }) }
    var hasPrerelease: Bool { text.contains("-") }
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      var uses: [Chart: [Use]] = [:]
      for number in cluster.activeReleases(in: forest) {
        if let (chart, use) = use(number, cluster, forest) { uses[chart, default: []].append(use) }
      }
      for (chart, uses) in uses {
        let exact = uses.filter(\.isExact)
        guard let newest = exact.first, exact.allSatisfy(\.hasPrerelease) else { continue }
        for range in uses where !range.isExact && !range.hasPrerelease {
          report.report(
            "'\(range.text)' never chooses a prerelease, and other releases of chart '\(chart.name)' run one",
            at: forest.range(range.version), label: "no prerelease part",
            object: ObjectReference(cluster.objects[range.release].id), cluster: cluster,
            related: [RelatedLocation(forest.range(newest.version), "a prerelease")],
            help: "write '-0' behind the range if prereleases are wanted, such as '>=1.0.0-0'",
            data: ["chart": .string(chart.name), "version": .string(range.text)])
        }
      }
    }
  }

  private func use(_ number: Int, _ cluster: Cluster, _ forest: Forest) -> (Chart, Use)? {
    let object = cluster.objects[number]
    guard let spec = forest.value(object.root, "spec", "chart", "spec"),
      let reference = forest.value(spec, "sourceRef"), forest.givenText(reference, "kind") == "HelmRepository",
      let source = forest.givenText(reference, "name"), let name = forest.givenText(spec, "chart"),
      let version = forest.value(spec, "version"), let text = forest.givenText(spec, "version"),
      !Envsubst.hasExpression(text)
    else { return nil }
    let namespace = forest.givenText(reference, "namespace") ?? object.id.namespace ?? ""
    return (
      Chart(namespace: namespace, source: source, name: name), Use(release: number, version: version, text: text)
    )
  }
}
