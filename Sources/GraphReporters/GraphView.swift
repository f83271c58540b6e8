/// Which part of a graph is wanted.
package struct GraphView: Sendable {
  /// How many levels of Kustomizations that apply each other; the entry point is the first. Nil for all.
  package var depth: Int?
  /// Kinds of objects; empty for all.
  package var kinds: Set<String>
  /// Whether what applies a wanted object is shown, too.
  package var showsParents: Bool

  package init(depth: Int? = nil, kinds: Set<String> = [], showsParents: Bool = true) {
    self.depth = depth
    self.kinds = kinds
    self.showsParents = showsParents
  }

  /// The kinds that can be asked for.
  package static let knownKinds = (GraphKinds.sources.union(["Kustomization", "HelmRelease"])).sorted()
}

extension GraphMap {
  /// Marks what `view` leaves out.
  package mutating func restrict(to view: GraphView) {
    if view.depth == nil, view.kinds.isEmpty { return }
    for index in clusters.indices { clusters[index].restrict(to: view) }
  }

  /// Without what is marked, for formats that draw every node.
  package var withoutHidden: GraphMap {
    var map = self
    for index in map.clusters.indices {
      let hidden = map.clusters[index].nodes.map(\.isHidden)
      map.clusters[index].removeNodes { hidden[$0] }
    }
    return map
  }
}

extension ClusterMap {
  fileprivate mutating func restrict(to view: GraphView) {
    let depths = depths
    for number in nodes.indices where nodes[number].state == .found || nodes[number].state == .implicit {
      let isWanted = view.kinds.isEmpty || view.kinds.contains(nodes[number].kind)
      nodes[number].isHidden = !isWanted || view.depth.map { depths[number] > $0 } ?? false
    }
    if view.showsParents { showParents() }
    for number in nodes.indices where nodes[number].isHidden && view.kinds.isEmpty {
      if let shown = ancestors(of: number).first(where: { !nodes[$0].isHidden }) { nodes[shown].hiddenBelow += 1 }
    }
  }

  private mutating func showParents() {
    for number in nodes.indices where !nodes[number].isHidden && nodes[number].state == .found {
      for parent in ancestors(of: number) { nodes[parent].isHidden = false }
    }
  }

  /// 1 for what nothing applies.
  private var depths: [Int] { nodes.indices.map { ancestors(of: $0).count + 1 } }

  /// What applies it, what applies that, and so on; each once, should they apply each other.
  private func ancestors(of number: Int) -> [Int] {
    var result: [Int] = []
    var next = nodes[number].parent
    while let parent = next, parent != number, !result.contains(parent) {
      result.append(parent)
      next = nodes[parent].parent
    }
    return result
  }
}
