import RuleEngine

/// Variables of a script that Flux puts its own value, or none, in the place of.
struct ScriptVariableSubstituted: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for substitution in model.activeSubstitutions {
      for uses in ScriptVariables.uses(in: substitution, model.forest) {
        check(uses, of: substitution, model, &report)
      }
    }
  }

  private func check(
    _ uses: ScriptVariables.Uses, of substitution: Substitution, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let settings = substitution.cluster.settings
    let object = ObjectReference(substitution.object(of: uses.text).id)
    // What fails is told first.
    let bare = uses.expressions.first { if case .fallback = $0.operation { false } else { true } }
    guard let first = bare ?? uses.expressions.first else { return }
    var names: [String] = []
    for use in uses.expressions where !names.contains(use.name) { names.append(use.name) }
    let range = uses.text.range(of: first.range, in: model.forest)
    let input = substitution.kustomization.undefinedVariables.first { $0.range == range && $0.name == first.name }?
      .input
    let fails = bare != nil && settings.isSubstitutionStrict
    report.report(
      names.count == 1
        ? "\(quotedList(names)) of the script in \(object.displayName) is taken for a variable of Flux"
        : "\(quotedList(names)) of the script in \(object.displayName) are taken for variables of Flux",
      at: range,
      label: fails
        ? "Flux \(settings.fluxVersion) fails the whole Kustomization"
        : bare == nil ? "the default is put in for good" : "an empty text is put in for good",
      severity: !substitution.cluster.hasEntryPoint
        ? .note : fails && settings.versionOrigin != .assumed ? .error : nil,
      object: object, cluster: substitution.cluster, related: [model.applier(substitution)],
      notes: input.map { ["it stands in line \($0.line) of '\($0.path)'"] } ?? [],
      help:
        "add the annotation 'kustomize.toolkit.fluxcd.io/substitute: disabled' to the object, or write '$${' for '${'",
      data: [
        "variables": .strings(names), "kustomization": .string(substitution.kustomization.displayName),
      ])
  }
}
