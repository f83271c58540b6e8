package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A kustomization that fetches something from the network each time it is built.
package struct RemoteBase: Rule {
  package static let id = RuleID.remoteBase
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      let ban = cluster.settings.remoteBaseBan
      let remotes = cluster.kustomizations.flatMap { kustomization in
        kustomization.remotes.map { (remote: $0, isSuspended: kustomization.isSuspended(in: model.forest)) }
      }
      for (remote, isSuspended) in remotes {
        // The ban is of the directory that a clone needs; a file over HTTP needs none (kustomize
        // `api/internal/loader/fileloader.go`).
        let ban = remote.kind == .git ? ban : nil
        guard ban != nil || !isSuspended else { continue }
        let isPinned = Self.isCommit(remote.ref)
        let label =
          switch remote.kind {
          case .http: "downloaded at every reconciliation"
          case .git:
            remote.ref.map {
              isPinned ? "cloned at every reconciliation" : "cloned at every reconciliation, at '\($0)', which may move"
            } ?? "cloned at every reconciliation, at the default branch"
          }
        report.report(
          "'\(remote.field)' fetches '\(remote.url)' from the network", at: remote.range,
          label: ban == nil ? label : "the build fails: this cluster allows no remote bases",
          severity: ban != nil ? .error : isPinned ? .note : nil, cluster: cluster,
          related: ban.map { [RelatedLocation($0.range, "the ban")] } ?? [],
          notes: ["what it holds is not known offline; references to its objects are not checked"],
          help:
            "commit a copy of the files, or use a GitRepository or OCIRepository source with a Kustomization of its own",
          data: ["url": .string(remote.url), "field": .string(remote.field), "pinned": .boolean(isPinned)])
      }
    }
  }

  private static func isCommit(_ ref: String?) -> Bool {
    guard let ref else { return false }
    return (ref.utf8.count == 40 || ref.utf8.count == 64) && ref.allSatisfy { $0.isHexDigit }
  }
}
