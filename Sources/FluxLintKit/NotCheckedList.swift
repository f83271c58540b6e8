import Diagnostics
import FluxGraph
import Manifests
import SourceText
import SourceTrees

/// Says once for each cause what could not be decided offline.
enum NotCheckedList {
  static func make(sources: SourceSet, graph: FluxGraph) -> [NotChecked] {
    var list: [NotChecked] = []
    var numbers: [Key: Int] = [:]
    func add(_ reason: String, _ range: SourceRange?, _ cluster: Cluster) {
      let key = Key(reason: reason, range: range)
      let names = cluster.name.isEmpty ? [] : [cluster.name]
      if let number = numbers[key] {
        for name in names where !list[number].clusters.contains(name) { list[number].clusters.append(name) }
      } else {
        numbers[key] = list.count
        list.append(NotChecked(reason: reason, range: range, clusters: names))
      }
    }
    for gap in graph.notFollowed { list.append(NotChecked(reason: gap.reason, range: gap.range)) }
    for cluster in graph.clusters {
      for gap in cluster.gaps { add(gap.reason, gap.range, cluster) }
      for kustomization in cluster.kustomizations where !kustomization.undecidedVariables.isEmpty {
        let variables = Set(kustomization.undecidedVariables.map(\.name)).subtracting(
          kustomization.substitution.values.keys)
        guard !variables.isEmpty else { continue }
        for source in kustomization.substitution.openSources {
          add("\(source.reason), so variables it may define are not checked", source.range, cluster)
        }
      }
    }
    list.sort {
      switch ($0.range, $1.range) {
      case (let left?, let right?): left == right ? $0.reason < $1.reason : left < right
      case (nil, nil): $0.reason < $1.reason
      case (nil, _): false
      case (_, nil): true
      }
    }
    for index in list.indices { list[index].clusters.sort() }
    return sources.notices.map { NotChecked(reason: $0.reason, path: $0.path) } + list
  }

  private struct Key: Hashable {
    var reason: String
    var range: SourceRange?
  }
}
