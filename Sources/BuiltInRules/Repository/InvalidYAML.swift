import RuleEngine

/// A file that a build reads and that is no YAML. Files that nothing reads, such as Helm templates, may be anything.
struct InvalidYAML: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let broken = model.graph.reachedFiles.filter { file in
      model.sources.problems(of: file).contains { $0.kind != .duplicateKey }
    }
    let readers = model.readers(of: broken)
    for file in broken.sorted() {
      for problem in model.sources.problems(of: file) where problem.kind != .duplicateKey {
        for cluster in (readers[file] ?? []).map({ model.graph.clusters[$0] }) {
          report.report(
            "the file is not valid YAML: \(problem.message)", at: problem.range, label: "parsing stops here",
            cluster: cluster,
            help: "correct the text; the Kustomization that reads it cannot be built",
            data: ["problem": .string(problem.message)])
        }
      }
    }
  }
}
