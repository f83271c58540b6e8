import YAMLSyntax

extension Forest {
  /// The pairs of a mapping of a kustomization file, which go-yaml v2 reads into values one after the other: of equal keys
  /// the last counts, and a merge key writes over what stands before it. (In resources explicit keys always win.)
  func decodedPairs(_ ref: NodeRef) -> [Pair] {
    if self[ref].flags.isDisjoint(with: .notAsWritten) { return Array(writtenPairs(ref)) }
    var pairs = DecodedPairs()
    pairs.add(ref, in: self)
    return pairs.result
  }
}

private struct DecodedPairs {
  private(set) var result: [Forest.Pair] = []
  private var indexByKey: [[UInt8]: Int] = [:]

  mutating func add(_ ref: NodeRef, in forest: Forest) {
    for pair in forest.writtenPairs(ref) {
      if forest.isMergeKey(pair.key) {
        // Of a list the first mapping wins, so it comes last.
        let merged = forest.kind(pair.value) == .sequence ? Array(forest.items(pair.value).reversed()) : [pair.value]
        for mapping in merged where forest.kind(mapping) == .mapping { add(mapping, in: forest) }
        continue
      }
      let key = forest.withText(pair.key) { Array($0) }
      if let index = indexByKey[key] {
        result[index] = pair
      } else {
        indexByKey[key] = result.count
        result.append(pair)
      }
    }
  }
}
