/// Collects the pairs of a mapping with merge keys carried out, as kyaml does: explicit keys win wherever they stand,
/// then earlier merged mappings.
struct MergedPairs {
  let forest: Forest
  private(set) var result: [Forest.Pair] = []
  private var keys: Set<[UInt8]> = []
  /// A mapping merged a second time adds nothing.
  private var mappings: Set<NodeRef> = []

  init(forest: Forest) { self.forest = forest }

  mutating func add(_ ref: NodeRef) {
    let mapping = forest.resolved(ref)
    guard forest.written(mapping).kind == .mapping, mappings.insert(mapping).inserted else { return }
    var merges: [NodeRef] = []
    for pair in forest.writtenPairs(mapping) {
      if forest.isMergeKey(pair.key) {
        merges.append(pair.value)
      } else if forest.kind(pair.key) != .scalar || keys.insert(forest.withText(pair.key) { Array($0) }).inserted {
        result.append(pair)
      }
    }
    for merge in merges {
      if forest.kind(merge) == .sequence {
        for item in forest.items(merge) { add(item) }
      } else {
        add(merge)
      }
    }
  }
}
