import RuleEngine

/// Text that envsubst cannot read: the whole Kustomization fails.
struct SubstitutionFailed: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations where !kustomization.substitutionErrors.isEmpty {
        let applier = RelatedLocation(
          model.nameRange(of: kustomization), "substituted by Kustomization '\(kustomization.displayName)'")
        for error in kustomization.substitutionErrors {
          report.report(
            error.message, at: error.range, label: "substitution fails here",
            object: kustomization.reference, cluster: cluster,
            related: [applier],
            notes: ["Flux applies nothing of a Kustomization whose substitution fails"],
            help: error.isOfName
              ? "give it another name, here and where it is used"
              : "escape it, or add the annotation 'kustomize.toolkit.fluxcd.io/substitute: disabled' to the object",
            data: ["kustomization": .string(kustomization.displayName)])
        }
      }
    }
  }
}
