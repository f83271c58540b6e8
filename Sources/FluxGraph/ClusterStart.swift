import FluxModel
import Kustomize
import Manifests
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
    /// A directory that nothing in this repository applies, with its kustomization file.
    case directory(String, SourceRange)
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
  /// Whether the configuration names this cluster.
  var isConfigured = false
  /// Files that give the variables of the entry point's path; the cluster reads one of them.
  var pathDefinitions: Set<FileID> = []
  /// Whether it is a FluxInstance in the values of its chart, in a file of their own.
  var isOfValuesFile = false
  /// Whether kustomizations elsewhere make entry points of its file, too: the path tells which of them an object is.
  var isShared = false
  /// Whether such a kustomization says the path.
  var isPathPatched = false
  var first: First
  /// What a group without an entry point has besides.
  var loose: LooseSurroundings?

  /// The paths that it begins with, cleaned, from the top of the tree.
  var firstPaths: [String] {
    switch first {
    case .written(let raws): raws.map { RelativePath.clamped($0.path ?? "") }
    case .made(_, _, let path, _): [artifactRoot.isEmpty ? path : RelativePath.clamped(artifactRoot + "/" + path)]
    case .directory(let path, _): [path]
    }
  }

  /// What makes two entry points one cluster: source, Kustomization and path.
  struct Identity: Hashable {
    var source: ClusterBuilder.SourceIdentity
    var namespace: String?
    var name: String
    var path: String
  }
  var identity: Identity? {
    guard let ownSource, let path = firstPaths.first, firstPaths.count == 1 else { return nil }
    switch first {
    case .written(let raws):
      return Identity(source: ownSource, namespace: raws[0].namespace, name: raws[0].name, path: path)
    case .made(let namespace, let name, _, _):
      return Identity(source: ownSource, namespace: namespace, name: name, path: path)
    case .directory: return nil
    }
  }

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
    if let loose { builder.add(loose) }
    switch first {
    case .written(let raws): for raw in raws { builder.addEntry(raw) }
    case .made(let namespace, let name, let path, let origin):
      builder.addEntry(namespace: namespace, name: name, path: path, origin: origin)
    case .directory(let path, let origin): builder.addDirectory(path, origin: origin)
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
    for index in edges.indices {
      move(&edges[index].location)
      move(&edges[index].entry)
      edges[index].lock?.move(move)
    }
    settings.kustomizeServiceAccount?.move(move)
    settings.helmServiceAccount?.move(move)
    settings.remoteBaseBan?.move(move)
    for controller in settings.namespaceLocks.keys { settings.namespaceLocks[controller]?.move(move) }
    for gate in settings.featureGates.keys { settings.featureGates[gate]?.move(move) }
    for index in charts.indices {
      move(&charts[index].spec)
      move(&charts[index].location)
      if var name = charts[index].name {
        move(&name)
        charts[index].name = name
      }
    }
    for index in kustomizations.indices {
      guard var root = kustomizations[index].root else { continue }
      move(&root)
      kustomizations[index].root = root
    }
    return self
  }
}

extension ControllerFlag {
  fileprivate mutating func move(_ move: (inout NodeRef) -> Void) { move(&place) }
}

extension Gap {
  /// What a cluster does that runs a later release than is known; it hides no object.
  init?(newerReleaseOf settings: ClusterSettings) {
    guard let reason = settings.newerReleaseReason else { return nil }
    var place: SourceRange?
    if case .found(let range) = settings.versionOrigin { place = range }
    self.init(.newerRelease, reason, range: place, shared: reason)
    kinds = []
  }
}
