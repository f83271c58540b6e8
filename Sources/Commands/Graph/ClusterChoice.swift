import CommandFailures
import FluxGraph
import Manifests
import SourceText

extension [Cluster] {
  /// The clusters of that name, or those whose name ends in it.
  ///
  /// - Throws: `CommandFailure.noCluster` when there is none, with the one that was probably meant.
  func named(_ name: String) throws(CommandFailure) -> [Cluster] {
    let exact = filter { $0.name == name }
    if !exact.isEmpty { return exact }
    let ending = filter { $0.name.hasSuffix("/" + name) }
    guard ending.isEmpty else { return ending }
    let names = map(\.name).filter { !$0.isEmpty }
    let near =
      Suggestion.nearest(to: name, in: names) ?? Suggestion.nearest(to: name, in: names.map(RelativePath.name(of:)))
    throw .noCluster(name, known: names.sorted(), suggestion: near)
  }
}
