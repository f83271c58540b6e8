import Migration
import RuleEngine

/// Sorts out the versions that are worth a look, of all that a repository has.
struct VersionCandidates {
  private let releases: Set<FluxVersion>
  /// What is read for clusters whose release is not known.
  private let remoteFiles: Set<FileID>
  private let remoteRelease: FluxVersion
  private let model: RepositoryModel
  private var definitions: DefinedVersions

  init(_ model: RepositoryModel) {
    self.model = model
    definitions = DefinedVersions(model)
    let remote = model.graph.clusters.flatMap { $0.remoteFileReleases.values.map(\.fluxVersion) }
    releases = Set(model.graph.clusters.map(\.settings.fluxVersion) + remote + [model.fallback.fluxVersion])
    remoteFiles = model.graph.clusters.reduce(into: []) { $0.formUnion($1.remoteFiles) }
    remoteRelease = model.remoteSettings.fluxVersion
  }

  mutating func use(of root: NodeRef, _ id: ObjectID, in file: FileID) -> APIVersionUse? {
    guard let version = model.forest.value(root, "apiVersion"), let kind = model.forest.value(root, "kind") else {
      return nil
    }
    let (group, name) = APIVersions.parts((id.group, id.version))
    return use(
      group: group, kind: id.kind, version: name, range: model.forest.range(version),
      kindRange: model.forest.range(kind), file: file)
  }

  mutating func use(of mention: VersionMention, in file: FileID, _ forest: Forest) -> APIVersionUse? {
    use(
      group: mention.group, kind: mention.kind, version: mention.version, range: mention.range,
      kindRange: forest.value(mention.node, "kind").map { forest.range($0) } ?? mention.range, file: file)
  }

  mutating func use(of version: TemplateText.Version, in file: FileID) -> APIVersionUse? {
    let (group, name) = APIVersions.parts((version.group, version.version))
    return use(
      group: group, kind: version.kind, version: name, range: version.range, kindRange: version.kindRange, file: file)
  }

  /// Nil for what every release serves for good, and what is not Flux's.
  mutating func use(
    group: String, kind: String, version: String, range: SourceRange, kindRange: SourceRange, file: FileID
  ) -> APIVersionUse? {
    var use = APIVersionUse(
      group: group, kind: kind, version: version, existence: .possible, range: range, kindRange: kindRange, file: file)
    use.lifecycle = APIVersions.lifecycle(group: group, kind: kind, version: version)
    if let lifecycle = use.lifecycle {
      func isGood(_ release: FluxVersion) -> Bool {
        lifecycle.isServed(by: release) && !lifecycle.isDeprecated(in: release)
      }
      return releases.allSatisfy(isGood) && (!remoteFiles.contains(file) || isGood(remoteRelease)) ? nil : use
    }
    guard APIVersions.isReserved(group), VersionMentions.isWritten(kind),
      version.isEmpty || VersionMentions.isWritten(version)
    else { return nil }
    use.existence = APIVersions.existence(group: group, kind: kind, version: version) {
      Suggestion.nearest(to: $0, in: $1)
    }
    return use.existence == .possible || definitions.inRepository(use) ? nil : use
  }
}

/// The versions that CustomResourceDefinitions serve, found out when one is asked for.
struct DefinedVersions {
  private let model: RepositoryModel
  /// Those of the whole repository.
  private lazy var all: Set<String> = {
    var versions: Set<String> = []
    for file in model.sources.files {
      for document in model.sources.documents(of: file.id) { add(document.root, to: &versions) }
    }
    return versions
  }()
  /// Those that a cluster applies.
  private var applied: [ClusterKey: Set<String>] = [:]

  init(_ model: RepositoryModel) { self.model = model }

  /// Whether a definition has the version of a kind of Flux, or any version of another kind.
  mutating func inRepository(_ use: APIVersionUse) -> Bool {
    if case .noVersion = use.existence { return all.contains(Self.key(use.apiVersion, use.kind)) }
    return all.contains(Self.key(use.group, use.kind))
  }

  /// Whether a definition that the cluster applies serves it. Nil where it has none for the kind, and where the user says
  /// which release runs: that wins over what lies in a file, which may be older.
  mutating func inCluster(_ use: APIVersionUse, _ inForce: ReleaseInForce) -> Bool? {
    guard let cluster = inForce.cluster, !cluster.remoteFiles.contains(use.file),
      inForce.settings.versionOrigin != .given
    else { return nil }
    let key = ClusterKey(cluster)
    if applied[key] == nil {
      var versions: Set<String> = []
      for number in cluster.index.objects(ofKind: "CustomResourceDefinition") {
        add(cluster.objects[number].root, to: &versions)
      }
      applied[key] = versions
    }
    guard let versions = applied[key] else { return nil }
    if versions.contains(Self.key(use.apiVersion, use.kind)) { return true }
    return versions.contains(Self.key(use.group, use.kind)) ? false : nil
  }

  private static func key(_ apiVersion: String, _ kind: String) -> String { "\(apiVersion) \(kind)" }

  private func add(_ root: NodeRef, to versions: inout Set<String>) {
    let forest = model.forest
    guard let type = forest.value(root, "kind"), forest.hasText(type, "CustomResourceDefinition"),
      let group = forest.value(root, "spec", "group"), let kind = forest.value(root, "spec", "names", "kind"),
      let list = forest.value(root, "spec", "versions")
    else { return }
    versions.insert(Self.key(forest.text(group), forest.text(kind)))
    for version in forest.items(list) {
      let isServed = forest.value(version, "served").map {
        forest.scalarValue($0, dialect: .resource) != .boolean(false)
      }
      guard isServed ?? true, let name = forest.value(version, "name") else { continue }
      versions.insert(Self.key("\(forest.text(group))/\(forest.text(name))", forest.text(kind)))
    }
  }
}
