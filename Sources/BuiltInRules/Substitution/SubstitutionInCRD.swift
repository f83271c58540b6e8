import RuleEngine

/// Variables in a CustomResourceDefinition: nobody means them for Flux, and the next version of the file may fail.
struct SubstitutionInCRD: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for substitution in model.activeSubstitutions {
      let kustomization = substitution.kustomization
      // Where it fails already, that is said.
      guard kustomization.substitutionErrors.isEmpty,
        !(substitution.cluster.settings.isSubstitutionStrict && !kustomization.undefinedVariables.isEmpty),
        let place = model.postBuildRange(of: kustomization)
      else { continue }
      let texts = substitution.texts.filter {
        substitution.object(of: $0).id.kind == "CustomResourceDefinition" && !$0.expressions.isEmpty
      }
      guard let first = texts.first else { continue }
      var objects: [ObjectReference] = []
      for text in texts {
        let object = ObjectReference(substitution.object(of: text).id)
        if !objects.contains(object) { objects.append(object) }
      }
      let isDocumentation = texts.allSatisfy { $0.path.last == "description" }
      report.report(
        "\(kustomization.reference.displayName) substitutes in \(counted(objects))", at: place,
        label: "also in the texts of definitions",
        // Nothing reads a description, and before 2.9 nothing fails for it.
        severity: isDocumentation && !substitution.cluster.settings.isSubstitutionStrict ? .note : nil,
        object: kustomization.reference, cluster: substitution.cluster,
        related: first.expressions.prefix(1).map {
          RelatedLocation(first.range(of: $0.range, in: model.forest), "taken for the variable '\($0.name)'")
        },
        help:
          "add the annotation 'kustomize.toolkit.fluxcd.io/substitute: disabled' to these definitions by a patch, or move the variables to the Kustomizations that need them",
        data: ["kustomization": .string(kustomization.displayName)])
    }
  }
}
