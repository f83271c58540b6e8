import RuleEngine

/// An entry of `valuesFrom` that later ones replace altogether: what it sets never reaches the chart.
struct ValuesFromShadowed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters {
      let cluster = facts.cluster
      for release in cluster.activeReleases(in: forest) {
        let entries = ValuesFromEntry.all(of: release, facts)
        guard entries.count > 1 else { continue }
        let sets = entries.map { leaves(of: $0, forest) }
        for (number, entry) in entries.enumerated() {
          guard let set = sets[number], !set.paths.isEmpty,
            let other = entries.indices.dropFirst(number + 1).first(where: { later in
              sets[later].map { set.missing(in: $0).isEmpty } ?? false
            })
          else { continue }
          let name = forest.value(entry.node, "name") ?? entry.node
          report.report(
            "all that '\(forest.text(name))' sets is replaced by a later entry of valuesFrom", at: forest.range(name),
            label: "has no effect", object: ObjectReference(cluster.objects[release].id), cluster: cluster,
            related: [
              RelatedLocation(
                forest.range(forest.value(entries[other].node, "name") ?? entries[other].node), "sets the same")
            ],
            help: "remove it, or put it behind the other")
        }
      }
    }
  }

  /// Nil where it is not known what the entry sets.
  private func leaves(of entry: ValuesFromEntry, _ forest: Forest) -> ValueLeaves? {
    var leaves = ValueLeaves()
    if let node = entry.targetPath {
      guard let path = TargetPath(forest.text(node)) else { return nil }
      let keys = path.steps.map { step in
        switch step {
        case .key(let key): key
        case .index(let index): "[\(index)]"
        }
      }
      leaves.add(keys)
      return leaves
    }
    guard let text = entry.text else { return nil }
    let tree = YAMLParser.parseFirst(Array(text.utf8), file: FileID(0), tree: 0)
    guard tree.problems.isEmpty, let root = tree.documents.first?.root else { return nil }
    leaves.add(root, in: Forest(trees: [tree]))
    return leaves
  }
}
