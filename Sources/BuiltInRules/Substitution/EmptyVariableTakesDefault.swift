import RuleEngine

/// `${v=d}` with a variable that is defined and empty: a shell leaves it empty, envsubst takes the default.
struct EmptyVariableTakesDefault: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for substitution in model.activeSubstitutions {
      for text in substitution.texts {
        for expression in text.expressions where substitution.scope.values[expression.name] == .known("") {
          guard text.operation(of: expression, in: forest) == "=" else { continue }
          let object = ObjectReference(substitution.object(of: text).id)
          report.report(
            "'${\(expression.name)=...}' in \(object.displayName) takes its default, though the variable is defined",
            at: text.range(of: expression.range, in: forest), label: "'\(expression.name)' is empty", object: object,
            cluster: substitution.cluster,
            related: substitution.scope.definitions[expression.name].map { [RelatedLocation($0, "defined here")] }
              ?? [],
            help: "write '${\(expression.name)}' where it may be empty",
            data: ["variable": .string(expression.name)])
        }
      }
    }
  }
}
