import RuleEngine

/// A value that both `targetPath` and inline `values` set. Since Flux 2.4 the inline values are merged before and after, and
/// which of the two wins depends on what other entries set beside it (fluxcd/pkg `chartutil/values.go`).
struct TargetPathAndValues: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters where facts.cluster.settings.fluxVersion >= FluxVersion(major: 2, minor: 4) {
      let cluster = facts.cluster
      for release in cluster.activeReleases(in: forest) {
        guard let values = forest.value(cluster.objects[release].root, "spec", "values") else { continue }
        for entry in ValuesFromEntry.all(of: release, facts) {
          guard let node = entry.targetPath, let path = TargetPath(forest.text(node)),
            path.overlap(with: values, in: forest) != nil
          else { continue }
          let inline = path.nearest(in: values, forest)
          report.report(
            "targetPath and inline values both set '\(forest.text(node))'", at: forest.range(node),
            label: "which one wins depends on the rest", object: ObjectReference(cluster.objects[release].id),
            cluster: cluster, related: [RelatedLocation(place(of: inline, below: values, forest), "set here too")],
            help: "remove one of them",
            data: ["targetPath": .string(forest.text(node))])
        }
      }
    }
  }

  /// A mapping or list is long, so its key stands for it.
  private func place(of node: NodeRef, below values: NodeRef, _ forest: Forest) -> SourceRange {
    if forest.kind(node) == .scalar { return forest.range(node) }
    var waiting = [values]
    while let next = waiting.popLast() {
      if forest.kind(next) == .sequence { waiting += forest.items(next) }
      guard forest.kind(next) == .mapping else { continue }
      for pair in forest.pairs(next) {
        if pair.value == node { return forest.range(pair.key) }
        waiting.append(pair.value)
      }
    }
    return forest.range(node)
  }
}
