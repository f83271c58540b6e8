package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// An object for Flux v1 or its Helm Operator. No controller of Flux 2 reads it, whatever the release.
package struct FluxV1Object: Rule {
  package static let id = RuleID.fluxV1Object
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    model.forEachAPIVersionUse { use, id in
      guard use.isFluxV1 else { return }
      for cluster in use.clusters {
        // Where the old CRD is applied too, the API server takes the object, and the archived operator may act on it.
        let hasDefinition = cluster.objects.contains {
          $0.id.kind == "CustomResourceDefinition" && $0.id.name.hasSuffix(".\(use.group)")
        }
        check(use, id, cluster: cluster, severity: hasDefinition ? .warning : nil, &report)
      }
      if use.clusters.isEmpty { check(use, id, cluster: nil, severity: .note, &report) }
    }
  }

  private func check(
    _ use: APIVersionUse, _ id: ObjectID, cluster: Cluster?, severity: Severity?, _ report: inout FindingSink
  ) {
    report.report(
      "\(id.kind) '\(id.name)' is an object of Flux v1, '\(use.apiVersion)'", at: use.range,
      label: "no controller of Flux 2 reads it", severity: severity, object: ObjectReference(id), cluster: cluster,
      notes: cluster == nil ? ["no cluster of this repository reads this file"] : [],
      help: use.lifecycle?.replacement.map { "write it anew as '\($0)', with a source for its chart" },
      data: ["apiVersion": .string(use.apiVersion)])
  }
}

extension APIVersionUse {
  /// Whether it belongs to Flux v1, archived in November 2022, rather than to an early Flux 2.
  var isFluxV1: Bool {
    switch group {
    case "flux.weave.works", "helm.integrations.flux.weave.works": true
    case "helm.fluxcd.io": version == "v1"
    default: false
    }
  }
}
