import RuleEngine

/// A field that kustomize does not know, at `spec.path`: the controller reads the file without strictness and writes it
/// anew, so that the field is gone before kustomize could refuse it (fluxcd/pkg `kustomize/kustomize_generator.go`).
struct KustomizationUnknownField: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations {
        for field in kustomization.leftOut where field.kind == .field && !Self.isNote(field.name) {
          report.report(
            "kustomize knows no field '\(field.name)', and Flux drops it", at: field.range,
            label: "never read", object: kustomization.reference, cluster: cluster,
            help: field.suggestion.map { "did you mean '\($0)'?" } ?? "remove it",
            data: ["field": .string(field.name)])
        }
      }
    }
  }

  /// What editors read, and where people keep anchors: nobody expects an effect of it.
  private static func isNote(_ field: String) -> Bool {
    ["$", "_", ".", "x-"].contains { field.hasPrefix($0) }
  }
}
