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
    didSet { releases = Set(clusters.filter { !isRemote($0) }.map { settings(in: $0).fluxVersion }) }
  }
  /// Whether clusters read the file, and none gets an object with the version from it.
  var isLost = false
  /// Why the clusters may not get it.
  var openReason: String?
  /// The same version in patches of the object.
  var patches: [SourceRange] = []
  /// The releases of those, but for clusters that read it for others.
  private(set) var releases: Set<FluxVersion> = []

  var apiVersion: String { "\(group)/\(version)" }

  /// Whether a cluster applies what is in the file to another one (`spec.kubeConfig`), of which nothing is known.
  func isRemote(_ cluster: Cluster) -> Bool {
    cluster.remoteFiles.contains(file) && cluster.remoteFileReleases[file] == nil
  }

  /// Those of the cluster that gets what is in the file.
  func settings(in cluster: Cluster) -> ClusterSettings { cluster.remoteFileReleases[file] ?? cluster.settings }

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
  /// Why the cluster may not get what the file says.
  var openReason: String?

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
    if let openReason { return [openReason] }
    if isRemote {
      return [
        "'kubeConfig' sends it to another cluster, whose Flux release is not known"
          + (settings.versionOrigin == .assumed && needsRelease ? ": \(release) is assumed" : "")
      ]
    }
    if isLost { return ["what is built of it has another version, is left out, or is not touched"] }
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
          settings: use.isRemote($0) ? remoteSettings : use.settings(in: $0), cluster: $0, isRemote: use.isRemote($0),
          openReason: use.openReason)
      }
  }

  /// Every object of a file, reached or not, with a version that not every release in question serves for good, and those
  /// that no release ever did; in file order. Then those that something else than a file with objects says.
  func forEachAPIVersionUse(_ body: (APIVersionUse, ObjectID) -> Void) {
    for (use, id) in shared({ Uses(all: makeAPIVersionUses()) }).all { body(use, id) }
  }

  /// Three rules go through them.
  private struct Uses: Sendable {
    var all: [(APIVersionUse, ObjectID)]
  }

  private func makeAPIVersionUses() -> [(APIVersionUse, ObjectID)] {
    var result: [(APIVersionUse, ObjectID)] = []
    var candidates = VersionCandidates(self)
    var uses: [(use: APIVersionUse, id: ObjectID, isInner: Bool)] = []
    // In texts that the operator makes objects of: they count where these are not known.
    var inText: [(use: APIVersionUse, id: ObjectID)] = []
    for object in graph.written {
      guard let id = forest.objectID(ManifestObject(root: object.root)) else { continue }
      if let use = candidates.use(of: object.root, id, in: object.file) { uses.append((use, id, false)) }
      guard id.kind == "ResourceSet", id.group == FluxKinds.operatorGroup else { continue }
      for version in VersionMentions(forest).inTemplates(of: object.root, group: id.group, kind: id.kind) {
        if let use = candidates.use(of: version, in: object.file) { inText.append((use, version.id)) }
      }
      for mention in VersionMentions(forest).of(object.root, group: id.group, kind: id.kind)
      where mention.role == .object {
        guard let inner = forest.objectID(ManifestObject(root: mention.node)) else { continue }
        if let use = candidates.use(of: mention.node, inner, in: object.file) { uses.append((use, inner, true)) }
      }
    }
    var applied = AppliedVersions(self, &candidates, isAnyWritten: !uses.isEmpty || !inText.isEmpty)
    let patches = uses.isEmpty ? PatchFiles() : PatchFiles(self)
    // What is of Flux v1 has to be written anew wherever it stands.
    uses.removeAll { patches.targeted.contains($0.use.file) && !$0.use.isFluxV1 }
    let given = applied.given(besides: Set(uses.map { AppliedVersions.Key($0.use) }))
    // Patches are told with the objects that they are for.
    var places: [AppliedVersions.Key: [SourceRange]] = [:]
    uses.removeAll { use, id, _ in
      guard patches.others.contains(use.file), !use.isFluxV1 else { return false }
      let patched = applied.patched(by: use, named: id.name)
      for key in patched { places[key, default: []].append(use.range) }
      return !patched.isEmpty
    }
    let readers = readers(of: Set(uses.map(\.use.file) + inText.map(\.use.file)))
    for (use, id) in inText {
      var use = use
      let all = readers[use.file] ?? []
      use.clusters = all.filter { applied.isOpen(use.range, in: $0) }.map { graph.clusters[$0] }
      if all.isEmpty || !use.clusters.isEmpty { result.append((use, id)) }
    }
    for (use, id, isInner) in uses {
      let fates = (readers[use.file] ?? []).map { ($0, applied.fate(of: use, isInner: isInner, in: $0)) }
      for var use in use.judged(by: fates, graph.clusters) {
        use.patches = places[AppliedVersions.Key(use)] ?? []
        result.append((use, id))
      }
    }
    for entry in given {
      guard let object = entry.objects.min(by: { $0.key < $1.key })?.value else { continue }
      let fates = entry.objects.keys.sorted().map { ($0, applied.fate(of: entry.use, isInner: false, in: $0)) }
      for var use in entry.use.judged(by: fates, graph.clusters) {
        use.patches = places[AppliedVersions.Key(use)] ?? []
        result.append((use, object.id))
      }
    }
    return result
  }

  /// Every mention of such a version in an object or a kustomization file; in file order, and then those that patches give.
  func forEachVersionMention(_ body: (APIVersionUse, VersionMention, _ holder: VersionHolder) -> Void) {
    for (use, mention, holder) in shared({ Mentions(all: makeVersionMentions()) }).all { body(use, mention, holder) }
  }

  /// Two rules go through them.
  private struct Mentions: Sendable {
    var all: [(APIVersionUse, VersionMention, VersionHolder)]
  }

  private func makeVersionMentions() -> [(APIVersionUse, VersionMention, VersionHolder)] {
    var result: [(APIVersionUse, VersionMention, VersionHolder)] = []
    var candidates = VersionCandidates(self)
    let finder = VersionMentions(forest)
    var uses: [(use: APIVersionUse, mention: VersionMention, holder: VersionHolder)] = []
    func add(_ mentions: [VersionMention], _ holder: VersionHolder, _ file: FileID) {
      for mention in mentions where mention.role != .object {
        guard let use = candidates.use(of: mention, in: file, forest) else { continue }
        let inner = mention.inner.flatMap { root in
          forest.objectID(ManifestObject(root: root)).map { VersionHolder(root: root, id: $0) }
        }
        uses.append((use, mention, inner ?? holder))
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
    var applied = AppliedVersions(self, &candidates, isAnyWritten: !uses.isEmpty, mentions: true)
    let readers = readers(of: Set(uses.map(\.use.file)))
    for (use, mention, holder) in uses.sorted(by: { $0.use.range < $1.use.range }) {
      let all = readers[use.file] ?? []
      guard holder.id != nil else {
        var use = use
        use.clusters = all.map { graph.clusters[$0] }
        result.append((use, mention, holder))
        continue
      }
      let entry = applied.mentions[AppliedVersions.Key(use)]
      let fates = all.map { ($0, applied.fate(of: use, isInner: mention.inner != nil, in: $0)) }
      for use in use.judged(by: fates, graph.clusters) {
        result.append((use, mention, entry.map { holder.applied($0, graph.clusters) } ?? holder))
      }
    }
    for entry in applied.givenMentions(besides: Set(uses.map { AppliedVersions.Key($0.use) })) {
      guard let mention = entry.mention, let object = entry.objects.min(by: { $0.key < $1.key })?.value else {
        continue
      }
      let holder = VersionHolder(root: object.root, id: object.id).applied(entry, graph.clusters)
      let fates = entry.objects.keys.sorted().map { ($0, applied.fate(of: entry.use, isInner: false, in: $0)) }
      for use in entry.use.judged(by: fates, graph.clusters) { result.append((use, mention, holder)) }
    }
    return result
  }
}

extension APIVersionUse {
  /// The use as clusters have it, by what becomes of it in those that read its file: for those that apply it, and for
  /// those of which that is not known. Of what none applies the first and only one says so; nothing is to be said of what
  /// all replace.
  fileprivate func judged(by fates: [(number: Int, fate: AppliedVersions.Fate)], _ clusters: [Cluster])
    -> [APIVersionUse]
  {
    var (applied, open, lost) = (self, self, self)
    var isGone = false
    for (number, fate) in fates {
      switch fate {
      case .applied: applied.clusters.append(clusters[number])
      case .open(let reason):
        open.clusters.append(clusters[number])
        open.openReason = open.openReason ?? reason
      case .gone: isGone = true
      case .replaced: break
      }
    }
    let uses = [applied, open].filter { !$0.clusters.isEmpty }
    if !uses.isEmpty || fates.isEmpty { return fates.isEmpty ? [self] : uses }
    lost.isLost = true
    return isGone ? [lost] : []
  }
}

/// Files that are nothing but patches.
private struct PatchFiles {
  /// Those for what a target selects: such objects keep their own version, whatever the patch says (kustomize
  /// `api/resmap/reswrangler.go`, ApplySmPatch).
  private(set) var targeted: Set<FileID> = []
  private(set) var others: Set<FileID> = []

  init() {}

  init(_ model: RepositoryModel) {
    let (forest, sources) = (model.forest, model.sources)
    var resources: Set<FileID> = []
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
        for item in forest.value(root, "patchesStrategicMerge").map({ Array(forest.items($0)) }) ?? [] {
          if let id = listed(item) { others.insert(id) }
        }
        for key in ["resources", "crds", "generators", "transformers"] {
          for item in forest.value(root, key: key).map({ Array(forest.items($0)) }) ?? [] {
            if let id = listed(item) { resources.insert(id) }
          }
        }
      }
    }
    targeted.subtract(others.union(resources))
    others.subtract(resources)
  }
}

/// What mentions a version.
struct VersionHolder {
  var root: NodeRef
  /// Nil for a kustomization file.
  var id: ObjectID?
  /// The object as clusters have it.
  private var built: [ClusterKey: NodeRef] = [:]

  init(root: NodeRef, id: ObjectID?) {
    self.root = root
    self.id = id
  }

  /// The object as a cluster has it; as it is written where that is not known.
  func root(in cluster: Cluster?) -> NodeRef { cluster.flatMap { built[ClusterKey($0)] } ?? root }

  /// With what clusters apply.
  fileprivate func applied(_ entry: AppliedVersions.Entry, _ clusters: [Cluster]) -> VersionHolder {
    var holder = self
    for (number, object) in entry.objects { holder.built[ClusterKey(clusters[number])] = object.root }
    // What a ResourceSet makes has a name of its own.
    if let made = entry.objects.min(by: { $0.key < $1.key })?.value, made.maker != nil { holder.id = made.id }
    return holder
  }
}
