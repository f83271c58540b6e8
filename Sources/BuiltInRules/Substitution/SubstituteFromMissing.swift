package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A ConfigMap or Secret of `substituteFrom` that nothing in the repository makes: the Kustomization fails without it.
package struct SubstituteFromMissing: Rule {
  package static let id = RuleID.substituteFromMissing
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    ValueReferences(model: model, kind: .substituteFrom).check(&report)
  }
}
