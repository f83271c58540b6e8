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
    DanglingReferences(field: .imageRepositoryRef, holders: ["ImagePolicy"], label: "no tag is ever chosen")
      .check(model, &report)
  }
}
