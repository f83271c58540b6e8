import RuleEngine

/// An object that kustomize keeps for the build (api/resmap/reswrangler.go, `DropLocalNodes`).
struct LocalConfigDropped: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations {
        for object in kustomization.leftOut where object.kind == .localObject {
          report.report(
            "\(object.name) is marked for the build only and never applied", at: object.range,
            label: "kustomize leaves it out", object: kustomization.reference, cluster: cluster,
            help: "remove the annotation 'config.kubernetes.io/local-config' if it is to be applied")
        }
      }
    }
  }
}
