import RuleEngine

/// A `${VAR}` in what a Kustomization without `postBuild` applies, where others of the cluster define that variable.
struct VariableWithoutPostBuild: RepositoryRule {
  private struct Use {
    var substitution: Substitution
    var text: DollarText
    var expression: Envsubst.Expression
    var definition: SourceRange
  }

  /// What holds scripts and dashboards, whose variables are their own.
  private static let literalKinds: Set<String> = ["ConfigMap", "Secret", "CustomResourceDefinition"]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters
    where facts.cluster.hasEntryPoint && !facts.cluster.hasVariableWebhook(model.forest) {
      var definitions: [String: (range: SourceRange, count: Int)] = [:]
      for kustomization in facts.cluster.kustomizations {
        for (name, range) in kustomization.substitution.definitions {
          definitions[name] = (range, 1 + (definitions[name]?.count ?? 0))
        }
      }
      guard !definitions.isEmpty else { continue }
      let uses = facts.cluster.kustomizations.indices.compactMap { number in
        firstUse(in: Substitution(facts: facts, number: number), definitions.mapValues { $0.range }, model.forest)
      }
      let counts = Dictionary(grouping: uses, by: \.expression.name).mapValues(\.count)
      // Where more lack it than have it, something else gives it to all, such as a webhook.
      for use in uses where (counts[use.expression.name] ?? 0) <= (definitions[use.expression.name]?.count ?? 0) {
        tell(use, model, &report)
      }
    }
  }

  /// The first variable that others define, of a Kustomization that substitutes nothing.
  private func firstUse(
    in substitution: Substitution, _ definitions: [String: SourceRange], _ forest: Forest
  ) -> Use? {
    guard !substitution.kustomization.isSuspended(in: forest),
      let spec = substitution.kustomization.spec(in: forest), forest.value(spec, "postBuild") == nil
    else { return nil }
    for text in substitution.texts where isMeantForFlux(text, substitution, forest) {
      for expression in text.expressions {
        guard let definition = definitions[expression.name] else { continue }
        return Use(substitution: substitution, text: text, expression: expression, definition: definition)
      }
    }
    return nil
  }

  private func isMeantForFlux(_ text: DollarText, _ substitution: Substitution, _ forest: Forest) -> Bool {
    let id = substitution.object(of: text).id
    guard !Self.literalKinds.contains(id.kind), !text.expressions.isEmpty else { return false }
    // Patches and variables of a child are for the child.
    if id.group == FluxKinds.kustomizeGroup, text.path.contains("patches") || text.path.contains("postBuild") {
      return false
    }
    // A command line is for a shell, and a text of several lines a script.
    if ["command", "args"].contains(where: text.path.contains) { return false }
    return forest.withText(text.scalar) { !$0.contains(0x0A) }
  }

  private func tell(_ use: Use, _ model: RepositoryModel, _ report: inout FindingSink) {
    let object = ObjectReference(use.substitution.object(of: use.text).id)
    let kustomization = use.substitution.kustomization
    report.report(
      "'${\(use.expression.name)}' in \(object.displayName) stays as it is",
      at: use.text.range(of: use.expression.range, in: model.forest), label: "its Kustomization substitutes nothing",
      object: object, cluster: use.substitution.cluster,
      related: [
        RelatedLocation(use.definition, "defined for another Kustomization"),
        RelatedLocation(model.nameRange(of: kustomization), "applied by Kustomization '\(kustomization.displayName)'"),
      ],
      help: "add 'postBuild' to Kustomization '\(kustomization.displayName)'",
      data: ["variable": .string(use.expression.name), "kustomization": .string(kustomization.displayName)])
  }
}
