import RuleEngine

/// A Kustomization in a repository with entry points that none of these reaches: one finding for each directory.
struct KustomizationNotApplied: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    guard model.graph.clusters.contains(where: \.hasEntryPoint) else { return }
    for cluster in model.graph.leftOut {
      let left = cluster.kustomizations.filter { kustomization in
        kustomization.parent == nil && !kustomization.isDirectory && kustomization.root != nil
          && !kustomization.isSuspended(in: model.forest)
      }
      let byDirectory = Dictionary(grouping: left) { RelativePath.parent(of: model.sources.path(of: $0.origin.file)) }
      for (directory, kustomizations) in byDirectory.sorted(by: { $0.key < $1.key }) {
        guard let first = kustomizations.first, !ApartPaths.contains(model.sources.path(of: first.origin.file)),
          !isBesideListedFiles(directory, model)
        else { continue }
        let references = kustomizations.map(\.reference)
        report.report(
          "no entry point of this repository reaches \(counted(references))", at: model.nameRange(of: first),
          label: "in no cluster", object: references.first, objects: references,
          related: kustomizations.dropFirst().map { RelatedLocation(model.nameRange(of: $0), "this one neither") },
          help: "list the file, name where its cluster begins in .fluxlint.yaml, or delete it",
          data: ["directory": .string(directory)])
      }
    }
  }

  /// Then `file-not-applied` says it, unless a comment there says why the file is not listed.
  private func isBesideListedFiles(_ directory: String, _ model: RepositoryModel) -> Bool {
    model.sources.kustomizationFile(in: directory).map(model.graph.reachedFiles.contains) ?? false
  }
}
