import RuleEngine

/// What a tree of Helm values sets: the paths of its scalars and lists, which is what a later tree replaces.
struct ValueLeaves {
  private(set) var paths: Set<[String]> = []

  /// - Parameter forest: may be one of its own, for values that are text in another manifest.
  mutating func add(_ values: NodeRef, in forest: Forest, below path: [String] = []) {
    guard forest.kind(values) == .mapping, path.count < 60 else {
      if !path.isEmpty { paths.insert(path) }
      return
    }
    for pair in forest.pairs(values) { add(pair.value, in: forest, below: path + [forest.text(pair.key)]) }
  }

  /// The paths that another tree leaves alone: it sets neither them nor something above them.
  func missing(in other: ValueLeaves) -> [String] {
    paths.filter { path in
      !(1...path.count).contains { other.paths.contains(Array(path.prefix($0))) }
    }.map { $0.joined(separator: ".") }.sorted()
  }

  mutating func add(_ path: [String]) { paths.insert(path) }

  /// Takes over what another tree sets.
  mutating func unite(with other: ValueLeaves) { paths.formUnion(other.paths) }
}
