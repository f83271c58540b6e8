import RuleEngine

/// An object that Flux does not apply, for a variable leaves it without kind, version or name (fluxcd/pkg
/// `ssa/utils/object.go`, `ReadObjects`).
struct VariableDropsObject: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations where !kustomization.lostObjects.isEmpty {
        // What fails applies nothing at all.
        guard kustomization.failure(cluster.settings) == nil, !kustomization.isSuspended(in: model.forest) else {
          continue
        }
        for lost in kustomization.lostObjects {
          // That a variable is not defined is said by itself, with what comes of it.
          if kustomization.undefinedVariables.contains(where: { lost.range.contains($0.range) }) { continue }
          report.report(
            "'\(lost.field)' of \(ObjectReference(lost.id).displayName) becomes empty, so it is not applied",
            at: lost.range,
            label: "empty after substitution", severity: cluster.hasEntryPoint ? nil : .note,
            object: ObjectReference(lost.id), cluster: cluster,
            related: [
              RelatedLocation(
                model.nameRange(of: kustomization), "applied by Kustomization '\(kustomization.displayName)'")
            ],
            help: "give the variable a value", data: ["kustomization": .string(kustomization.displayName)])
        }
      }
    }
  }
}
