/// Which Flux release serves which version of its kinds.
///
/// Flux drops versions release by release and has no conversion webhooks: a version that is not in the CRD is "no matches
/// for kind" at apply. Derived from the CRDs at the controller tags that each flux2 minor pins
/// (`manifests/bases/*/kustomization.yaml`); minors are of Flux 2, and 0 stands for "in 2.0 or before".
package struct APIVersionLifecycle: Hashable, Sendable {
  package var group: String
  package var kind: String
  package var version: String
  /// First minor of Flux 2 that serves it.
  package var introduced: Int
  /// First minor whose CRD marks it deprecated.
  package var deprecated: Int?
  /// First minor that does not serve it; 0: no release of Flux 2 ever did.
  package var removed: Int?
  /// The `apiVersion` that the newest release serves in its place, nil when it is this one.
  package var replacement: String?
  /// The minors of Flux 0 that served it, as long as CRDs of the `toolkit` groups were released; nil if none did.
  package var previews: ClosedRange<Int>?

  package var apiVersion: String { "\(group)/\(version)" }
}

package enum APIVersions {
  /// The newest Flux release this table knows.
  package static let newestRelease = FluxVersion(major: 2, minor: 9)

  /// The API groups of Flux, those of Flux v1 and of the early previews included.
  package static func isFluxGroup(_ group: String) -> Bool { groups.contains(group) }

  /// The lifecycle of one version of a kind; nil for kinds that are not Flux's and versions it never had.
  package static func lifecycle(group: String, kind: String, version: String) -> APIVersionLifecycle? {
    index[Key(group: group, kind: kind, version: version)]
  }

  /// Every version of a kind, oldest first; empty for a kind that is not Flux's.
  package static func versions(group: String, kind: String) -> [APIVersionLifecycle] {
    byKind[Key(group: group, kind: kind, version: "")] ?? []
  }

  /// The groups that have a kind of this name, sorted.
  package static func groups(ofKind kind: String) -> [String] {
    Set(all.filter { $0.kind == kind }.map(\.group)).sorted()
  }

  /// Whether any version of the kind is known.
  package static func knowsKind(group: String, kind: String) -> Bool {
    kinds.contains(Key(group: group, kind: kind, version: ""))
  }

  /// The whole table, by group, kind and age.
  package static let all: [APIVersionLifecycle] = rows.flatMap { row in
    row.versions.map { version in
      APIVersionLifecycle(
        group: row.group, kind: row.kind, version: version.name, introduced: version.introduced,
        deprecated: version.deprecated, removed: version.removed,
        replacement: "\(row.group)/\(version.name)" == row.current ? nil : row.current, previews: version.previews)
    }
  }

  private struct Key: Hashable {
    var group: String
    var kind: String
    var version: String
  }

  private static let index = Dictionary(
    all.map { (Key(group: $0.group, kind: $0.kind, version: $0.version), $0) }, uniquingKeysWith: { first, _ in first })
  private static let byKind = Dictionary(grouping: all) { Key(group: $0.group, kind: $0.kind, version: "") }
  private static let kinds = Set(all.map { Key(group: $0.group, kind: $0.kind, version: "") })
  private static let groups = Set(all.map(\.group))

  private struct Version {
    var name: String
    var introduced: Int
    var deprecated: Int?
    var removed: Int?
    var previews: ClosedRange<Int>?

    init(
      _ name: String, from introduced: Int = 0, deprecated: Int? = nil, removed: Int? = nil,
      previews: ClosedRange<Int>? = nil
    ) {
      self.name = name
      self.previews = previews
      self.introduced = introduced
      self.deprecated = deprecated
      self.removed = removed
    }
  }

  private struct Row {
    var group: String
    var kind: String
    /// The `apiVersion` to move to.
    var current: String
    var versions: [Version]
  }

  private static let helm = "helm.toolkit.fluxcd.io"
  private static let image = "image.toolkit.fluxcd.io"
  private static let kustomize = "kustomize.toolkit.fluxcd.io"
  private static let notification = "notification.toolkit.fluxcd.io"
  private static let source = "source.toolkit.fluxcd.io"

  private static let rows: [Row] = [
    Row(
      group: helm, kind: "HelmRelease", current: "\(helm)/v2",
      versions: [
        Version("v2alpha1", removed: 0),
        Version("v2beta1", deprecated: 2, removed: 7, previews: 1...41),
        Version("v2beta2", from: 2, deprecated: 3, removed: 8),
        Version("v2", from: 3),
      ]),
    Row(group: image, kind: "ImagePolicy", current: "\(image)/v1", versions: imageVersions),
    Row(group: image, kind: "ImageRepository", current: "\(image)/v1", versions: imageVersions),
    Row(
      group: image, kind: "ImageUpdateAutomation", current: "\(image)/v1",
      versions: [
        Version("v1alpha1", removed: 0, previews: 5...36),
        Version("v1alpha2", removed: 0, previews: 13...36),
        Version("v1beta1", deprecated: 3, removed: 7, previews: 16...41),
        Version("v1beta2", from: 3, deprecated: 7, removed: 9),
        Version("v1", from: 7),
      ]),
    Row(
      group: kustomize, kind: "Kustomization", current: "\(kustomize)/v1",
      versions: [
        Version("v1alpha1", removed: 0),
        Version("v1beta1", deprecated: 0, removed: 7, previews: 1...41),
        Version("v1beta2", deprecated: 0, removed: 8, previews: 18...41),
        Version("v1"),
      ]),
    Row(group: notification, kind: "Alert", current: "\(notification)/v1beta3", versions: notificationVersions),
    Row(group: notification, kind: "Provider", current: "\(notification)/v1beta3", versions: notificationVersions),
    Row(
      group: notification, kind: "Receiver", current: "\(notification)/v1",
      versions: [
        Version("v1alpha1", removed: 0),
        Version("v1beta1", deprecated: 0, removed: 7, previews: 1...41),
        Version("v1beta2", deprecated: 0, removed: 9, previews: 38...41),
        Version("v1"),
      ]),
    Row(
      group: source, kind: "Bucket", current: "\(source)/v1",
      versions: [
        Version("v1beta1", deprecated: 3, removed: 7, previews: 1...41),
        Version("v1beta2", deprecated: 4, removed: 8, previews: 28...41),
        Version("v1", from: 4),
      ]),
    Row(group: source, kind: "ExternalArtifact", current: "\(source)/v1", versions: [Version("v1", from: 7)]),
    Row(
      group: source, kind: "GitRepository", current: "\(source)/v1",
      versions: [
        Version("v1alpha1", removed: 0),
        Version("v1beta1", deprecated: 0, removed: 7, previews: 1...41),
        Version("v1beta2", deprecated: 0, removed: 8, previews: 28...41),
        Version("v1"),
      ]),
    Row(group: source, kind: "HelmChart", current: "\(source)/v1", versions: helmSourceVersions),
    Row(group: source, kind: "HelmRepository", current: "\(source)/v1", versions: helmSourceVersions),
    Row(
      group: source, kind: "OCIRepository", current: "\(source)/v1",
      versions: [
        Version("v1beta2", deprecated: 6, removed: 8, previews: 32...41),
        Version("v1", from: 6),
      ]),
    Row(
      group: "source.extensions.fluxcd.io", kind: "ArtifactGenerator", current: "source.extensions.fluxcd.io/v1beta1",
      versions: [Version("v1beta1", from: 7)]),
    // Flux v1 and its Helm operator, archived in November 2022.
    Row(
      group: "helm.fluxcd.io", kind: "HelmRelease", current: "\(helm)/v2",
      versions: [Version("v1", removed: 0), Version("v2alpha1", removed: 0)]),
    Row(
      group: "flux.weave.works", kind: "HelmRelease", current: "\(helm)/v2", versions: [Version("v1beta1", removed: 0)]),
    Row(
      group: "helm.integrations.flux.weave.works", kind: "FluxHelmRelease", current: "\(helm)/v2",
      versions: [Version("v1alpha2", removed: 0)]),
    // Previews before the `toolkit` groups.
    Row(
      group: "kustomize.fluxcd.io", kind: "Kustomization", current: "\(kustomize)/v1",
      versions: [Version("v1alpha1", removed: 0)]),
    Row(
      group: "notification.fluxcd.io", kind: "Alert", current: "\(notification)/v1beta3",
      versions: [Version("v1alpha1", removed: 0)]),
    Row(
      group: "notification.fluxcd.io", kind: "Provider", current: "\(notification)/v1beta3",
      versions: [Version("v1alpha1", removed: 0)]),
    Row(
      group: "notification.fluxcd.io", kind: "Receiver", current: "\(notification)/v1",
      versions: [Version("v1alpha1", removed: 0)]),
    Row(
      group: "source.fluxcd.io", kind: "GitRepository", current: "\(source)/v1",
      versions: [Version("v1alpha1", removed: 0)]),
    Row(
      group: "source.fluxcd.io", kind: "HelmChart", current: "\(source)/v1",
      versions: [Version("v1alpha1", removed: 0)]),
    Row(
      group: "source.fluxcd.io", kind: "HelmRepository", current: "\(source)/v1",
      versions: [Version("v1alpha1", removed: 0)]),
  ]

  private static let imageVersions = [
    Version("v1alpha1", removed: 0, previews: 5...36),
    Version("v1alpha2", removed: 0, previews: 13...36),
    Version("v1beta1", removed: 7, previews: 16...41),
    Version("v1beta2", deprecated: 7, removed: 9, previews: 40...41),
    Version("v1", from: 7),
  ]

  private static let notificationVersions = [
    Version("v1alpha1", removed: 0),
    Version("v1beta1", deprecated: 2, removed: 7, previews: 1...41),
    Version("v1beta2", deprecated: 2, removed: 9, previews: 38...41),
    Version("v1beta3", from: 2),
  ]

  private static let helmSourceVersions = [
    Version("v1alpha1", removed: 0),
    Version("v1beta1", deprecated: 3, removed: 7, previews: 1...41),
    Version("v1beta2", deprecated: 3, removed: 8, previews: 28...41),
    Version("v1", from: 3),
  ]
}
