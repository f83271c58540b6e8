package import FluxModel
package import Kustomize
package import Manifests
package import SourceText
package import YAMLSyntax

/// One cluster: an entry point and everything Flux applies from there.
package struct Cluster: Sendable {
  /// The directory of the entry point, `clusters/production`. Empty for Kustomizations that no entry point in this
  /// repository reaches.
  package var name: String
  /// The directory of a group without an entry point; empty otherwise.
  package var directory = ""
  package var entry: EntryPoint
  package var settings: ClusterSettings
  package var kustomizations: [FluxKustomization] = []
  package var objects: [AppliedObject] = []
  /// The objects by what they are called.
  package var index = ObjectIndex()
  package var edges: [Edge] = []
  /// Charts that are built from files that are here.
  package var charts: [ChartUse] = []
  /// Why objects may exist that this graph does not have.
  package var gaps: [Gap] = []
  /// Whether the entry point is among the objects although no build applies it.
  var isEntryByHand = false
  /// The source of the entry point.
  var ownSource: ClusterBuilder.SourceIdentity?
  /// The URLs of this repository, as far as the cluster or the clone says them, normalized.
  var ownURLs: Set<String> = []
  /// Sources of this repository that the Flux Operator makes of FluxInstances which the cluster applies.
  var madeSources: Set<ClusterBuilder.SourceIdentity> = []
  /// Kustomizations and HelmReleases defined anywhere in the repository, for a group without an entry point.
  var looseNames: Set<LooseSurroundings.Key> = []
  /// What the configuration says is made outside Git.
  var provided: [ProvidedObject] = []
  /// Who makes Secrets and ConfigMaps that no manifest has.
  var products = ProducedObjects()
  /// What HelmReleases may make of Flux objects.
  let chartObjects = Lazily<[ChartObjects]>()
  /// What files call their objects; nil when no gap is bounded by them.
  var definedNames: DefinedNames?
  /// Every parsed file that some build of this cluster reads.
  package var files: Set<FileID> = []
  /// Those of them that are read for other clusters alone (`spec.kubeConfig`), whose Flux nobody knows.
  package var remoteFiles: Set<FileID> = []
  /// The Flux of those clusters where the repository says it: by the Kustomization that applies to them, and by file.
  package var remoteReleases: [Int: ClusterSettings] = [:]
  package var remoteFileReleases: [FileID: ClusterSettings] = [:]
  /// Texts that become, or have in them, the value of a variable that a Secret gives: where they are written, with the
  /// Secret as messages name it. Nobody is to read in a report what becomes of them.
  package var secretPlaces: [SourceRange: String] = [:]
  /// Copies of ArtifactGenerators that find nothing.
  package var emptyCopies: [EmptyCopy] = []

  /// The kind of source that a Kustomization is built from: what it names, else what the cluster itself is synchronised
  /// from.
  package func sourceKind(of kustomization: FluxKustomization, in forest: Forest) -> String {
    let reference = kustomization.root.flatMap { forest.value($0, "spec", "sourceRef") }
    return reference.flatMap { forest.givenText($0, "kind") } ?? ownSource?.kind ?? "GitRepository"
  }

  /// Whether all that a ResourceSet makes is among the objects.
  package func isWhole(_ set: AppliedObject) -> Bool {
    !gaps.contains { $0.cause == .template && $0.range == set.origin }
  }

  /// Whether the entry point is known. Objects of a group without one may belong to different clusters.
  package var hasEntryPoint: Bool { entry.kind != .none }

  /// Whether all of it is applied to one cluster: then two of its objects can be one in the cluster, and a path that is
  /// not there is missed. Kustomizations of one directory are, unless two of them have one name.
  package var isOneCluster: Bool { hasEntryPoint || isWholeDirectory }
  var isWholeDirectory = false
}

/// What tells clusters apart: groups that no entry point reaches share a name.
package struct ClusterKey: Hashable, Sendable {
  private var name: String
  private var start: SourceRange?

  package init(_ cluster: Cluster) {
    name = cluster.name
    start = cluster.entry.range ?? cluster.kustomizations.first?.origin
  }
}

/// Where the reconciliation of a cluster begins.
package struct EntryPoint: Sendable {
  package enum Kind: Sendable {
    /// `gotk-sync.yaml`, as `flux bootstrap` writes it.
    case bootstrap
    /// A FluxInstance, or Helm values of the flux-instance chart.
    case fluxInstance
    /// A Kustomization that applies the file it is defined in.
    case selfManaged
    case none
  }
  package var kind: Kind
  /// The document or values that define it.
  package var range: SourceRange?
}

/// What is known of the Flux installation of a cluster.
package struct ClusterSettings: Sendable {
  package enum VersionOrigin: Hashable, Sendable {
    /// The command line or the configuration file.
    case given
    /// `gotk-components.yaml` or a FluxInstance.
    case found(SourceRange)
    /// Nothing says it: the newest release is assumed.
    case assumed
  }
  /// The release that everything is judged by.
  package var fluxVersion: FluxVersion
  /// The release that runs, where it came out later than this program: the newest known stands for it.
  package var newerRelease: FluxVersion?
  /// Whether a later one than that may run as well.
  package var isNewerReleaseOpen = false
  package var versionOrigin: VersionOrigin
  /// `--default-service-account` of kustomize-controller: the lockdown of multi-tenancy.
  package var kustomizeServiceAccount: ControllerFlag?
  /// The same of helm-controller.
  package var helmServiceAccount: ControllerFlag?
  /// `--no-cross-namespace-refs`, by the name of the controller.
  package var namespaceLocks: [String: ControllerFlag] = [:]
  /// `--no-remote-bases` of kustomize-controller.
  package var remoteBaseBan: ControllerFlag?
  /// The feature gates that flags set, `true` or `false`, by `helm-controller/DefaultToRetryOnFailure`.
  package var featureGates: [String: ControllerFlag] = [:]
  /// Whether an undefined variable fails the build (the gate `StrictPostBuildSubstitutions`, on since Flux 2.9).
  package var isSubstitutionStrict: Bool
  /// Whether a flag says so, rather than the release.
  var isStrictnessGiven = false
  /// Whether an assumed release is the newest that something in the repository allows.
  package var isVersionBounded = false
  /// Whether an assumed release is the one whose CustomResourceDefinitions the cluster has.
  package var isOfDefinitions = false

  /// Settings of an installation without lockdown.
  ///
  /// What is no release, such as the label of a development build, says nothing: the newest is assumed.
  package init(fluxVersion: FluxVersion, versionOrigin: VersionOrigin) {
    newerRelease = fluxVersion.isNewerThanKnown ? fluxVersion : nil
    let isRelease = fluxVersion.isRelease
    let fluxVersion = isRelease ? min(fluxVersion, APIVersions.newestRelease) : APIVersions.newestRelease
    self.fluxVersion = fluxVersion
    self.versionOrigin = isRelease ? versionOrigin : .assumed
    isSubstitutionStrict = Self.isStrict(fluxVersion)
  }

  /// Whether it is known which versions are served.
  package var isServiceKnown: Bool { versionOrigin != .assumed || isOfDefinitions }

  /// The release that runs, as far as it is known.
  package var runningRelease: FluxVersion { newerRelease ?? fluxVersion }

  /// `2.11`, `2.11 or later`; nil for a release that is known.
  package var newerReleaseName: String? { newerRelease.map { "\($0)" + (isNewerReleaseOpen ? " or later" : "") } }

  /// What the text says that names the release.
  package var runningRelation: String {
    newerReleaseName.map { "this cluster runs Flux \($0), which is newer than this fluxlint knows" }
      ?? "this cluster runs Flux \(fluxVersion)"
  }

  static func isStrict(_ version: FluxVersion) -> Bool { version >= FluxVersion(major: 2, minor: 9) }

  /// Says that the release that runs is not known, and what stands for it; nil when it is known.
  package var newerReleaseReason: String? {
    newerReleaseName.map {
      "Flux \($0) is newer than this fluxlint knows, so everything is judged by Flux \(fluxVersion)"
    }
  }
}

/// A controller's command line flag and what sets it: the argument that has its value, or a field of a FluxInstance.
package struct ControllerFlag: Hashable, Sendable {
  package var value: String
  package var place: NodeRef
}

/// A Flux Kustomization as the cluster has it: built, patched and substituted by what applies it.
package struct FluxKustomization: Sendable {
  package enum Status: Hashable, Sendable {
    case built
    case failed
    /// Its source is not this repository; why.
    case external(String)
    case missingPath
  }
  /// Nil for the Kustomization that the Flux Operator makes from a FluxInstance.
  package var root: NodeRef?
  package var namespace: String?
  package var name: String
  /// Where it is defined.
  package var origin: SourceRange
  /// Index of the Kustomization that applies it; nil for an entry point.
  package var parent: Int?
  /// Whether what it applies is known to be of another repository, or of another revision of this one.
  package var isOfOthers = false
  /// `spec.path` cleaned, relative to the tree.
  package var path: String
  package var status: Status
  /// What keeps the directory at `path` out of the artifact; nil when the repository has no such directory.
  package var exclusion: PathExclusion?
  package var errors: [BuildError] = []
  package var remotes: [RemoteReference] = []
  package var notBuilt: [NotBuilt] = []
  /// Files that SOPS encrypted and that go into its objects as they are.
  package var encrypted: [EncryptedInput] = []
  /// Whether some file that SOPS encrypted was decrypted for its build.
  package var isDecrypted = false
  /// What entries of its kustomization files did that are for whatever objects they find.
  package var effects: [EntryEffect] = []
  /// What is written for it and does not get into its objects, without an error.
  package var leftOut: [LeftOut] = []
  /// Objects that it builds and does not apply, for a variable takes what Flux knows them by.
  package var lostObjects: [LostObject] = []
  package var substitution: SubstitutionScope = SubstitutionScope()
  package var undefinedVariables: [VariableUse] = []
  package var undecidedVariables: [VariableUse] = []
  package var substitutionErrors: [SubstitutionError] = []
  /// `spec.kubeConfig`: its objects live in another cluster.
  package var isRemoteCluster: Bool
  /// Whether it stands for a directory that some Kustomization of another repository may apply, and is none itself.
  package var isDirectory = false

  /// Where the path is written of one that the Flux Operator makes; nil for others.
  var madePath: SourceRange?

  package var displayName: String { qualifiedName(namespace, name) }
}

extension FluxKustomization {
  /// Where its path is written; nil when nothing says it.
  package func pathRange(in forest: Forest) -> SourceRange? {
    let written = root.flatMap { forest.value($0, "spec", "path") }.map { forest.range($0) }
    // What the operator makes stands nowhere, but for what patches say.
    return madePath == nil || written != origin ? written ?? madePath : madePath
  }

  /// Why Flux applies nothing of it, as far as that is known offline; nil when it applies what is in `objects`.
  ///
  /// - Parameter settings: those of its cluster.
  package func failure(_ settings: ClusterSettings) -> String? {
    switch status {
    case .external(let reason): return reason
    case .missingPath: return "kustomization path not found: '\(path)'"
    case .built, .failed: break
    }
    if let error = errors.first { return error.message }
    if let remote = remotes.first { return "'\(remote.url)' is fetched from the network, so it is not built here" }
    if let part = notBuilt.first { return part.reason }
    if let error = substitutionErrors.first { return error.message }
    if settings.isSubstitutionStrict, settings.versionOrigin != .assumed, let use = undefinedVariables.first {
      return "variable '\(use.name)' is not set, which Flux refuses since 2.9"
    }
    return status == .failed ? "it does not build" : nil
  }
}

/// An object that a Kustomization of the cluster applies.
package struct AppliedObject: Sendable {
  /// After patches, namespace and substitution. Scalars with an unknown variable in them are as they were before.
  package var root: NodeRef
  /// As kustomize builds it; the same as `root` when nothing is substituted in it.
  package var built: NodeRef
  /// Whether `root` is what Flux applies: false when a variable in it, or encrypted input of it, is not known.
  package var isKnown: Bool
  package var id: ObjectID
  package var origin: SourceRange
  package var modifiers: [ObjectModifier]
  /// Index into the cluster's Kustomizations; nil for an object of a file that nothing applies, and for one of a
  /// ResourceSet.
  package var kustomization: Int?
  /// Whether it goes to another cluster (`spec.kubeConfig`).
  package var isRemote: Bool
  /// Index of the ResourceSet that the Flux Operator makes it of; no Kustomization applies it then.
  package var maker: Int?

  /// Whether a Kustomization applies it, or the Flux Operator.
  package var isApplied: Bool { kustomization != nil || maker != nil }
}

/// A reference from one object to another.
package struct Edge: Sendable {
  /// The field, for messages and reports.
  package enum Kind: String, Hashable, Sendable {
    case dependsOn, sourceRef, chartRef, substituteFrom, valuesFrom
    // From here on: in `ClusterReferences` only.
    case secretRef, certSecretRef, proxySecretRef, configMapRef, serviceAccountName, decryption, kubeConfig,
      healthChecks
    case verify, include, sources, providerRef, eventSources, resources, imageRepositoryRef, policySelector, signingKey
    case targetNamespace, storageNamespace, pullSecret, inputsFrom
  }
  package enum Target: Hashable, Sendable {
    /// Index into the cluster's objects.
    case object(Int)
    /// What no file has and is there all the same: the entry point's own source or Kustomization, what Kubernetes makes
    /// by itself, and what the configuration says is made elsewhere.
    case implicit
    case missing
    /// Not decided: why.
    case unknown(String)
  }
  package var kind: Kind
  /// Index into the cluster's objects.
  package var from: Int
  package var target: Target
  package var targetKind: String
  package var targetNamespace: String?
  package var targetName: String
  /// The scalar that names the target.
  package var location: NodeRef
  /// What holds the reference: the entry of a list or mapping with the name in it, else the name itself.
  package var entry: NodeRef
  package var isOptional: Bool
  /// The field below `spec`, without indexes: `chart.spec.sourceRef`.
  package var path: String
  /// The flag that keeps the controller from following the reference into another namespace.
  package var lock: ControllerFlag? = nil

  package var targetKey: ObjectKey { ObjectKey(kind: targetKind, namespace: targetNamespace, name: targetName) }
  package var targetDisplayName: String { qualifiedName(targetNamespace, targetName) }

  /// Whether it names all objects of a kind: `*` is a wildcard of notification-controller.
  package var isWildcard: Bool { targetName == "*" && (kind == .eventSources || kind == .resources) }
}

/// An object as a file has it, before anything is built.
package struct WrittenObject: Sendable {
  package var root: NodeRef
  package var file: FileID
  package var group: String
}

/// The graph of a repository.
package struct FluxGraph: Sendable {
  /// The clusters; in a repository without an entry point, what some cluster may apply: Kustomizations by directory, and
  /// directories that nothing lists.
  package var clusters: [Cluster]
  /// Kustomizations that no entry point applies, in a repository that has one. What a parent would make of them is not
  /// known, so they are not judged.
  package var leftOut: [Cluster] = []
  /// What looked like an entry point and is not followed, each with its reason.
  package var notFollowed: [Gap] = []
  /// Every object of a Flux API group as it stands in a file, read by some build or not, in file order.
  package var written: [WrittenObject]
  /// Files that some build reads, of any cluster.
  package var reachedFiles: Set<FileID>

  /// Whether anything in the repository says which cluster reads it.
  package var hasEntryPoint: Bool { clusters.contains(where: \.hasEntryPoint) }

  /// How many objects of this repository the clusters get, each counted where it is applied.
  package var objectCount: Int { Self.objectCount(of: clusters) }

  /// Where Kustomizations are written that are known to apply what is in another repository, whichever cluster has them.
  package var builtElsewhere: Set<SourceRange> {
    var elsewhere: Set<SourceRange> = []
    var here: Set<SourceRange> = []
    for kustomization in (clusters + leftOut).lazy.flatMap(\.kustomizations) {
      if kustomization.isOfOthers {
        elsewhere.insert(kustomization.origin)
      } else {
        here.insert(kustomization.origin)
      }
    }
    return elsewhere.subtracting(here)
  }

  /// How many objects are built that no entry point applies, so that they are not judged.
  package var leftOutObjectCount: Int { Self.objectCount(of: leftOut) }

  private static func objectCount(of clusters: [Cluster]) -> Int {
    clusters.reduce(0) { $0 + $1.objects.count { $0.kustomization != nil } }
  }

  /// Everything with a Kustomization, judged or not.
  package var groups: [Cluster] {
    clusters.filter { $0.hasEntryPoint || $0.kustomizations.contains { !$0.isDirectory } } + leftOut
  }
}
