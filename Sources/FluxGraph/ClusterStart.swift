import FluxModel
import Kustomize
import SourceText
import YAMLSyntax

/// An entry point and all that is needed to follow it.
struct ClusterStart: Sendable {
  /// The Kustomizations it begins with.
  enum First: Sendable {
    /// Those of files.
    case written([RawKustomization])
    /// The one that the Flux Operator makes from a FluxInstance.
    case made(namespace: String, name: String, path: String, origin: SourceRange)
  }

  /// What a group without an entry point has besides.
  struct Loose: Sendable {
    var objects: [(NodeRef, SourceRange)]
    var names: Set<String>
    var hasResourceSets: Bool
  }

  var name: String
  var entry: EntryPoint
  var ownSource: ClusterBuilder.SourceIdentity?
  var artifactRoot = ""
  var instance: NodeRef?
  /// The own source as a file has it.
  var writtenSource: NodeRef?
  /// The release that the configuration names for this cluster.
  var fluxVersion: FluxVersion?
  var first: First
  var loose: Loose?

  /// Builds the cluster; what the engine caches stays in it for the next.
  ///
  /// - Parameter firstShare: how many of so many Kustomizations the first of two workers builds; nil for one worker.
  func follow(
    with engine: inout KustomizeEngine, _ settings: GraphSettings, firstShare: KustomizeEngine.Share?
  ) async -> Cluster {
    var builder = ClusterBuilder(
      engine: engine, name: name, entry: entry, given: fluxVersion ?? settings.fluxVersion, ownSource: ownSource,
      artifactRoot: artifactRoot,
      instance: instance, writtenSource: writtenSource, provided: settings.provided)
    if let loose {
      builder.addLooseObjects(loose.objects)
      builder.addLooseNames(loose.names)
      if loose.hasResourceSets { builder.addResourceSetGap() }
      builder.addUnreadFileGap()
    }
    switch first {
    case .written(let raws): for raw in raws { builder.addEntry(raw) }
    case .made(let namespace, let name, let path, let origin):
      builder.addEntry(namespace: namespace, name: name, path: path, origin: origin)
    }
    await builder.run(firstShare: firstShare)
    var cluster: Cluster
    (engine, cluster) = builder.finish()
    if let range = entry.range { cluster.files.insert(range.file) }
    if let gap = Gap(newerReleaseOf: cluster.settings) { cluster.gaps.append(gap) }
    return cluster
  }
}

extension Cluster {
  /// The cluster with its nodes in trees from `first` on found `offset` trees further.
  consuming func movingNodes(from first: UInt32, by offset: UInt32) -> Cluster {
    func move(_ node: inout NodeRef) { if node.tree >= first { node.tree += offset } }
    for index in objects.indices {
      move(&objects[index].root)
      move(&objects[index].built)
    }
    for index in edges.indices { move(&edges[index].location) }
    for index in kustomizations.indices {
      guard var root = kustomizations[index].root else { continue }
      move(&root)
      kustomizations[index].root = root
    }
    return self
  }
}

extension Gap {
  /// What a cluster does that runs a later release than is known; it hides no object.
  fileprivate init?(newerReleaseOf settings: ClusterSettings) {
    guard let reason = settings.newerReleaseReason else { return nil }
    var place: SourceRange?
    if case .found(let range) = settings.versionOrigin { place = range }
    self.init(reason: reason, namespace: nil, range: place, kinds: [])
  }
}
