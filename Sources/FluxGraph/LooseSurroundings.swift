import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// What lies around Kustomizations that no entry point applies.
struct LooseSurroundings: Sendable {
  /// An object of a file that nothing reads.
  struct Stray: Sendable {
    var root: NodeRef
    var origin: SourceRange
    var namespace: String?
    /// That of its file.
    var directory: String
  }

  /// Kind and name: the namespace may be set by a kustomization that is not in the repository.
  struct Key: Hashable, Sendable {
    var kind: String
    var name: String
  }

  /// Where its Kustomizations are; empty where they are in several places.
  var directory = ""
  /// Whether all of the directory is applied to one cluster, as far as names tell.
  var isWholeDirectory = false
  /// Whether what is found is reported: in a repository without an entry point.
  var isJudged = false
  /// Flux objects for references to find.
  var objects: [(NodeRef, SourceRange)] = []
  /// Kustomizations and HelmReleases of any file.
  var names: Set<Key> = []
  var hasResourceSets = false
  /// Sources that entry points of this repository synchronise from.
  var ownSources: Set<ClusterBuilder.SourceIdentity> = []
  /// Sources that are most likely this repository: it has the paths that Kustomizations take from them.
  var likelyOwnSources: Set<Key> = []
  /// Sources of files that nothing reads.
  var sources: [Key: [Stray]] = [:]
  /// ConfigMaps and Secrets of files that nothing reads, as far as variables are taken from some of that name.
  var values: [Key: [Stray]] = [:]

  /// The one that a Kustomization most likely means: beside it, else the only one.
  static func nearest(
    _ strays: [Stray]?, namespace: String?, to directory: String
  ) -> (found: Stray?, isAmbiguous: Bool) {
    let fitting = (strays ?? []).filter { $0.namespace == nil || namespace == nil || $0.namespace == namespace }
    if fitting.count <= 1 { return (fitting.first, false) }
    let beside = fitting.filter { $0.directory == directory }
    return beside.count == 1 ? (beside[0], false) : (nil, true)
  }
}

extension Cluster {
  /// A Kustomization or HelmRelease anywhere in a repository without an entry point whose name is a slip away.
  ///
  /// - Parameter own: the name of the object that refers to it, which does not mean itself.
  package func looseName(aSlipFrom name: String, kind: String, butNot own: String) -> String? {
    guard name.utf8.count > 3 else { return nil }
    return looseNames.lazy.filter {
      $0.kind == kind && $0.name != own && Suggestion.isSlip(between: name, and: $0.name)
    }
    .map(\.name).min()
  }
}

// Kustomizations that no entry point applies.
extension ClusterBuilder {
  mutating func add(_ loose: LooseSurroundings) {
    self.loose = loose
    addLooseObjects(loose.objects)
    if loose.hasResourceSets { addResourceSetGap() }
    addUnreadFileGap()
  }

  /// Where a source is that this group does not apply itself; nil where nothing special is known.
  mutating func looseSource(_ identity: SourceIdentity, of kustomization: FluxKustomization) -> SourceResult? {
    guard let loose, !isApplied(identity) else { return nil }
    let key = LooseSurroundings.Key(kind: identity.kind, name: identity.name)
    let directory = RelativePath.parent(of: engine.sources.path(of: kustomization.origin.file))
    let fitting = (loose.sources[key] ?? []).filter {
      $0.namespace == nil || identity.namespace == nil || $0.namespace == identity.namespace
    }
    if let beside = fitting.first(where: {
      RelativePath.isPath($0.directory, inside: directory) && !directory.isEmpty || $0.directory == directory
    }) {
      return declared(beside.root, identity, depth: 0)
    }
    let isOwn = loose.ownSources.contains {
      $0.kind == identity.kind && $0.name == identity.name
        && ($0.namespace == identity.namespace || identity.namespace == nil)
    }
    if isOwn || loose.likelyOwnSources.contains(key) { return .tree("") }
    return fitting.first.map { declared($0.root, identity, depth: 0) }
  }

  /// Whether a source is known to be this repository by more than that the path of a Kustomization is there: without, a
  /// path that is missing, or is the top, is a sign that the source is another repository.
  func isKnownSource(_ kustomization: FluxKustomization, spec: NodeRef?) -> Bool {
    guard let loose, loose.isJudged || kustomization.path.isEmpty,
      spec.flatMap({ forest.value($0, "sourceRef", "name") }) != nil,
      let identity = identity(ofSourceOf: kustomization, spec: spec)
    else { return true }
    let key = LooseSurroundings.Key(kind: identity.kind, name: identity.name)
    return loose.likelyOwnSources.contains(key) || loose.sources[key] != nil || loose.ownSources.contains(identity)
      || isApplied(identity)
  }

  /// A ConfigMap or Secret of a file that nothing reads, for variables.
  func looseValues(kind: String, name: String, of kustomization: FluxKustomization) -> (
    found: AppliedObject?, isAmbiguous: Bool
  ) {
    guard let loose else { return (nil, false) }
    let directory = RelativePath.parent(of: engine.sources.path(of: kustomization.origin.file))
    let (stray, isAmbiguous) = LooseSurroundings.nearest(
      loose.values[LooseSurroundings.Key(kind: kind, name: name)], namespace: kustomization.namespace, to: directory)
    let object = stray.flatMap { stray in
      forest.objectID(ManifestObject(root: stray.root)).map { id in
        AppliedObject(
          root: stray.root, built: stray.root, isKnown: true, id: id, origin: stray.origin, modifiers: [],
          kustomization: nil, isRemote: false)
      }
    }
    return (object, isAmbiguous)
  }
}
