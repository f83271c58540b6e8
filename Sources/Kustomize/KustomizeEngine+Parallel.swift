package import Manifests
import YAMLSyntax

extension KustomizeEngine {
  /// How many of so many things the first of two workers takes. Nothing depends on it but the time it takes.
  package typealias Share = @Sendable (Int) -> Int

  /// From how many builds on a second worker is worth what it costs to bring its nodes over.
  private static let worthSharing = 6

  /// Builds directories that do not depend on each other, on two workers when there are many.
  ///
  /// - Parameter firstShare: how many of them the first worker builds; nil to build all on one.
  /// - Returns: a result for each request, in their order; the same as if they were built one after the other.
  package nonisolated(nonsending) mutating func build(
    _ requests: [BuildRequest], firstShare: Share?
  ) async -> [BuildResult] {
    guard let firstShare, requests.count >= Self.worthSharing, let fork = try? sources.fork() else {
      return requests.map { build($0) }
    }
    let first = min(max(firstShare(requests.count), 0), requests.count)
    let handed = Handed(forked(for: fork))
    async let second = Self.buildAll(requests[first...], with: handed)
    var results = requests[..<first].map { build($0) }
    var (others, worker) = await second
    addCosts(of: worker.value)
    if let moved = sources.adopt(fork) {
      for index in others.indices { others[index].moveNodes(from: moved.first, by: moved.offset) }
      results += others
      takeResults(of: worker.value, from: moved.first, by: moved.offset)
    } else {
      results += requests[first...].map { build($0) }
    }
    return results
  }

  @concurrent private static func buildAll(
    _ requests: ArraySlice<BuildRequest>, with handed: Handed<KustomizeEngine>
  ) async -> ([BuildResult], Handed<KustomizeEngine>) {
    var engine = handed.value
    let results = requests.map { engine.build($0) }
    return (results, Handed(engine))
  }
}

extension KustomizeEngine {
  /// An engine for another worker, which counts what is spent on from here.
  package func forked(for sources: SourceSet) -> KustomizeEngine {
    var engine = KustomizeEngine(sources: sources, budget: budget.forked())
    engine.keptResults = keptResults
    return engine
  }

  /// Takes over what a worker built, where results are kept. Its nodes in trees from `first` on are found `offset` trees
  /// further.
  package mutating func takeResults(of worker: KustomizeEngine, from first: UInt32, by offset: UInt32) {
    guard keptResults != nil, let others = worker.keptResults else { return }
    for (var request, var result) in others {
      if var spec = request.fluxSpec, spec.tree >= first {
        spec.tree += offset
        request.fluxSpec = spec
      }
      guard keptResults?[request] == nil else { continue }
      result.moveNodes(from: first, by: offset)
      keptResults?[request] = result
    }
  }

  /// Counts what the builds of a worker cost.
  package mutating func addCosts(of worker: KustomizeEngine) { budget.add(worker.budget) }
}

/// Something that one task gives to another and looks at again only when that has ended.
package struct Handed<Value>: @unchecked Sendable {
  package let value: Value
  package init(_ value: Value) { self.value = value }
}

extension BuildResult {
  /// Finds the nodes of trees from `first` on `offset` trees further.
  mutating func moveNodes(from first: UInt32, by offset: UInt32) {
    for index in objects.indices where objects[index].root.tree >= first { objects[index].root.tree += offset }
  }
}
