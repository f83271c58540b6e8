package import FluxModel

/// The Flux release whose versions are wanted: a minor, or one patch release of it.
package struct MigrationTarget: Hashable, Sendable, CustomStringConvertible {
  package var release: FluxVersion
  /// Nil for the last patch release of the minor.
  package var patch: Int?

  /// The newest release known.
  package static let newest = MigrationTarget(release: APIVersions.newestRelease)

  package init(release: FluxVersion, patch: Int? = nil) {
    self.release = release
    self.patch = patch
  }

  /// Reads `2.9`, `v2.9` and `2.9.4`. Nil for what is no release of Flux: 0.1 to 0.41, 2.0 to the newest.
  package init?(_ text: String) {
    guard let release = FluxVersion(text) else { return nil }
    let minors = release.major == 0 ? 1...41 : 0...APIVersions.newestRelease.minor
    guard release.major == 0 || release.major == APIVersions.newestRelease.major, minors.contains(release.minor)
    else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    self.init(release: release, patch: parts.count == 3 ? Int(parts[2]) : nil)
  }

  package var description: String { release.description + (patch.map { ".\($0)" } ?? "") }

  /// Whether the release is `minor` of Flux 2 or newer.
  func isAtLeast(_ minor: Int) -> Bool { release >= FluxVersion(major: 2, minor: minor) }

  /// Whether the CRDs of the release have this version.
  func serves(_ version: APIVersionLifecycle) -> Bool {
    if release.major == 0 { return version.previews?.contains(release.minor) ?? false }
    return version.introduced <= release.minor && version.removed.map { $0 > release.minor } ?? true
  }

  /// The newest version of a kind that the release serves; nil when it has none.
  func newestVersion(group: String, kind: String) -> APIVersionLifecycle? {
    APIVersions.versions(group: group, kind: kind).last(where: serves)
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
    case notFlux
  }

  func verdict(group: String, kind: String, version: String) -> Verdict {
    guard APIVersions.knowsKind(group: group, kind: kind) else { return .notFlux }
    let versions = APIVersions.versions(group: group, kind: kind)
    guard let index = versions.firstIndex(where: { $0.version == version }) else { return .unknownVersion }
    if let replacement = versions[index].replacement, !replacement.hasPrefix(group + "/") {
      return .otherGroup(replacement: replacement)
    }
    guard let newest = versions.lastIndex(where: serves) else { return .unknownKind }
    if index > newest { return .tooNew }
    return index == newest ? .current : .outdated(versions[newest].version)
  }
}
