import RuleEngine

/// Objects that wait for each other. Neither controller looks for cycles: all of them wait for ever.
struct DependsOnCycle: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      for cycle in DependencyCycles.find(in: cluster) {
        // The report starts at the edge that stands first in the files, whatever the search met first.
        let start = cycle.indices.min { forest.range(cycle[$0].location) < forest.range(cycle[$1].location) } ?? 0
        let edges = Array(cycle[start...] + cycle[..<start])
        let first = cluster.objects[edges[0].from]
        let names = edges.map { cluster.objects[$0.from].id.name } + [first.id.name]
        let kind = first.id.kind
        report.report(
          edges.count == 1
            ? "\(ObjectReference(first.id).displayName) depends on itself"
            : "\(edges.count) \(kind)s wait for each other: \(names.joined(separator: " -> "))",
          at: forest.range(edges[0].location),
          label: edges.count == 1 ? "it waits for itself" : "'\(names[0])' waits for '\(names[1])'",
          object: ObjectReference(first.id), cluster: cluster,
          related: edges.indices.dropFirst().map { index in
            RelatedLocation(
              forest.range(edges[index].location), "and '\(names[index])' waits for '\(names[index + 1])'")
          },
          notes: ["none of them ever becomes ready; Flux does not look for cycles"],
          help: "remove one of these dependsOn entries",
          data: ["cycle": .strings(names), "targetKind": .string(kind)])
      }
    }
  }
}

/// Cycles among the resolved `dependsOn` edges of a cluster.
enum DependencyCycles {
  /// Each cycle as its edges in order. After a cycle is found its first edge is set aside, so that every knot is told
  /// apart by as many cycles as it takes to undo it.
  static func find(in cluster: Cluster) -> [[Edge]] {
    var outgoing: [Int: [Edge]] = [:]
    for edge in cluster.edges where edge.kind == .dependsOn {
      if case .object = edge.target { outgoing[edge.from, default: []].append(edge) }
    }
    var cycles: [[Edge]] = []
    var finished: Set<Int> = []
    for start in outgoing.keys.sorted() {
      while !finished.contains(start), let cycle = search(from: start, &outgoing, &finished) { cycles.append(cycle) }
    }
    return cycles
  }

  /// Depth first without recursion; marks what leads to no cycle as finished.
  private static func search(from start: Int, _ outgoing: inout [Int: [Edge]], _ finished: inout Set<Int>) -> [Edge]? {
    var path: [(node: Int, next: Int)] = [(start, 0)]
    var depths = [start: 0]
    while let top = path.last {
      let edges = outgoing[top.node] ?? []
      guard top.next < edges.count else {
        finished.insert(top.node)
        depths[top.node] = nil
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      guard case .object(let target) = edges[top.next].target, !finished.contains(target) else { continue }
      if let depth = depths[target] {
        let cycle = path[depth...].map { (outgoing[$0.node] ?? [])[$0.next - 1] }
        let from = path[depth].node
        outgoing[from]?.remove(at: path[depth].next - 1)
        return cycle
      }
      depths[target] = path.count
      path.append((target, 0))
    }
    return nil
  }
}
