import RuleEngine

/// A build without objects succeeds, and with `prune` everything that was applied before is deleted
/// (fluxcd/pkg `kustomize/kustomize_generator.go`; kustomize-controller `prune`). Whether there was anything before, one
/// revision does not say; two do.
struct EmptyBuild: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters where facts.cluster.isOneCluster {
      let cluster = facts.cluster
      for (number, kustomization) in cluster.kustomizations.enumerated() where kustomization.isFullyBuilt {
        // The controller drops objects of kustomize itself without a word.
        guard
          facts.objects(of: number).allSatisfy({ cluster.objects[$0].id.group == "kustomize.config.k8s.io" })
        else { continue }
        guard let spec = kustomization.spec(in: forest), let prune = forest.value(spec, "prune"), forest.isTrue(prune),
          !kustomization.isSuspended(in: forest)
        else { continue }
        let path = kustomization.path.isEmpty ? "." : kustomization.path
        var related = [RelatedLocation(forest.range(prune), "deletes what is no longer built")]
        if let file = model.sources.kustomizationFile(in: kustomization.path),
          let root = model.sources.documents(of: file).first?.root, let first = forest.pairs(root).first
        {
          related.append(RelatedLocation(forest.range(first.key), "this file adds no object"))
        }
        let lost = model.comparison.map { Self.lost(by: number, of: cluster, $0) } ?? []
        var data: [String: Fact] = ["path": .string(kustomization.path)]
        if !lost.isEmpty { data["change"] = .string(report.rule.name) }
        report.report(
          "\(kustomization.reference.displayName) builds no object from '\(path)'"
            + (lost.isEmpty ? "" : ", and deletes the \(lost.count == 1 ? "one" : "\(lost.count)") that it applied"),
          at: model.pathRange(of: kustomization), label: "everything it applied before is deleted",
          severity: lost.isEmpty ? nil : .error, object: kustomization.reference,
          objects: lost.isEmpty ? [] : [kustomization.reference] + lost.map { ObjectReference($0) },
          subjects: lost.isEmpty ? [] : [[kustomization.reference]], cluster: cluster, related: related,
          notes: lost.isEmpty ? [] : ["deleted: \(listed(lost, limit: 5))"],
          help: "delete the Kustomization if that is meant, else correct the path or what the folder lists",
          data: data)
      }
    }
  }

  /// What the base had and nothing keeps.
  private static func lost(by number: Int, of cluster: Cluster, _ comparison: Comparison) -> [ObjectID] {
    guard let change = comparison.clusters.first(where: { $0.cluster.name == cluster.name }) else { return [] }
    return change.objects.emptied.filter { $0.key.new == number }.flatMap(\.value).map(change.base.object)
      .filter { !change.base.isKept($0) }.map(\.id)
  }
}
