import Changes
import Facts
import FluxGraph
import Manifests
import RuleEngine
import Sessions
import SourceTrees

/// A revision that another one is compared with, read and built as far as it differs.
struct BaseRevision {
  /// What rules look at there; nil when it is the same tree.
  var model: RepositoryModel?
  var comparison: Comparison?
  var decides: Bool

  /// - Parameters:
  ///   - builder: what has built the new revision, whose configuration holds for both.
  ///   - model: that of the new revision.
  ///   - suppressions: what suppresses findings in a revision.
  init(
    _ base: BaseTree, of builder: GraphBuilder, _ model: RepositoryModel, locations: RuleLocations,
    suppressions: (SourceSet) -> Suppressions
  ) async throws(SourceTreeError) {
    decides = base.decides
    let sources = try builder.sources.revision(base.tree)
    let changed = builder.sources.changedPaths(since: sources)
    if changed.isEmpty { return }
    if let (file, reason) = sources.unread.first(where: { $0.value.isFailure }) {
      throw .unreadable(path: sources.path(of: file), reason: reason.reason)
    }
    var newBuilder = builder
    var builder = builder.builder(for: sources, changed: changed)
    let graph = await builder.build()
    var old = RepositoryModel(
      sources: builder.sources, graph: graph, fallback: model.fallback,
      suppressions: suppressions(builder.sources))
    let pendingMigrations = PendingMigrations()
    old.migrationSteps = { pendingMigrations.steps($0) }
    old.ruleMistakes = UserRules(builder.sources, at: locations).mistakes
    old.keyFiles = KeyFile.all(in: builder.sources)
    old.lostDefaults = LostDefaults(builder.sources)
    old.schemaDirectories = model.schemaDirectories
    old.unreadMarkers = Linter.unreadMarkers(old)
    self.model = old
    comparison = Comparison(
      base: old.clusters, old.sources, new: model.clusters, model.sources,
      isBuilt: { newBuilder.builds($0, in: $1) })
  }
}
