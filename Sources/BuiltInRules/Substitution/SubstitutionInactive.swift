import RuleEngine

/// A `postBuild` without any variable: nothing is substituted, and `${v:=default}` stays in the text
/// (fluxcd/pkg `kustomize/kustomize_varsub.go`).
struct SubstitutionInactive: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for substitution in model.substitutions where !substitution.scope.isActive {
      let kustomization = substitution.kustomization
      guard let postBuild = model.postBuildRange(of: kustomization) else { continue }
      var places: [(range: SourceRange, name: String, object: Int)] = []
      for text in substitution.texts {
        for expression in text.expressions where text.operation(of: expression, in: forest) == ":=" {
          places.append((text.range(of: expression.range, in: forest), expression.name, text.object))
        }
      }
      guard let first = places.first else { continue }
      let object = ObjectReference(substitution.cluster.objects[first.object].id)
      report.report(
        "the default of '\(first.name)' in \(object.displayName) is never put in", at: first.range,
        label: "applied as it stands here", object: object, cluster: substitution.cluster,
        related: [RelatedLocation(postBuild, "this has no variable, so nothing is substituted")]
          + places.dropFirst().prefix(20).map { RelatedLocation($0.range, "neither is this one") },
        help: model.allRun(FluxVersion(major: 2, minor: 9), readersOf: kustomization.origin.file)
          ? "add 'substituteStrategy: Always' to 'postBuild', or define a variable"
          : "define a variable in 'postBuild'",
        data: ["variable": .string(first.name), "kustomization": .string(kustomization.displayName)])
    }
  }
}
