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
    guard let found = applied(by: cluster) ?? beside(cluster) ?? anywhere() else { return }
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
    guard let range = cluster.entry.range else { return nil }
    var directories = [RelativePath.parent(of: sources.path(of: range.file))]
    if let path = cluster.kustomizations.first?.path, !path.isEmpty { directories.append(path) }
    for directory in directories {
      for folder in [directory, directory.isEmpty ? "flux-system" : "\(directory)/flux-system"] {
        let path = folder.isEmpty ? "gotk-components.yaml" : "\(folder)/gotk-components.yaml"
        if let file = sources.file(at: path), let found = sources.release(ofComponents: file) { return found }
      }
    }
    return nil
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
