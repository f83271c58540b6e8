import RuleEngine

/// A text of a child Kustomization, such as a patch, with a variable that the child defines: the parent substitutes first,
/// and puts in its own value.
struct ChildVariablesSubstituted: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for parent in model.activeSubstitutions {
      var children: [NodeRef: Int] = [:]
      for (number, kustomization) in parent.cluster.kustomizations.enumerated()
      where kustomization.parent == parent.number {
        if let root = kustomization.root { children[root] = number }
      }
      guard !children.isEmpty else { continue }
      for text in parent.texts {
        // What is under postBuild is the definition itself, and hands on a value.
        guard let number = children[parent.object(of: text).root], !text.path.contains("postBuild") else { continue }
        let child = parent.cluster.kustomizations[number]
        for expression in text.expressions {
          guard let loss = Self.loss(of: expression, parent.scope, child.substitution) else { continue }
          report.report(
            "'\(expression.name)' in \(child.reference.displayName) is substituted before the child defines it",
            at: text.range(of: expression.range, in: forest), label: loss, object: child.reference,
            cluster: parent.cluster,
            related: [
              child.substitution.definitions[expression.name].map { RelatedLocation($0, "the child defines it here") },
              parent.scope.definitions[expression.name].map { RelatedLocation($0, "the parent defines it here") },
            ].compactMap(\.self),
            help: "write '$${\(expression.name)...}', so that the parent leaves it to the child",
            data: ["variable": .string(expression.name), "kustomization": .string(parent.kustomization.displayName)])
        }
      }
    }
  }

  /// What stands in the place of the child's value; nil where nothing is lost, or another rule says it.
  private static func loss(
    of expression: Envsubst.Expression, _ parent: SubstitutionScope, _ child: SubstitutionScope
  ) -> String? {
    guard case .known(let wanted) = child.values[expression.name] else { return nil }
    if case .known(let value) = parent.values[expression.name] {
      return value == wanted ? nil : "the value of the parent is put in"
    }
    guard parent.values[expression.name] == nil, parent.openSources.isEmpty, case .fallback = expression.operation
    else { return nil }
    return "the default is put in, for the parent does not define it"
  }
}
