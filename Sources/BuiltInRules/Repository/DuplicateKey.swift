import RuleEngine

/// A key that stands twice in one mapping. Kustomize refuses it where it prints an object; of what it only reads, a
/// kustomization file or a patch, it takes one of the two without a word.
struct DuplicateKey: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let files = model.graph.reachedFiles.filter { file in
      model.sources.problems(of: file).contains { $0.kind == .duplicateKey }
    }
    guard !files.isEmpty else { return }
    let readers = model.readers(of: files)
    let refused = model.graph.clusters.map { cluster in
      Set(cluster.kustomizations.lazy.flatMap(\.errors).compactMap(\.range))
    }
    for file in files.sorted() {
      let isKustomization = KustomizationFile.isOne(model.sources.path(of: file))
      for problem in model.sources.problems(of: file) where problem.kind == .duplicateKey {
        for number in readers[file] ?? [] {
          let isRefused = !isKustomization && refused[number].contains(problem.range)
          let consequence =
            isKustomization ? "this one wins, the earlier one is dropped" : "kustomize does not use both as they stand"
          report.report(
            problem.message, at: problem.range, label: isRefused ? "kustomize refuses the object" : consequence,
            severity: isRefused ? nil : .warning, cluster: model.graph.clusters[number],
            related: problem.related.map { [RelatedLocation($0, "first given here")] } ?? [],
            help: "keep one of them")
        }
      }
    }
  }
}
