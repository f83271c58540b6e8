import FluxModel
import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// Looks for the release of a cluster where a person would, when what the cluster applies of its controllers says nothing.
struct ReleaseSearch {
  private let sources: SourceSet
  private let reachedFiles: Set<FileID>
  /// What files say that no cluster reads, if they agree.
  private var common: InstalledRelease?
  private var isCommonKnown = false

  init(_ sources: SourceSet, reachedFiles: Set<FileID>) {
    self.sources = sources
    self.reachedFiles = reachedFiles
  }

  /// Gives a cluster of an unknown release the one that is found.
  mutating func complete(_ cluster: inout Cluster) {
    guard cluster.settings.versionOrigin == .assumed, !cluster.settings.isVersionBounded else { return }
    let own = applied(by: cluster) ?? beside(cluster)
    if !(own?.version.isRelease ?? false), let release = defined(in: cluster) { return assume(release, of: &cluster) }
    guard let found = own ?? anywhere() else { return }
    let judged = ClusterSettings(fluxVersion: found.version, versionOrigin: .found(found.range))
    cluster.settings.fluxVersion = judged.fluxVersion
    cluster.settings.newerRelease = judged.newerRelease
    cluster.settings.isNewerReleaseOpen = found.isOldest
    cluster.settings.versionOrigin = judged.versionOrigin
    if !cluster.settings.isStrictnessGiven {
      cluster.settings.isSubstitutionStrict = judged.isSubstitutionStrict
    }
    if let gap = Gap(newerReleaseOf: cluster.settings) { cluster.gaps.append(gap) }
  }

  /// The release whose definitions the cluster applies, else those beside its entry point.
  private func defined(in cluster: Cluster) -> FluxVersion? {
    var defined = DefinedRelease(sources.forest)
    for number in cluster.index.objects(ofKind: "CustomResourceDefinition") {
      defined.add(cluster.objects[number].root)
    }
    if let release = defined.release { return release }
    for file in componentsBeside(cluster) {
      for document in sources.documents(of: file) { defined.add(document.root) }
      if let release = defined.release { return release }
    }
    return nil
  }

  private func assume(_ release: FluxVersion, of cluster: inout Cluster) {
    let judged = ClusterSettings(fluxVersion: release, versionOrigin: .assumed)
    cluster.settings.fluxVersion = judged.fluxVersion
    cluster.settings.isVersionBounded = true
    cluster.settings.isOfDefinitions = true
    if !cluster.settings.isStrictnessGiven { cluster.settings.isSubstitutionStrict = judged.isSubstitutionStrict }
  }

  /// A source of Flux's own manifests, or a base that is one.
  private func applied(by cluster: Cluster) -> InstalledRelease? {
    for object in cluster.objects where object.id.group == FluxKinds.sourceGroup && !object.isRemote {
      if let found = sources.forest.release(ofSource: object.root) { return found }
    }
    for remote in cluster.kustomizations.flatMap(\.remotes) {
      let version =
        Forest.release(ofInstallURL: remote.url)
        ?? (remote.url.contains("fluxcd/flux2") ? remote.ref.flatMap { FluxVersion($0) } : nil)
      if let version { return InstalledRelease(version: version, range: remote.range) }
    }
    return nil
  }

  /// A file that bootstrap writes, beside the entry point.
  private func beside(_ cluster: Cluster) -> InstalledRelease? {
    for file in componentsBeside(cluster) {
      if let found = sources.release(ofComponents: file) { return found }
    }
    return nil
  }

  private func componentsBeside(_ cluster: Cluster) -> [FileID] {
    guard let range = cluster.entry.range else { return [] }
    var directories = [RelativePath.parent(of: sources.path(of: range.file))]
    if let path = cluster.kustomizations.first?.path, !path.isEmpty { directories.append(path) }
    return directories.flatMap { [$0, $0.isEmpty ? "flux-system" : "\($0)/flux-system"] }.compactMap { folder in
      sources.file(at: folder.isEmpty ? "gotk-components.yaml" : "\(folder)/gotk-components.yaml")
    }
  }

  /// What a directory that the cluster was set up with says, such as `bootstrap`, where only one release is named.
  private mutating func anywhere() -> InstalledRelease? {
    guard !isCommonKnown else { return common }
    isCommonKnown = true
    var found: [InstalledRelease] = []
    for file in sources.files where sources.isOwn(file.id) && !reachedFiles.contains(file.id) {
      if RelativePath.name(of: file.path) == "gotk-components.yaml" {
        if let release = sources.release(ofComponents: file.id) { found.append(release) }
      } else if KustomizationFile.isOne(file.path) {
        found += installed(by: file.id)
      }
    }
    if Set(found.map(\.version)).count == 1 { common = found[0] }
    return common
  }

  private func installed(by file: FileID) -> [InstalledRelease] {
    let forest = sources.forest
    guard let root = sources.documents(of: file).first?.root, let list = forest.value(root, "resources") else {
      return []
    }
    return forest.items(list).compactMap { item in
      forest.kind(item) == .scalar
        ? Forest.release(ofInstallURL: forest.text(item)).map {
          InstalledRelease(version: $0, range: forest.range(item))
        } : nil
    }
  }
}
