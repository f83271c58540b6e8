import YAMLSyntax

/// The paths of many field specs as one tree, so that an object is walked once for all of them.
struct PathTree: Sendable {
  /// A place on the way of a path, or at its end.
  struct Place: Sendable {
    /// The key that leads here.
    fileprivate(set) var key: String
    /// The first place below it and the next one beside it; 0 for none.
    fileprivate(set) var firstChild = 0
    fileprivate(set) var nextSibling = 0
    /// The number of the end of a path that is here; nil on the way.
    fileprivate(set) var end: Int?
  }

  /// The end of at least one path.
  struct End: Sendable {
    /// What is looked for there, in order: numbers that the maker of the tree understands.
    fileprivate(set) var targets: [Int] = []
    /// Whether it is the name in a `roleRef`.
    let isRoleReference: Bool
    /// The path as a configuration file writes it.
    let pathText: String
  }

  /// The root is the first.
  private(set) var places = [Place(key: "")]
  private(set) var ends: [End] = []

  var isEmpty: Bool { places.count == 1 }

  /// The places below one.
  func children(of place: Int) -> some Sequence<Int> {
    sequence(first: places[place].firstChild) { places[$0].nextSibling }.prefix { $0 != 0 }
  }

  mutating func add(_ spec: FieldSpec, target: Int) {
    var current = 0
    for part in spec.path { current = child(of: current, key: part.name) }
    guard current != 0 else { return }
    let end = places[current].end ?? ends.count
    if places[current].end == nil {
      places[current].end = end
      let isRoleReference = spec.path.suffix(2).map(\.name) == ["roleRef", "name"]
      ends.append(End(isRoleReference: isRoleReference, pathText: spec.pathText))
    }
    ends[end].targets.append(target)
  }

  private mutating func child(of place: Int, key: String) -> Int {
    var last = 0
    for child in children(of: place) {
      if places[child].key == key { return child }
      last = child
    }
    places.append(Place(key: key))
    if last == 0 { places[place].firstChild = places.count - 1 } else { places[last].nextSibling = places.count - 1 }
    return places.count - 1
  }
}

/// Walks an object along a tree of paths, through lists as kustomize does (api/filters/fieldspec/fieldspec.go). Nothing
/// is made that is not there.
struct PathWalk {
  private let tree: PathTree
  private let writer: NodeWriter
  /// What came of each node of an object with aliases, so that each is walked once; nil for any other object.
  private var walked: [Step: NodeRef]?

  private struct Step: Hashable {
    var node: NodeRef
    var place: Int
  }

  /// Gets what is at the end of a path, and its number; returns what to put there.
  typealias Change = (NodeRef, Int, inout Forest) throws(MergeFailure) -> NodeRef

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
    var result = node
    if let end = tree.places[place].end { result = try change(node, end, &forest) }
    guard tree.places[place].firstChild != 0, !forest.isNull(result) else { return result }
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
      var changed: [NodeRef]?
      for (index, item) in forest.items(node).enumerated() where !forest.isNull(item) {
        let new = try descend(item, from: place, in: &forest, change)
        if new == item { continue }
        var items = changed ?? Array(forest.items(node))
        items[index] = new
        changed = items
      }
      return changed.map { writer.sequence($0, like: node, in: &forest) } ?? node
    case .mapping:
      var result = node
      var child = tree.places[place].firstChild
      while child != 0 {
        let key = tree.places[child].key
        if let old = forest.value(result, key: key) {
          let new = try arrive(old, at: child, in: &forest, change)
          if new != old { result = writer.setting(key, to: new, in: result, in: &forest) }
        }
        child = tree.places[child].nextSibling
      }
      return result
    case .scalar, .alias:
      throw MergeFailure(
        message: "kustomize looks for '\(tree.places[tree.places[place].firstChild].key)' below a scalar, expected a "
          + "mapping or a list", range: forest.range(node))
    }
  }
}
