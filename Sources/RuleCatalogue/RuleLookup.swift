package import Diagnostics
import SourceText

extension [RuleMetadata] {
  /// The rule that a constant of the catalogue names: it is always there. The list is sorted by name.
  package func rule(_ id: RuleID) -> RuleMetadata { self[partitioningIndex { $0.id >= id }] }

  private func partitioningIndex(_ isBehind: (RuleMetadata) -> Bool) -> Int {
    var range = startIndex..<endIndex
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = isBehind(self[middle]) ? range.lowerBound..<middle : (middle + 1)..<range.upperBound
    }
    return range.lowerBound
  }

  /// The rule of this name, or the one that had it once.
  package func rule(named name: String) -> RuleMetadata? {
    first { $0.id.name == name } ?? first { $0.formerNames.contains(name) }
  }

  /// The name of the rule that somebody who wrote `name` most likely meant, or nil.
  package func nearestName(to name: String) -> String? { Suggestion.nearest(to: name, in: lazy.map(\.id.name)) }
}
