import YAMLSyntax

/// The paths of many field specs as one tree, so that an object is walked once for all of them.
struct PathTree: Sendable {
  struct Place: Sendable {
    /// The key that leads here.
    var key: String
    /// Places below it.
    var children: [Int] = []
    /// What is looked for at this place, in order: indices that the maker of the tree understands.
    var targets: [Int] = []
    /// Whether it is the name in a `roleRef`.
    var isRoleReference = false
    /// The path as a configuration file writes it.
    var pathText = ""
  }

  /// The root is the first.
  private(set) var places = [Place(key: "")]

  var isEmpty: Bool { places.count == 1 }

  mutating func add(_ spec: FieldSpec, target: Int) {
    var current = 0
    for part in spec.path {
      if let child = places[current].children.first(where: { places[$0].key == part.name }) {
        current = child
      } else {
        places.append(Place(key: part.name))
        places[current].children.append(places.count - 1)
        current = places.count - 1
      }
    }
    guard current != 0 else { return }
    places[current].targets.append(target)
    places[current].pathText = spec.pathText
    let last = spec.path.suffix(2).map(\.name)
    places[current].isRoleReference = last == ["roleRef", "name"]
  }
}

/// Walks an object along a tree of paths, through lists as kustomize does (api/filters/fieldspec/fieldspec.go). Nothing
/// is made that is not there.
struct PathWalk {
  let tree: PathTree
  let writer: NodeWriter
  /// What came of each node of an object with aliases, so that each is walked once; nil for any other object.
  private var walked: [Step: NodeRef]?

  private struct Step: Hashable {
    var node: NodeRef
    var place: Int
  }

  /// Gets what is at a place and returns what to put there.
  typealias Change = (NodeRef, PathTree.Place, inout Forest) throws(MergeFailure) -> NodeRef

  init(_ tree: PathTree, _ writer: NodeWriter) {
    self.tree = tree
    self.writer = writer
  }

  mutating func update(
    _ root: NodeRef, in forest: inout Forest, _ change: Change
  ) throws(MergeFailure) -> NodeRef {
    walked = forest.mayShareNodes(root) ? [:] : nil
    return try descend(root, from: 0, in: &forest, change)
  }

  /// A node that the path to a place leads to.
  private mutating func arrive(
    _ node: NodeRef, at place: Int, in forest: inout Forest, _ change: Change
  ) throws(MergeFailure) -> NodeRef {
    let result = tree.places[place].targets.isEmpty ? node : try change(node, tree.places[place], &forest)
    guard !tree.places[place].children.isEmpty, !forest.isNull(result) else { return result }
    return try descend(result, from: place, in: &forest, change)
  }

  /// A node below which the children of a place are looked for.
  private mutating func descend(
    _ node: NodeRef, from place: Int, in forest: inout Forest, _ change: Change
  ) throws(MergeFailure) -> NodeRef {
    guard walked != nil else { return try step(node, from: place, in: &forest, change) }
    let step = Step(node: forest.resolved(node), place: place)
    if let known = walked?[step] { return known == step.node ? node : known }
    let result = try self.step(node, from: place, in: &forest, change)
    walked?[step] = result == node ? step.node : result
    return result
  }

  private mutating func step(
    _ node: NodeRef, from place: Int, in forest: inout Forest, _ change: Change
  ) throws(MergeFailure) -> NodeRef {
    switch forest.kind(node) {
    case .sequence:
      var items = Array(forest.items(node))
      var isChanged = false
      for index in items.indices where !forest.isNull(items[index]) {
        let item = try descend(items[index], from: place, in: &forest, change)
        if item != items[index] { isChanged = true }
        items[index] = item
      }
      return isChanged ? writer.sequence(items, like: node, in: &forest) : node
    case .mapping:
      var result = node
      for child in tree.places[place].children {
        guard let old = forest.value(result, key: tree.places[child].key) else { continue }
        let new = try arrive(old, at: child, in: &forest, change)
        if new != old { result = writer.setting(tree.places[child].key, to: new, in: result, in: &forest) }
      }
      return result
    case .scalar, .alias:
      let child = tree.places[place].children.first.map { tree.places[$0].key } ?? ""
      throw MergeFailure(
        message: "kustomize looks for '\(child)' below a scalar, expected a mapping or a list",
        range: forest.range(node))
    }
  }
}
