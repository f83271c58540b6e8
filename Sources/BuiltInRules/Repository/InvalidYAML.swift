package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// A file that a build reads and that is no YAML. Files that nothing reads, such as Helm templates, may be anything.
package struct InvalidYAML: Rule {
  package static let id = RuleID.invalidYAML
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for file in model.graph.reachedFiles.sorted() {
      for problem in model.sources.problems(of: file) where problem.kind != .duplicateKey {
        let readers = model.graph.clusters.filter { $0.files.contains(file) }
        for cluster in readers {
          report.report(
            "the file is no valid YAML: \(problem.message)", at: problem.range, label: "parsing stops here",
            severity: cluster.severityOfBuildErrors, cluster: cluster,
            help: "correct the text; the Kustomization that reads it cannot be built",
            data: ["problem": .string(problem.message)])
        }
      }
    }
  }
}
