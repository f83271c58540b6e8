package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// An API version that still works and that a later Flux release removes.
package struct DeprecatedAPIVersion: Rule {
  package static let id = RuleID.deprecatedAPIVersion
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    model.forEachAPIVersionUse { use in
      for cluster in use.clusters {
        check(use, settings: cluster.settings, cluster: cluster, &report)
      }
      if use.clusters.isEmpty { check(use, settings: model.fallback, cluster: nil, &report) }
    }
  }

  private func check(_ use: APIVersionUse, settings: ClusterSettings, cluster: Cluster?, _ report: inout FindingSink) {
    let lifecycle = use.lifecycle
    let release = settings.fluxVersion
    // Nobody runs a file that no cluster reads, so what counts is what becomes of the version.
    let judge = cluster == nil ? max(release, APIVersions.newestRelease) : release
    guard let removed = lifecycle.removed, release < FluxVersion(major: 2, minor: removed),
      let deprecated = lifecycle.deprecated, judge >= FluxVersion(major: 2, minor: deprecated),
      release >= FluxVersion(major: 2, minor: lifecycle.introduced), let replacement = lifecycle.replacement
    else { return }
    report.report(
      "\(use.id.kind) '\(use.id.name)' has apiVersion '\(lifecycle.apiVersion)', which is deprecated",
      at: use.range, label: "removed in Flux 2.\(removed)",
      severity: cluster != nil ? nil : .note, object: ObjectReference(use.id), cluster: cluster,
      related: settings.versionPlace, notes: settings.versionNotes(isReached: cluster != nil),
      help: Self.help(replacement, lifecycle: lifecycle, release: release),
      data: ["apiVersion": .string(lifecycle.apiVersion), "fluxVersion": .string(release.description)])
  }

  /// The replacement may be newer than the release in force.
  private static func help(_ replacement: String, lifecycle: APIVersionLifecycle, release: FluxVersion) -> String {
    let version = replacement.split(separator: "/").last.map(String.init) ?? ""
    let target = APIVersions.lifecycle(group: lifecycle.group, kind: lifecycle.kind, version: version)
    if let target, release < FluxVersion(major: 2, minor: target.introduced) {
      return "use '\(replacement)' from Flux 2.\(target.introduced) on"
    }
    return "use '\(replacement)'"
  }
}
