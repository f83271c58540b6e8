package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A `# fluxlint: ignore` comment that does nothing. Comments that suppress nothing are known only after all rules have
/// run, and are reported from there with this id.
package struct InvalidSuppression: Rule {
  package static let id = RuleID.invalidSuppression
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for suppression in model.suppressions.malformed {
      report.report(suppression.message, at: suppression.range, label: "suppresses nothing", help: suppression.help)
    }
  }
}
