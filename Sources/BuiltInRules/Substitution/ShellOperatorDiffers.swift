import RuleEngine

/// `${v:?text}` and `${v:+text}`, which are a default to envsubst as `:-` is (fluxcd/pkg `envsubst/template.go`).
struct ShellOperatorDiffers: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for substitution in model.activeSubstitutions {
      for text in substitution.texts {
        for expression in text.expressions {
          let operation = text.operation(of: expression, in: forest)
          guard operation == ":?" || operation == ":+" else { continue }
          let object = ObjectReference(substitution.object(of: text).id)
          let isDemand = operation == ":?"
          report.report(
            "'${\(expression.name)\(operation)...}' in \(object.displayName) is a default to Flux",
            at: text.range(of: expression.range, in: forest),
            label: isDemand
              ? "the message becomes the value where '\(expression.name)' is not set"
              : "the value of '\(expression.name)' stands here where it is set, not the alternative",
            object: object, cluster: substitution.cluster, related: [model.applier(substitution)],
            help: isDemand
              ? "write '${\(expression.name)}', which fails where it is not set (Flux 2.9 and later)"
              : "put the alternative into a variable of its own; for a shell write '$${\(expression.name)\(operation)...}'",
            data: [
              "variable": .string(expression.name), "operator": .string(operation),
              "kustomization": .string(substitution.kustomization.displayName),
            ])
        }
      }
    }
  }
}
