import Manifests
import YAMLSyntax

extension KustomizeEngine {
  /// The tree of results.
  private var results: YAMLTree {
    _read { yield sources.forest.trees[Int(writer.tree)] }
  }

  /// Whether the tree of results takes no more text, so that what is made now is not what was meant.
  package var isFull: Bool { results.isFull }

  /// What substitution may still go through and make.
  package var substitutionBytesLeft: Int {
    get { budget.substitutionBytesLeft }
    set { budget.substitutionBytesLeft = newValue }
  }

  /// Begins to count what a build costs.
  mutating func beginSpending() {
    budget.begin(nodes: results.nodes.count, bytes: results.pool.count)
    let limit = budget.textLimit
    sources.forest.withTree(writer.tree) { $0.limitText(to: limit) }
  }

  /// Whether the build may still cost something. That it may not is reported once.
  ///
  /// - Parameter visits: what is to be done now, counted in objects; nil for one look at each of the layer.
  mutating func canAfford(_ layer: inout Layer, visits: Int? = nil) -> Bool {
    let wasSpent = budget.isSpent
    if budget.spend(visits: visits ?? layer.resources.count, nodes: results.nodes.count, bytes: results.pool.count),
      !isFull
    {
      return true
    }
    if isFull { budget.exhaust() }
    if !wasSpent, !budget.isRunSpent {
      let what =
        isFull ? "too much text: more than \(BuildBudget.ofBuild.bytes >> 20) MiB" : "too many objects and patches"
      layer.report.addError(.other, "the build has \(what)", at: nil)
    }
    return false
  }
}
