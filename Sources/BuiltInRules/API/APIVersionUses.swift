import Migration
import RuleEngine

/// A version of a Flux kind that some file names, with what the releases in force think of it.
struct APIVersionUse {
  var group: String
  var kind: String
  var version: String
  /// Nil for a version that never was.
  var lifecycle: APIVersionLifecycle?
  var existence: APIVersions.Existence
  /// The value of `apiVersion`, or of `version` in a selector.
  var range: SourceRange
  /// The value of `kind`, where the kind never was.
  var kindRange: SourceRange
  var file: FileID
  /// The clusters that read the file; empty when nothing reaches it.
  var clusters: [Cluster] = [] {
    didSet { releases = Set(clusters.filter { !isRemote($0) }.map(\.settings.fluxVersion)) }
  }
  /// Whether clusters read the file, and none gets an object with the version from it.
  var isLost = false
  /// The releases of those, but for clusters that read it for others.
  private(set) var releases: Set<FluxVersion> = []

  var apiVersion: String { "\(group)/\(version)" }

  /// Whether a cluster applies what is in the file to another one (`spec.kubeConfig`).
  func isRemote(_ cluster: Cluster) -> Bool { cluster.remoteFiles.contains(file) }

  /// Whether a release does not serve it, and why.
  func refusal(by release: FluxVersion) -> String? {
    guard let lifecycle else {
      switch existence {
      case .possible: return nil
      case .noGroup: return "no release of Flux has this group"
      case .noKind: return "no release of Flux has this kind"
      case .noVersion: return version.isEmpty ? "no version" : "no release of Flux has this version"
      }
    }
    if lifecycle.isServed(by: release) { return nil }
    guard let introduced = lifecycle.introduced else { return "no release of Flux since 0.1 serves it" }
    if release < introduced { return "it comes with Flux \(introduced)" }
    return lifecycle.removed.map { "it was removed in Flux \($0)" } ?? "no release of Flux serves it"
  }

  /// What to write instead: a version that all clusters serve that read the file.
  ///
  /// - Parameters:
  ///   - release: one that does not serve it.
  ///   - newest: what `newestServed` says of it.
  func repair(for release: FluxVersion, _ newest: APIVersionLifecycle?) -> String? {
    switch existence {
    case .noGroup(let nearest, let otherGroup), .noKind(let nearest, let otherGroup):
      return nearest.map { "did you mean '\($0)'?" } ?? otherGroup.map { "\(kind) is of the group '\($0)'" }
    // Of a kind with releases of its own.
    case .noVersion(let known) where APIVersions.versions(group: group, kind: kind).isEmpty:
      return known.last.map { "use '\(group)/\($0)'" }
    case .possible, .noVersion: break
    }
    let use = newest.map { "use '\($0.apiVersion)'" }
    if let introduced = lifecycle?.introduced, release < introduced {
      return "upgrade Flux to \(introduced)" + (use.map { ", or \($0)" } ?? "")
    }
    if let use { return use }
    if let replacement = lifecycle?.replacement, !replacement.hasPrefix(group + "/") { return "use '\(replacement)'" }
    let versions = APIVersions.versions(group: group, kind: kind)
    guard versions.contains(where: { $0.isServed(by: release) }) else {
      return versions.last?.introduced.map { "upgrade Flux to \($0)" }
    }
    return "no version is served by all clusters that read the file: bring them to one release of Flux first"
  }

  /// The newest version that a release serves, and all clusters that read the file.
  func newestServed(besides release: FluxVersion) -> APIVersionLifecycle? {
    APIVersions.versions(group: group, kind: kind).last { version in
      version.isServed(by: release) && releases.allSatisfy { version.isServed(by: $0) }
    }
  }
}

/// What a release in force is about one use: of a cluster that reads the file, or of nobody in particular.
struct ReleaseInForce {
  var settings: ClusterSettings
  /// Nil in a file that no cluster reads.
  var cluster: Cluster?
  /// Whether the object goes to another cluster, whose Flux nobody knows.
  var isRemote = false
  /// Whether clusters read the file, and none gets an object with the version from it.
  var isLost = false

  var release: FluxVersion { settings.fluxVersion }
  var isAssumed: Bool { cluster == nil || isRemote || settings.versionOrigin == .assumed }

  /// The facts of a finding about a version, for programs.
  ///
  /// - Parameter replacement: the version to write instead.
  func data(_ apiVersion: String, _ replacement: APIVersionLifecycle?) -> [String: Fact] {
    var data: [String: Fact] = [
      "apiVersion": .string(apiVersion), "fluxVersion": .string(settings.runningRelease.description),
    ]
    if let replacement { data["replacement"] = .string(replacement.apiVersion) }
    if settings.newerRelease != nil { data["judgedByFluxVersion"] = .string(release.description) }
    return data
  }

  /// What a reader must know about where the release comes from.
  func notes(needsRelease: Bool = true) -> [String] {
    if isRemote {
      return [
        "'kubeConfig' sends it to another cluster, whose Flux release is not known"
          + (settings.versionOrigin == .assumed && needsRelease ? ": \(release) is assumed" : "")
      ]
    }
    if isLost { return ["what is built of it has another version, or is left out"] }
    if !needsRelease, let newer = settings.newerReleaseName {
      return ["this fluxlint knows what Flux has up to \(release), and the cluster runs \(newer)"]
    }
    return settings.versionNotes(isReached: cluster != nil, needsRelease: needsRelease)
  }
}

extension RepositoryModel {
  /// Those that a use is judged by.
  func releases(for use: APIVersionUse) -> [ReleaseInForce] {
    use.clusters.isEmpty
      ? [ReleaseInForce(settings: fallback, cluster: nil, isLost: use.isLost)]
      : use.clusters.map {
        ReleaseInForce(
          settings: use.isRemote($0) ? remoteSettings : $0.settings, cluster: $0, isRemote: use.isRemote($0))
      }
  }

  /// Every object of a file, reached or not, with a version that not every release in question serves for good, and those
  /// that no release ever did; in file order.
  func forEachAPIVersionUse(_ body: (APIVersionUse, ObjectID) -> Void) {
    var candidates = VersionCandidates(self)
    var uses: [(use: APIVersionUse, id: ObjectID)] = []
    // Those of objects that the operator makes, and texts of templates that it makes objects of.
    var isInner: Set<SourceRange> = []
    var made = MadeVersions(self)
    var templates: Set<SourceRange> = []
    var inText: [(use: APIVersionUse, written: MadeVersions.Written)] = []
    // Files where a variable says what an object is.
    var open: Set<FileID> = []
    for object in graph.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)) else { continue }
      if let use = candidates.use(of: object.root, id, in: object.file) { uses.append((use, id)) }
      if !VersionMentions.isWritten(id.version) || !VersionMentions.isWritten(id.kind) { open.insert(object.file) }
      guard id.kind == "ResourceSet", id.group == FluxKinds.operatorGroup else { continue }
      let finder = VersionMentions(forest)
      for template in finder.templates(of: object.root, group: id.group, kind: id.kind) {
        templates.insert(forest.range(template))
        for written in MadeVersions.written(in: template, forest) {
          let (group, version) = APIVersions.parts((written.id.group, written.id.version))
          guard
            let use = candidates.use(
              group: group, kind: written.id.kind, version: version, range: written.range, kindRange: written.kindRange,
              file: object.file)
          else { continue }
          inText.append((use, written))
        }
      }
      for mention in finder.of(object.root, group: id.group, kind: id.kind)
      where mention.role == .object {
        guard let inner = forest.objectID(ManifestObject(root: mention.node)) else { continue }
        if let use = candidates.use(of: mention.node, inner, in: object.file) {
          uses.append((use, inner))
          isInner.insert(use.range)
        }
      }
    }
    if !uses.isEmpty {
      let targeted = filesOfTargetedPatches
      // What is of Flux v1 has to be written anew wherever it stands.
      uses.removeAll { targeted.contains($0.use.file) && !$0.use.isFluxV1 }
    }
    let given = GivenVersions(self)
    for (object, clusters) in given.objects {
      guard var use = candidates.use(of: object.root, object.id, in: object.origin.file) else { continue }
      use.clusters = clusters
      body(use, object.id)
    }
    for (object, clusters) in made.made(of: templates) {
      guard var use = candidates.use(of: object.root, object.id, in: object.origin.file) else { continue }
      use.clusters = clusters
      body(use, object.id)
    }
    let readers = readers(of: Set(uses.map(\.use.file) + inText.map(\.use.file)))
    for (use, written) in inText {
      var use = use
      let all = readers[use.file] ?? []
      let open = all.filter { made.isLeftToText(written.template, in: $0) }
      if open.isEmpty, !all.isEmpty { continue }
      use.clusters = open.map { graph.clusters[$0] }
      body(use, written.id)
    }
    var outcomes = BuiltVersions(self)
    for (use, id) in uses {
      var use = use
      let all = readers[use.file] ?? []
      let kept = all.filter { !given.replaces(use, in: graph.clusters[$0]) }
      if kept.isEmpty, !all.isEmpty { continue }
      let reached = kept.filter {
        isInner.contains(use.range) ? made.mayHave(use.range, in: $0) : outcomes.mayHave(use, named: id.name, in: $0)
      }
      use.clusters = reached.map { graph.clusters[$0] }
      use.isLost = use.clusters.isEmpty && !kept.isEmpty
      body(use, id)
    }
    for cluster in open.isEmpty ? [] : graph.clusters {
      for object in cluster.objects where object.isKnown && !object.isRemote && open.contains(object.origin.file) {
        guard APIVersions.isReserved(object.id.group), isSubstituted(object.root),
          var use = candidates.use(of: object.root, object.id, in: object.origin.file)
        else { continue }
        use.clusters = [cluster]
        body(use, object.id)
      }
    }
  }

  /// Files that are nothing but patches for what a target selects: those objects keep their own version, whatever the
  /// patch says (kustomize `api/resmap/reswrangler.go`, ApplySmPatch).
  private var filesOfTargetedPatches: Set<FileID> {
    var targeted: Set<FileID> = []
    var others: Set<FileID> = []
    for file in sources.files where KustomizationFile.isOne(file.path) {
      let directory = RelativePath.parent(of: file.path)
      func listed(_ node: NodeRef) -> FileID? {
        guard forest.kind(node) == .scalar else { return nil }
        return RelativePath.join(directory, forest.text(node)).flatMap { sources.fileInRepository(at: $0) }
      }
      for root in sources.documents(of: file.id).map(\.root) {
        for patch in forest.value(root, "patches").map({ Array(forest.items($0)) }) ?? [] {
          guard let path = forest.value(patch, "path"), let id = listed(path) else { continue }
          if forest.value(patch, "target").map({ forest.kind($0) == .mapping }) ?? false {
            targeted.insert(id)
          } else {
            others.insert(id)
          }
        }
        for key in ["resources", "patchesStrategicMerge", "crds", "generators", "transformers"] {
          for item in forest.value(root, key: key).map({ Array(forest.items($0)) }) ?? [] {
            if let id = listed(item) { others.insert(id) }
          }
        }
      }
    }
    return targeted.subtracting(others)
  }

  /// Whether a variable stands where an object says what it is.
  private func isSubstituted(_ root: NodeRef) -> Bool {
    ["apiVersion", "kind"].contains { key in
      guard let node = forest.value(root, key: key) else { return false }
      let range = forest.range(node)
      return sources.bytes(of: range.file)[range.bounds].contains(UInt8(ascii: "$"))
    }
  }

  /// Every mention of such a version in an object or a kustomization file; in file order.
  func forEachVersionMention(_ body: (APIVersionUse, VersionMention, _ holder: VersionHolder) -> Void) {
    var candidates = VersionCandidates(self)
    let finder = VersionMentions(forest)
    var uses: [(use: APIVersionUse, mention: VersionMention, holder: VersionHolder)] = []
    func add(_ mentions: [VersionMention], _ holder: VersionHolder, _ file: FileID) {
      for mention in mentions where mention.role != .object {
        let kind = forest.value(mention.node, "kind").map { forest.range($0) } ?? mention.range
        guard
          let use = candidates.use(
            group: mention.group, kind: mention.kind, version: mention.version, range: mention.range, kindRange: kind,
            file: file)
        else { continue }
        uses.append((use, mention, holder))
      }
    }
    for object in graph.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)) else { continue }
      add(finder.of(object.root, group: id.group, kind: id.kind), VersionHolder(root: object.root, id: id), object.file)
    }
    for file in sources.files where KustomizationFile.isOne(file.path) && sources.isOwn(file.id) {
      for document in sources.documents(of: file.id) {
        add(finder.ofKustomizationFile(document.root), VersionHolder(root: document.root, id: nil), file.id)
      }
    }
    let readers = readers(of: Set(uses.map(\.use.file)))
    for (use, mention, holder) in uses.sorted(by: { $0.use.range < $1.use.range }) {
      var use = use
      use.clusters = (readers[use.file] ?? []).map { graph.clusters[$0] }
      body(use, mention, holder)
    }
  }
}

/// The objects that clusters have of a kind and version once they are built: what is written in a base or a patch may be
/// deleted, or get another version, on the way.
private struct BuiltVersions {
  private struct Version: Hashable {
    var group: String
    var kind: String
    var version: String
  }

  private let model: RepositoryModel
  /// Of each cluster, by its number, those of its objects; nil for one that is not built as a whole.
  private var known: [Int: [Version: [Int]]?] = [:]

  init(_ model: RepositoryModel) { self.model = model }

  /// Whether a cluster has an object with a version that is written for an object of that name, as far as that is known.
  mutating func mayHave(_ use: APIVersionUse, named name: String, in number: Int) -> Bool {
    let cluster = model.graph.clusters[number]
    let versions = known[number] ?? versions(of: cluster)
    known[number] = .some(versions)
    guard let versions else { return true }
    let version = Version(group: use.group, kind: use.kind, version: use.version)
    guard let numbers = versions[version] else { return false }
    // A patch is written elsewhere, for an object that may get a prefix and a suffix.
    return numbers.contains { cluster.objects[$0].origin.contains(use.range) }
      || name.contains("$") || numbers.contains { cluster.objects[$0].id.name.contains(name) }
  }

  private func versions(of cluster: Cluster) -> [Version: [Int]]? {
    let isWhole = cluster.kustomizations.allSatisfy { kustomization in
      kustomization.errors.isEmpty && kustomization.remotes.isEmpty && kustomization.notBuilt.isEmpty
        && kustomization.substitutionErrors.isEmpty
    }
    // What a ResourceSet makes is not always known.
    guard isWhole, cluster.index.objects(ofKind: "ResourceSet").allSatisfy({ cluster.isWhole(cluster.objects[$0]) })
    else {
      return nil
    }
    return cluster.objects.indices.reduce(into: [:]) { found, number in
      let id = cluster.objects[number].id
      let (group, version) = APIVersions.parts((id.group, id.version))
      guard APIVersions.isFluxGroup(group) || APIVersions.isReserved(group) else { return }
      found[Version(group: group, kind: id.kind, version: version), default: []].append(number)
    }
  }
}

/// Objects whose version comes from somewhere else than what they are written with: a JSON patch, a replacement.
private struct GivenVersions {
  private struct File: Hashable {
    var cluster: ClusterKey
    var file: FileID
  }

  /// Each with the clusters that apply it so.
  private(set) var objects: [(object: AppliedObject, clusters: [Cluster])] = []
  /// Where the objects are written that their cluster only gets with another version.
  private var replaced: [File: [SourceRange]] = [:]

  init(_ model: RepositoryModel) {
    var byValue: [SourceRange: [String: Int]] = [:]
    for cluster in model.graph.clusters {
      var origins: Set<SourceRange> = []
      for object in cluster.objects where Self.isGiven(object, model.forest) {
        guard object.isKnown, let node = model.forest.value(object.root, "apiVersion") else { continue }
        origins.insert(object.origin)
        let range = model.forest.range(node)
        if let known = byValue[range]?[object.id.name] {
          if objects[known].clusters.last.map(ClusterKey.init) != ClusterKey(cluster) {
            objects[known].clusters.append(cluster)
          }
        } else {
          byValue[range, default: [:]][object.id.name] = objects.count
          objects.append((object, [cluster]))
        }
      }
      // Hardly any repository has one, so who else is made of the same text is only then looked for.
      if origins.isEmpty { continue }
      for object in cluster.objects where origins.contains(object.origin) {
        if !Self.isGiven(object, model.forest) { origins.remove(object.origin) }
      }
      for origin in origins {
        replaced[File(cluster: ClusterKey(cluster), file: origin.file), default: []].append(origin)
      }
    }
  }

  /// Whether something gives an object of Flux another version than the one it is written with.
  private static func isGiven(_ object: AppliedObject, _ forest: Forest) -> Bool {
    guard object.maker == nil, object.modifiers.contains(where: { $0.kind == .patch || $0.kind == .replacement }),
      APIVersions.isReserved(object.id.group), let node = forest.value(object.root, "apiVersion")
    else { return false }
    let range = forest.range(node)
    return range.file != object.origin.file || !object.origin.bounds.overlaps(range.bounds)
  }

  /// Whether no object of a cluster has the version that is written in a file.
  func replaces(_ use: APIVersionUse, in cluster: Cluster) -> Bool {
    if replaced.isEmpty { return false }
    return replaced[File(cluster: ClusterKey(cluster), file: use.file)]?.contains {
      $0.bounds.overlaps(use.range.bounds)
    }
      ?? false
  }
}

/// What mentions a version.
struct VersionHolder {
  var root: NodeRef
  /// Nil for a kustomization file.
  var id: ObjectID?
}
