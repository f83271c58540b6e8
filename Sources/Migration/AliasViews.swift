import YAMLSyntax

/// How often each node of a file is seen when every alias is followed. A node that is seen twice cannot be changed for
/// one of its readers only.
struct AliasViews {
  /// By node; empty when the file has no alias, where everything is seen once.
  private var counts: [UInt32] = []
  private var isTooMuch = false
  private let tree: UInt32

  /// More than this is not looked through: nothing of such a file is changed.
  private static let limit = 2_000_000

  init(_ documents: [YAMLDocument], tree: UInt32, in forest: Forest) {
    self.tree = tree
    let nodes = forest.trees[Int(tree)].nodes
    guard nodes.contains(where: { $0.kind == .alias }) else { return }
    counts = Array(repeating: 0, count: nodes.count)
    var budget = Self.limit
    for document in documents { count(document.root, in: forest, &budget) }
    isTooMuch = budget <= 0
  }

  private mutating func count(_ ref: NodeRef, in forest: Forest, _ budget: inout Int) {
    budget -= 1
    guard budget > 0 else { return }
    let target = forest.resolved(ref)
    counts[Int(target.node)] += 1
    for item in forest.items(target) { count(item, in: forest, &budget) }
    for pair in forest.writtenPairs(target) {
      count(pair.key, in: forest, &budget)
      count(pair.value, in: forest, &budget)
    }
  }

  /// How often a node of the file is seen; at least once.
  func count(of ref: NodeRef, in forest: Forest) -> Int {
    guard !counts.isEmpty, ref.tree == tree else { return 1 }
    return isTooMuch ? Int.max : max(1, Int(counts[Int(forest.resolved(ref).node)]))
  }

  /// Whether the node and all below it are seen once, and no alias stands below it.
  func isPlain(_ ref: NodeRef, in forest: Forest) -> Bool {
    guard !counts.isEmpty, ref.tree == tree else { return true }
    guard !isTooMuch, forest.written(ref).kind != .alias, count(of: ref, in: forest) == 1 else { return false }
    return forest.items(ref).allSatisfy { isPlain($0, in: forest) }
      && forest.writtenPairs(ref).allSatisfy { isPlain($0.key, in: forest) && isPlain($0.value, in: forest) }
  }
}
