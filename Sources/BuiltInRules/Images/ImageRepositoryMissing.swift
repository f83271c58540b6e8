package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// An ImagePolicy without the ImageRepository whose tags it chooses from.
package struct ImageRepositoryMissing: Rule {
  package static let id = RuleID.imageRepositoryMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    DanglingReferences(kind: "ImagePolicy", group: "image.toolkit.fluxcd.io", label: "no tag is ever chosen") {
      object, forest in
      forest.value(object.root, "spec", "imageRepositoryRef").flatMap {
        forest.reference($0, field: "imageRepositoryRef", kind: "ImageRepository", of: object)
      }.map { [$0] } ?? []
    }.check(model, &report)
  }
}
