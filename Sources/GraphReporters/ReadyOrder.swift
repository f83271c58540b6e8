/// In which order the Kustomizations and releases of a cluster become ready, and which objects never do because they wait for each
/// other.
enum ReadyOrder {
  static func mark(_ map: inout ClusterMap) {
    let dependencies = map.links.filter { $0.kind == "dependsOn" }
    map.cycles = cycles(among: dependencies, count: map.nodes.count)
    let ordered = map.nodes.indices.filter { map.nodes[$0].build != nil || map.nodes[$0].kind == "HelmRelease" }
    var after = [[Int]](repeating: [], count: map.nodes.count)
    for link in dependencies where link.state == .found || link.state == .implicit { after[link.from].append(link.to) }
    for number in ordered {
      if let parent = map.nodes[number].parent { after[number].append(parent) }
    }
    let levels = levels(after)
    for number in ordered { map.nodes[number].order = levels[number] }
  }

  /// For each node one more than the highest of those it comes after; nil for those in a circle or behind one.
  private static func levels(_ after: [[Int]]) -> [Int?] {
    var followers = [[Int]](repeating: [], count: after.count)
    var open = [Int](repeating: 0, count: after.count)
    for (node, before) in after.enumerated() {
      open[node] = before.count
      for other in before { followers[other].append(node) }
    }
    var levels = [Int?](repeating: nil, count: after.count)
    var ready = after.indices.filter { open[$0] == 0 }
    for node in ready { levels[node] = 1 }
    var position = 0
    while position < ready.count {
      let node = ready[position]
      position += 1
      for follower in followers[node] {
        open[follower] -= 1
        if open[follower] == 0 {
          levels[follower] = 1 + (after[follower].compactMap { levels[$0] }.max() ?? 0)
          ready.append(follower)
        }
      }
    }
    return levels
  }

  /// One circle for each group of nodes that wait for each other, each beginning with its first node.
  private static func cycles(among links: [GraphLink], count: Int) -> [[Int]] {
    var targets = [[Int]](repeating: [], count: count)
    for link in links where link.state == .found || link.state == .implicit { targets[link.from].append(link.to) }
    // What waits for nothing, and then what waits only for that, is in no circle.
    var sources = [[Int]](repeating: [], count: count)
    for (node, others) in targets.enumerated() { for other in others { sources[other].append(node) } }
    var open = targets.map(\.count)
    var done = targets.indices.filter { open[$0] == 0 }
    var isOut = [Bool](repeating: false, count: count)
    while let node = done.popLast() {
      isOut[node] = true
      for source in sources[node] {
        open[source] -= 1
        if open[source] == 0 { done.append(source) }
      }
    }
    // Every node that is left leads into a circle.
    var found: [[Int]] = []
    for start in targets.indices where !isOut[start] {
      var path: [Int] = []
      var places: [Int: Int] = [:]
      var current = start
      while places[current] == nil {
        places[current] = path.count
        path.append(current)
        guard let next = targets[current].first(where: { !isOut[$0] }) else { break }
        current = next
      }
      if let first = places[current], targets[path[path.count - 1]].contains(current) {
        let cycle = Array(path[first...])
        let least = cycle.indices.min { cycle[$0] < cycle[$1] } ?? 0
        found.append(Array(cycle[least...] + cycle[..<least]))
      }
      for node in path { isOut[node] = true }
    }
    return found
  }
}
