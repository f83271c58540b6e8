import RuleEngine

/// A chart of this repository whose own `values.yaml` is left out, because `valuesFiles` lists other files
/// (source-controller `internal/helm/chart/builder_local.go`).
struct ValuesFilesReplaceDefaults: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      for use in cluster.charts {
        let object = cluster.objects[use.user]
        guard let directory = use.directory, let list = forest.value(use.spec, "valuesFiles"),
          forest.kind(list) == .sequence, forest.count(list) > 0,
          !FluxObject(object.root, in: forest).isSuspended,
          // What other objects set is not known here.
          forest.value(object.root, "spec", "valuesFrom") == nil,
          let defaults = leaves(at: join(directory, "values.yaml"), model)
        else { continue }
        let names = forest.items(list).map { RelativePath.clamped(forest.text($0)) }
        guard !names.contains(join(use.path, "values.yaml")) else { continue }
        var given = ValueLeaves()
        // Names begin at the top of the source, which is not always that of the tree.
        let top = directory.dropLast(use.path.utf8.count)
        for name in names {
          if let values = leaves(at: top + name, model) { given.unite(with: values) }
        }
        if let inline = forest.value(object.root, "spec", "values") { given.add(inline, in: forest) }
        let lost = defaults.missing(in: given)
        guard let first = lost.first else { continue }
        let rest = lost.count == 1 ? "" : " and \(lost.count - 1) more"
        report.report(
          "valuesFiles leaves out 'values.yaml' of chart '\(use.path)', which sets '\(first)'\(rest)",
          at: forest.pair(use.spec, "valuesFiles").map { forest.range($0.key) } ?? forest.range(list),
          label: "replaces the values of the chart", object: ObjectReference(object.id), cluster: cluster,
          help: "list '\(join(use.path, "values.yaml"))' first",
          data: ["chart": .string(use.path), "lost": .strings(lost)])
      }
    }
  }

  private func join(_ directory: String, _ name: String) -> String { directory.isEmpty ? name : "\(directory)/\(name)" }

  /// Nil where no such file can be read.
  private func leaves(at path: String, _ model: RepositoryModel) -> ValueLeaves? {
    guard let file = model.sources.fileInRepository(at: path), model.sources.unread[file] == nil,
      let root = model.sources.documents(of: file).first?.root
    else { return nil }
    var leaves = ValueLeaves()
    leaves.add(root, in: model.forest)
    return leaves
  }
}
