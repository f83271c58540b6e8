/// In which order the Kustomizations and releases of a cluster become ready, and which objects never do because they wait for each
/// other.
enum ReadyOrder {
  static func mark(_ map: inout ClusterMap) {
    let dependencies = map.links.filter { $0.kind == "dependsOn" }
    let ordered = map.nodes.indices.filter { map.nodes[$0].build != nil || map.nodes[$0].kind == "HelmRelease" }
    var after = [[Int]](repeating: [], count: map.nodes.count)
    for link in dependencies where link.state == .found || link.state == .implicit { after[link.from].append(link.to) }
    for number in ordered {
      if let parent = map.nodes[number].parent { after[number].append(parent) }
    }
    let levels = levels(after)
    for number in ordered { map.nodes[number].order = levels[number] }
  }

  /// For each node one more than the highest of those it comes after; nil for those in a cycle or behind one.
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
}
