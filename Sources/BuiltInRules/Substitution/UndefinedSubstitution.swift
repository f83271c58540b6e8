package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A variable that post-build substitution does not know: an error since Flux 2.9, an empty string before.
package struct UndefinedSubstitution: Rule {
  package static let id = RuleID.undefinedSubstitution
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      let settings = cluster.settings
      let release = "Flux \(settings.fluxVersion)"
      for kustomization in cluster.kustomizations {
        let name = kustomization.namespace.map { "\($0)/\(kustomization.name)" } ?? kustomization.name
        for use in kustomization.undefinedVariables {
          var related: [RelatedLocation] = []
          var help = "define it in 'postBuild', write '${\(use.name):=default}', or '$${\(use.name)}' for literal text"
          // One letter is as near to any other.
          if use.name.utf8.count > 2,
            let near = Suggestion.nearest(to: use.name, in: kustomization.substitution.definitions.keys),
            let definition = kustomization.substitution.definitions[near]
          {
            help = "did you mean '\(near)'?"
            related.append(RelatedLocation(definition, "a similar name is defined here"))
          }
          related.append(RelatedLocation(model.nameRange(of: kustomization), "applied by Kustomization '\(name)'"))
          var notes: [String] = []
          if let input = GeneratorFileLine(of: use.name, at: use.range, model) {
            notes.append("it stands in line \(input.line) of '\(input.path)'")
          }
          if settings.versionOrigin == .assumed {
            notes.append("the Flux release is not known: \(settings.fluxVersion) is assumed")
          }
          if !cluster.hasEntryPoint { notes.append("what applies this Kustomization may add variables to it") }
          report.report(
            "variable '\(use.name)' is not defined", at: use.range,
            label: settings.isSubstitutionStrict
              ? "\(release) fails the whole Kustomization" : "\(release) puts an empty string here",
            severity: cluster.hasEntryPoint ? nil : .note, object: ObjectReference(cluster.objects[use.object].id),
            cluster: cluster, related: related, notes: notes,
            help: help,
            data: [
              "variable": .string(use.name), "kustomization": .string(name),
              "strict": .boolean(settings.isSubstitutionStrict),
            ])
        }
      }
    }
  }
}
