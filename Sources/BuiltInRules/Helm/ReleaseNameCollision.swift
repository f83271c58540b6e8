import RuleEngine

/// Two HelmReleases that are one Helm release: helm-controller upgrades it to the chart and values of the one, then of the
/// other, and uninstalling one takes away both.
struct ReleaseNameCollision: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      var releases: [ReleaseIdentity: [Int]] = [:]
      for number in cluster.activeReleases(in: forest) {
        guard let identity = ReleaseIdentity(cluster.objects[number], in: forest) else { continue }
        releases[identity, default: []].append(number)
      }
      for (identity, numbers) in releases where numbers.count > 1 {
        let places = numbers.map { (place: place(of: cluster.objects[$0], forest), object: cluster.objects[$0].id) }
          .sorted { $0.place < $1.place }
        // One object that is applied twice is no two releases.
        let others = Set(places.map { qualifiedName($0.object.namespace, $0.object.name) })
        guard others.count > 1, let last = places.last else { continue }
        report.report(
          "\(others.count) HelmReleases are one Helm release: \(identity.text)", at: last.place,
          label: "the same release", object: ObjectReference(last.object),
          objects: places.reversed().map { ObjectReference($0.object) }, cluster: cluster,
          related: places.dropLast().map {
            RelatedLocation($0.place, "\(ObjectReference($0.object).displayName) is the same release")
          },
          help: "give each its own 'releaseName' or 'storageNamespace'",
          data: ["release": .string(identity.text), "releases": .strings(others.sorted())])
      }
    }
  }

  /// What a person edits to tell them apart.
  private func place(of object: AppliedObject, _ forest: Forest) -> SourceRange {
    let node = forest.value(object.root, "spec", "releaseName") ?? forest.value(object.root, "metadata", "name")
    return node.map { forest.range($0) } ?? object.origin
  }
}
