import FluxGraph
import FluxModel
import Manifests
package import Migration
package import RuleEngine
package import SourceText
import SourceTrees
import YAMLSyntax

/// The releases of Flux that clusters run, as far as a repository says so, and what may be written into its files.
package struct InstalledReleases {
  private struct Installation: Hashable {
    /// What it is called in messages: the cluster, or the file that installs Flux.
    var name: String
    var release: FluxVersion
    /// Whether the release is that of the definitions it has, and nothing says more.
    var isOfDefinitions = false
    /// Whether it is one that others send objects to (`spec.kubeConfig`).
    var isRemote = false
    /// Whether its release stands for one that came out later.
    var isNewerThanKnown = false
  }

  /// The clusters that read each file, those alone whose release is known, unless there are none.
  private var readers: [String: [Installation]] = [:]
  /// Known releases, of clusters and of installations that no cluster is known to read.
  private var known: Set<Installation> = []
  /// Clusters whose release nothing says, and those that others send objects to.
  private var unknown: Set<Installation> = []
  /// Those of them that read each file, whoever reads it besides.
  private var unknownReaders: [String: Set<Installation>] = [:]
  /// What is taken for the latter.
  private let remote: ClusterSettings
  /// Kustomizations that apply what is in another repository, whichever cluster has them.
  package let builtElsewhere: Set<ObjectPlace>
  /// Where nothing is known.
  private let fallback: FluxVersion

  /// - Parameter files: those whose targets will be asked for; nil for all.
  package init(_ model: RepositoryModel, for files: Set<FileID>? = nil) {
    fallback = model.fallback.fluxVersion
    remote = model.remoteSettings
    builtElsewhere = Set(model.graph.builtElsewhere.map { ObjectPlace($0, model.sources) })
    // What patches or selects decides with them.
    let files = files?.union(model.sources.files.lazy.filter { KustomizationFile.isOne($0.path) }.map(\.id))
    var readFiles: Set<FileID> = []
    // What no entry point reaches is as good as read by none.
    for cluster in model.graph.clusters {
      let isKnown = cluster.settings.isServiceKnown
      if !isKnown, cluster.hasEntryPoint {
        let reader = Installation(name: cluster.name, release: cluster.settings.fluxVersion)
        unknown.insert(reader)
        add(reader, cluster.files.subtracting(cluster.remoteFiles), files, model)
      }
      let others = cluster.remoteFiles.subtracting(cluster.remoteFileReleases.keys)
      guard isKnown || cluster.hasEntryPoint, !others.isEmpty else { continue }
      let reader = Installation(name: cluster.name, release: remote.fluxVersion, isRemote: true)
      unknown.insert(reader)
      add(reader, others, files, model)
    }
    for cluster in model.graph.clusters where cluster.settings.isServiceKnown {
      let reader = Installation(
        name: cluster.name, release: cluster.settings.fluxVersion, isOfDefinitions: cluster.settings.isOfDefinitions,
        isNewerThanKnown: cluster.settings.newerRelease != nil)
      known.insert(reader)
      readFiles.formUnion(cluster.files)
      add(reader, cluster.files.subtracting(cluster.remoteFiles), files, model)
    }
    for cluster in model.graph.clusters {
      for (file, settings) in cluster.remoteFileReleases {
        let reader = Installation(
          name: cluster.name, release: settings.fluxVersion, isRemote: true,
          isNewerThanKnown: settings.newerRelease != nil)
        known.insert(reader)
        readFiles.insert(file)
        add(reader, [file], files, model)
      }
    }
    for file in model.sources.files where !readFiles.contains(file.id) {
      let release =
        RelativePath.name(of: file.path) == "gotk-components.yaml"
        ? model.sources.release(ofComponents: file.id) : Self.instance(file, model.sources)
      if let release = release?.version, release.isRelease {
        known.insert(Installation(name: file.path, release: min(release, APIVersions.newestRelease)))
      }
    }
  }

  /// Where a cluster of a known release reads a file, the others do not count.
  private mutating func add(
    _ reader: Installation, _ read: Set<FileID>, _ wanted: Set<FileID>?, _ model: RepositoryModel
  ) {
    for file in read where wanted?.contains(file) ?? true {
      let path = model.sources.path(of: file)
      if unknown.contains(reader) {
        unknownReaders[path, default: []].insert(reader)
      } else {
        readers[path]?.removeAll { unknown.contains($0) }
      }
      readers[path, default: []].append(reader)
    }
  }

  /// That of a FluxInstance.
  private static func instance(_ file: ManifestFile, _ sources: SourceSet) -> InstalledRelease? {
    let forest = sources.forest
    for document in sources.documents(of: file.id) {
      guard let kind = forest.value(document.root, "kind"), forest.hasText(kind, "FluxInstance"),
        let spec = forest.value(document.root, "spec")
      else { continue }
      if let found = forest.release(ofInstance: spec) { return found }
    }
    return nil
  }

  // MARK: - Targets

  /// What all clusters serve that read a file. A file that none reads may be for any of them: the oldest decides.
  package var targets: MigrationTargets {
    func target(_ release: FluxVersion, isNewer: Bool = false) -> MigrationTarget {
      var target = MigrationTarget(release: release)
      target.isInstalled = !known.isEmpty
      target.isNewerThanKnown = isNewer
      return target
    }
    var targets = MigrationTargets(
      byPath: readers.compactMapValues { readers in
        let all = readers.map { target($0.release, isNewer: $0.isNewerThanKnown) }
        return all.first.map { all.dropFirst().reduce($0) { $0.union($1) } }
      },
      other: target(
        known.map(\.release).min() ?? fallback, isNewer: known.contains(where: \.isNewerThanKnown)))
    targets.builtElsewhere = builtElsewhere
    targets.remote = target(remote.fluxVersion, isNewer: remote.newerRelease != nil)
    return targets
  }

  // MARK: - What is said

  /// That the release of clusters is not known which read changed files, so that the newest stands for it.
  package func remarks(onAssumed paths: some Collection<String>) -> [String] {
    guard !paths.isEmpty else { return [] }
    let end = "is assumed; give --to, or set 'fluxVersion' in .fluxlint.yaml"
    let assumed = paths.reduce(into: Set<Installation>()) { $0.formUnion(unknownReaders[$1] ?? []) }
    let own = assumed.filter { !$0.isRemote }.sorted { TreePath.precedes($0.name, $1.name) }
    var remarks: [String] = []
    if known.isEmpty, let release = own.first?.release ?? (paths.contains { readers[$0] == nil } ? fallback : nil) {
      remarks.append("the Flux release is not known: \(release) \(end)")
    } else if let first = own.first {
      let names = own.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
      let more = own.count > 3 ? " and \(own.count - 3) more" : ""
      remarks.append("the Flux release of \(names)\(more) is not known: \(first.release) \(end)")
    }
    if let remote = assumed.filter(\.isRemote).min(by: { TreePath.precedes($0.name, $1.name) }),
      self.remote.versionOrigin == .assumed
    {
      remarks.append(
        "'\(remote.name)' sends objects to another cluster by 'kubeConfig', whose Flux release is not known:"
          + " \(remote.release) \(end)")
    }
    for reader in Set(paths.flatMap { readers[$0] ?? [] }.filter(\.isOfDefinitions))
      .sorted(by: { TreePath.precedes($0.name, $1.name) })
    {
      remarks.append(
        "the Flux release of '\(reader.name)' is not known: its CustomResourceDefinitions are those of \(reader.release)"
      )
    }
    return remarks
  }

  /// A sentence for each installation that does not serve a version which `changes` bring, by what the user asked for.
  package func remarks(on changes: [(path: String, original: [UInt8], content: [UInt8])], given: MigrationTarget)
    -> [String]
  {
    var missing: [Installation: APIVersionLifecycle] = [:]
    for change in changes {
      let new = Self.versions(in: change.content).subtracting(Self.versions(in: change.original))
      for reader in readers[change.path] ?? Array(known) where known.contains(reader) {
        let unserved = new.filter { !$0.isServed(by: reader.release) } + [missing[reader]].compactMap(\.self)
        missing[reader] = unserved.min { ($0.group, $0.kind) < ($1.group, $1.kind) }
      }
    }
    return missing.sorted { TreePath.precedes($0.key.name, $1.key.name) }.map { installation, version in
      "'\(installation.name)' "
        + (installation.isOfDefinitions
          ? "has the CustomResourceDefinitions of Flux \(installation.release), which do"
          : "runs Flux \(installation.release), which does")
        + " not serve '\(version.apiVersion)'"
        + " \(version.kind); "
        + (installation.release < given.release ? "upgrade it before this is merged, or give" : "give")
        + " --to \(installation.release)"
    }
  }

  /// The versions of the kinds of Flux that the documents of a text have.
  private static func versions(in bytes: [UInt8]) -> Set<APIVersionLifecycle> {
    let tree = YAMLParser.parse(bytes, file: FileID(0), tree: 0)
    let documents = tree.documents
    let forest = Forest(trees: [tree])
    return Set(
      documents.compactMap { document in
        guard let kind = forest.value(document.root, "kind") else { return nil }
        let (group, version) = forest.groupVersion(ManifestObject(root: document.root))
        return APIVersions.lifecycle(group: group, kind: forest.text(kind), version: version)
      })
  }
}
