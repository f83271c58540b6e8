package import FluxGraph

/// Cycles among the resolved `dependsOn` edges of a cluster, for whoever shows them: rules and pictures.
package enum DependencyCycles {
  /// Each cycle as its edges in order. After a cycle is found its first edge is set aside, so that every knot is told
  /// apart by as many cycles as it takes to undo it.
  package static func find(in cluster: Cluster) -> [[Edge]] {
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
