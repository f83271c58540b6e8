/// What the pictures of a cluster show, whatever language they are in.
struct Picture {
  struct Edge {
    enum Kind { case applies, waits, reads }
    var kind: Kind
    var from: Int
    var to: Int
    /// The field that holds the reference.
    var label: String
    var isWrong: Bool
  }

  /// Kustomizations, releases, sources, and what they refer to in vain.
  private(set) var nodes: [Int] = []
  private(set) var edges: [Edge] = []

  init(_ map: ClusterMap) {
    var isShown = map.nodes.map { node in
      node.build != nil || node.isSource || node.kind == "HelmRelease"
        || node.state == .missing && !node.isOftenElsewhere
    }
    // A source that nothing makes a manifest of is worth a node only where something refers to it.
    let used = Set(map.links.map(\.to))
    for (number, node) in map.nodes.enumerated() where node.state != .found && !used.contains(number) {
      isShown[number] = false
    }
    nodes = map.nodes.indices.filter { isShown[$0] }
    var cycles: Set<[Int]> = []
    for cycle in map.cycles {
      for (from, to) in zip(cycle, cycle.dropFirst() + cycle.prefix(1)) { cycles.insert([from, to]) }
    }
    for number in nodes {
      if let parent = map.nodes[number].parent, parent != number {
        edges.append(Edge(kind: .applies, from: parent, to: number, label: "", isWrong: false))
      }
    }
    var seen: Set<[Int]> = []
    // Nearly every Kustomization reads the cluster's own source: arrows that say so would hide all others.
    let ownSource = map.links.first { $0.kind == "sourceRef" && $0.from == 0 }?.to
    for link in map.links where isShown[link.from] && isShown[link.to] {
      if map.nodes[link.from].build != nil, link.to == ownSource, link.state != .missing { continue }
      let isWaiting = link.kind == "dependsOn"
      guard seen.insert([link.from, link.to, isWaiting ? 1 : 0]).inserted else { continue }
      edges.append(
        Edge(
          kind: isWaiting ? .waits : .reads, from: link.from, to: link.to, label: isWaiting ? "after" : link.kind,
          isWrong: link.state == .missing || link.isForbidden || cycles.contains([link.from, link.to])))
    }
  }

  static func isWrong(_ node: GraphNode) -> Bool {
    node.state == .missing || node.build.map { $0.status == .failed || $0.status == .missingPath } ?? false
  }
}
