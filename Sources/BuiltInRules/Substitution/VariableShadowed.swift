import RuleEngine

/// Two sources of `substituteFrom` that lie in one folder and give a variable different values: the later one counts.
struct VariableShadowed: RepositoryRule {
  private struct Definition {
    var value: String
    var key: NodeRef
    var object: Int
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      var known: [Int: [String: Definition]] = [:]
      for edge in cluster.edges where edge.kind == .substituteFrom && edge.targetKind == "ConfigMap" {
        guard case .object(let target) = edge.target, cluster.objects[target].id.kind == "ConfigMap",
          let data = forest.value(cluster.objects[target].root, "data")
        else { continue }
        for pair in forest.pairs(data) where forest.kind(pair.value) == .scalar {
          let name = forest.text(pair.key)
          let new = Definition(value: forest.text(pair.value), key: pair.key, object: target)
          if let old = known[edge.from]?[name], old.value != new.value, old.object != target,
            folder(of: old.object, cluster, model) == folder(of: target, cluster, model)
          {
            let user = ObjectReference(cluster.objects[edge.from].id)
            report.report(
              "'\(name)' of \(ObjectReference(cluster.objects[old.object].id).displayName) is never used by \(user.displayName)",
              at: forest.range(old.key), label: "another source goes before it", object: user, cluster: cluster,
              related: [RelatedLocation(forest.range(new.key), "this value counts: the later source wins")],
              help: "define it in one of them", data: ["variable": .string(name)])
          }
          known[edge.from, default: [:]][name] = new
        }
      }
    }
  }

  private func folder(of object: Int, _ cluster: Cluster, _ model: RepositoryModel) -> String {
    RelativePath.parent(of: model.sources.path(of: cluster.objects[object].origin.file))
  }
}
