package import FluxModel
import Kustomize
package import Manifests
import SourceText
import YAMLSyntax

/// Finds the clusters of a repository and follows each.
package struct GraphBuilder {
  /// The tree, with all nodes that builds made.
  package var sources: SourceSet { engine.sources }
  var engine: KustomizeEngine
  let settings: GraphSettings
  /// What was followed so far.
  var followed: [FollowedStart] = []
  /// What looked like an entry point and is not followed.
  var notFollowed: [Gap] = []
  var reachedFiles: Set<FileID> = []
  /// Files with entry points that are no clusters: templates, and parts of clusters.
  var otherEntryFiles: Set<FileID> = []
  /// Files whose Kustomizations are followed, read by a build or not.
  var handledFiles: Set<FileID> = []
  /// How many of so many clusters, or of so many Kustomizations of one cluster, the first worker follows.
  var firstShare: KustomizeEngine.Share = { ($0 + 1) / 2 }

  /// - Parameter keepsResults: whether another revision is to be built, too.
  package init(sources: SourceSet, settings: GraphSettings, keepsResults: Bool = false) {
    engine = KustomizeEngine(sources: sources)
    engine.keepsResults = keepsResults
    self.settings = settings
  }

  /// What builds another revision, which has many builds in common with this one.
  ///
  /// - Parameter changed: every path that is not the same in both.
  package func builder(for other: SourceSet, changed: Set<String>) -> GraphBuilder {
    var builder = GraphBuilder(sources: other, settings: settings)
    builder.engine = engine.engine(for: other, changed: changed)
    return builder
  }

  package init(sources: SourceSet, fluxVersion: FluxVersion?) {
    self.init(sources: sources, settings: GraphSettings(fluxVersion: fluxVersion))
  }

  /// Builds everything. Entry points are, in this order: `gotk-sync.yaml` and FluxInstances, as overlays make them where
  /// they are a base; Kustomizations that apply themselves, and overlays that make one of those; where there is none, those
  /// whose path holds their file although nothing lists it. What none of them applies is left out, and in a repository
  /// without any it is followed as some cluster may apply it.
  package mutating func build() async -> FluxGraph {
    let candidates = EntryCandidates(engine.sources)
    let written = bootstrapped(candidates) + implied(candidates) + instances(candidates)
    await follow(withConfigured(overlaid(written, candidates)))
    nameUnknownPaths(candidates)
    await addSelfManaged(candidates)
    await addOverlays(candidates)
    if followed.isEmpty { await addUnlisted(candidates) }
    keepClusters()
    var graph = FluxGraph(clusters: [], written: candidates.written, reachedFiles: [])
    if followed.isEmpty {
      await addLoose(candidates)
      graph.clusters = followed.map(\.cluster)
    } else {
      graph.clusters = followed.map(\.cluster)
      graph.leftOut = await leftOut(candidates)
    }
    for cluster in graph.clusters.indices { addInputs(to: &graph.clusters[cluster]) }
    graph.notFollowed = notFollowed
    graph.reachedFiles = reachedFiles
    return graph
  }

  /// Reads the files of generators with variables that are not defined, so that nobody has to read one later.
  private func addInputs(to cluster: inout Cluster) {
    for number in cluster.kustomizations.indices {
      for use in cluster.kustomizations[number].undefinedVariables.indices {
        let found = cluster.kustomizations[number].undefinedVariables[use]
        cluster.kustomizations[number].undefinedVariables[use].input = GeneratorFileLine(
          of: found.name, at: found.range, engine.sources)
      }
    }
  }

  mutating func add(_ start: ClusterStart) async {
    take(await start.follow(with: &engine, settings, firstShare: firstShare), from: start)
  }

  private mutating func take(_ cluster: Cluster, from start: ClusterStart) {
    // A path that came from the settings of another cluster.
    guard start.pathDefinitions.isEmpty || !start.pathDefinitions.isDisjoint(with: cluster.files) else { return }
    reachedFiles.formUnion(cluster.files)
    followed.append(FollowedStart(start: start, cluster: cluster))
  }

  /// Follows clusters on two workers. Neighbours share bases, so each worker gets a run of them; the result is the same
  /// as one after the other. A single cluster has its Kustomizations shared out instead.
  mutating func follow(_ starts: [ClusterStart]) async {
    let sources = engine.sources
    guard starts.count > 1, let fork = try? sources.fork() else {
      for start in starts { await add(start) }
      return
    }
    let half = min(max(firstShare(starts.count), 0), starts.count)
    let settings = settings
    let handed = Handed(engine.forked(for: fork))
    async let second = Self.follow(Array(starts[half...]), with: handed, settings)
    for start in starts[..<half] {
      take(await start.follow(with: &engine, settings, firstShare: nil), from: start)
    }
    let (clusters, worker) = await second
    engine.addCosts(of: worker.value)
    if let moved = sources.adopt(fork) {
      engine.takeResults(of: worker.value, from: moved.first, by: moved.offset)
      for (cluster, start) in zip(clusters, starts[half...]) {
        take(cluster.movingNodes(from: moved.first, by: moved.offset), from: start)
      }
    } else {
      for start in starts[half...] { await add(start) }
    }
  }

  @concurrent private static func follow(
    _ starts: [ClusterStart], with handed: Handed<KustomizeEngine>, _ settings: GraphSettings
  ) async -> ([Cluster], Handed<KustomizeEngine>) {
    var engine = handed.value
    var clusters: [Cluster] = []
    for start in starts { clusters.append(await start.follow(with: &engine, settings, firstShare: nil)) }
    return (clusters, Handed(engine))
  }

  /// Drops what is part of another cluster, and gives clusters with one name different ones.
  private mutating func keepClusters() {
    let kept = EntryPointChoice(followed, sources: engine.sources)
    notFollowed += kept.notFollowed
    otherEntryFiles = kept.otherFiles
    handledFiles = kept.partFiles
    followed = kept.clusters.map { followed[$0] }
    var names: Set<String> = []
    for number in followed.indices {
      let name = Self.uniqueName(followed[number].cluster.name, among: names)
      followed[number].cluster.name = name
      names.insert(name)
    }
    if !kept.otherFiles.isEmpty { reachedFiles = followed.reduce(into: []) { $0.formUnion($1.cluster.files) } }
    var search = ReleaseSearch(engine.sources, reachedFiles: reachedFiles)
    for number in followed.indices { search.complete(&followed[number].cluster) }
  }

  private static func uniqueName(_ name: String, among names: Set<String>) -> String {
    guard !name.isEmpty, names.contains(name) else { return name }
    var number = 2
    while names.contains("\(name) (\(number))") { number += 1 }
    return "\(name) (\(number))"
  }
}

/// An entry point and the cluster that it is.
struct FollowedStart {
  var start: ClusterStart
  var cluster: Cluster
}
