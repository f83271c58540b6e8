package import FluxModel
package import Manifests
package import SourceText

/// The Flux releases whose versions are wanted: a minor, one patch release of it, or all that clusters run which read a
/// file.
package struct MigrationTarget: Hashable, Sendable, CustomStringConvertible {
  /// The oldest of them, which decides what may be written.
  package var release: FluxVersion
  /// The newest of them. Every version is served by a run of releases, so both ends stand for all between.
  package var newest: FluxVersion
  /// Nil for the last patch release of the minor.
  package var patch: Int?
  /// Whether Flux runs at these releases, so that what waits for a later one is to be said.
  package var isInstalled = false
  /// Whether one of them stands for a release that came out later, which may have what never was before.
  package var isNewerThanKnown = false

  /// The newest release known.
  package static let newest = MigrationTarget(release: APIVersions.newestRelease)

  package init(release: FluxVersion, patch: Int? = nil) {
    self.release = release
    newest = release
    self.patch = patch
  }

  /// Reads `2.9`, `v2.9` and `2.9.4`. Nil for what is no release of Flux, and for one that is not known yet.
  package init?(_ text: String) {
    guard let release = FluxVersion(text), release.isRelease, !release.isNewerThanKnown else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    self.init(release: release, patch: parts.count == 3 ? Int(parts[2]) : nil)
  }

  /// What every release of both serves.
  package func union(_ other: MigrationTarget) -> MigrationTarget {
    var both = self
    both.release = min(release, other.release)
    both.newest = max(newest, other.newest)
    if patch != other.patch { both.patch = nil }
    both.isNewerThanKnown = isNewerThanKnown || other.isNewerThanKnown
    return both
  }

  package var description: String {
    release == newest ? release.description + (patch.map { ".\($0)" } ?? "") : "\(release) to \(newest)"
  }

  /// Whether the oldest release is `minor` of Flux 2 or newer.
  func isAtLeast(_ minor: Int) -> Bool { release >= FluxVersion(major: 2, minor: minor) }

  /// Whether the CRDs of the releases have this version.
  func serves(_ version: APIVersionLifecycle) -> Bool {
    version.isServed(by: release) && version.isServed(by: newest)
  }

  /// The newest version of a kind that the releases serve; nil when there is none.
  func newestVersion(group: String, kind: String) -> APIVersionLifecycle? {
    APIVersions.versions(group: group, kind: kind).last(where: serves)
  }

  /// The version of a kind that has to wait, and for which release; nil when the newest of all can be had.
  func waiting(group: String, kind: String) -> (version: String, release: FluxVersion)? {
    guard isInstalled, let last = APIVersions.versions(group: group, kind: kind).last, let introduced = last.introduced,
      introduced > release, last.replacement == nil
    else { return nil }
    return (last.version, introduced)
  }

  /// What to do with one version of a kind.
  enum Verdict: Hashable {
    case current
    /// To this version.
    case outdated(String)
    /// The release is too old for it; versions are never lowered.
    case tooNew
    /// The kind exists, and never had this version.
    case unknownVersion
    /// Flux v1 or a preview: the group changed, which makes another object.
    case otherGroup(replacement: String)
    /// The release has no such kind.
    case unknownKind
    /// Each release serves a version, and none serves one that all do.
    case noCommonVersion
    case notFlux
  }

  func verdict(group: String, kind: String, version: String) -> Verdict {
    guard APIVersions.knowsKind(group: group, kind: kind) else { return .notFlux }
    let versions = APIVersions.versions(group: group, kind: kind)
    guard let index = versions.firstIndex(where: { $0.version == version }) else { return .unknownVersion }
    if let replacement = versions[index].replacement, !replacement.hasPrefix(group + "/") {
      return .otherGroup(replacement: replacement)
    }
    guard let last = versions.lastIndex(where: serves) else {
      let isServedByEach = [release, newest].allSatisfy { release in versions.contains { $0.isServed(by: release) } }
      return isServedByEach ? .noCommonVersion : .unknownKind
    }
    if index > last { return .tooNew }
    return index == last ? .current : .outdated(versions[last].version)
  }
}

/// Where an object is written.
package struct ObjectPlace: Hashable, Sendable {
  var path: String
  /// Where it begins in the file.
  var offset: UInt32

  package init(path: String, offset: UInt32) {
    self.path = path
    self.offset = offset
  }

  package init(_ range: SourceRange, _ sources: SourceSet) {
    self.init(path: sources.path(of: range.file), offset: range.lowerBound)
  }
}

/// Which target each file of a repository has.
package struct MigrationTargets: Sendable {
  /// What the user asked for: it holds for all files.
  package var given: MigrationTarget?
  /// Those of files that are read by clusters.
  private var targets: [String: MigrationTarget] = [:]
  /// That of all others.
  private var other: MigrationTarget
  /// All of them, each once.
  private let distinct: Set<MigrationTarget>
  /// Kustomizations of Flux that apply what is in another repository.
  package var builtElsewhere: Set<ObjectPlace> = []
  /// That of objects which go to other clusters (`spec.kubeConfig`).
  package var remote = MigrationTarget.newest

  /// One for all files.
  package init(_ target: MigrationTarget) {
    given = target
    other = target
    remote = target
    distinct = [target]
  }

  package init(byPath targets: [String: MigrationTarget], other: MigrationTarget) {
    self.targets = targets
    self.other = other
    distinct = Set(targets.values).union([other])
  }

  /// Whether a cluster reads the file, or the user says what all are for.
  func isRead(_ path: String) -> Bool { given != nil || targets[path] != nil }

  package func target(of path: String) -> MigrationTarget { given ?? targets[path] ?? other }

  /// Whether a version is the one to have, whatever the file.
  func isCurrent(group: String, kind: String, version: String) -> Bool {
    distinct.union([remote]).allSatisfy { $0.verdict(group: group, kind: kind, version: version) == .current }
  }

  /// That of an object which is made of several files; those that no cluster reads go with the others.
  package func target(of paths: Set<String>) -> MigrationTarget {
    let read = paths.filter { isRead($0) }
    let all = (read.isEmpty ? paths : read).map { target(of: $0) }
    return all.dropFirst().reduce(all.first ?? given ?? other) { $0.union($1) }
  }

  /// The releases that the targets of some files are, oldest first.
  package func targets(of paths: some Sequence<String>) -> [MigrationTarget] {
    Set(paths.map { target(of: $0) }).sorted { ($0.release, $0.newest) < ($1.release, $1.newest) }
  }
}
