import RuleEngine

/// A Kustomization in a repository with entry points that none of these reaches: one finding for each directory.
struct KustomizationNotApplied: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    guard model.graph.clusters.contains(where: \.hasEntryPoint), !model.graph.leftOut.isEmpty else { return }
    let switchedOff = Self.pathsInComments(model)
    for cluster in model.graph.leftOut {
      let left = cluster.kustomizations.filter { kustomization in
        kustomization.parent == nil && !kustomization.isDirectory && kustomization.root != nil
          && !kustomization.isSuspended(in: model.forest)
          && !Self.isNamed(model.sources.path(of: kustomization.origin.file), in: switchedOff)
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

  /// What comments of the kustomization files that are read name: entries that somebody has switched off.
  private static func pathsInComments(_ model: RepositoryModel) -> Set<String> {
    var paths: Set<String> = []
    for file in model.graph.reachedFiles where KustomizationFile.isOne(model.sources.path(of: file)) {
      let directory = RelativePath.parent(of: model.sources.path(of: file))
      for comment in model.sources.comments(of: file) {
        for word in comment.text.split(whereSeparator: { $0 == " " || $0 == "#" || $0 == "'" || $0 == "\"" }) {
          if let path = RelativePath.join(directory, String(word)) { paths.insert(path) }
        }
      }
    }
    return paths
  }

  /// Whether a file, or a directory that it is in, is among some paths.
  private static func isNamed(_ file: String, in paths: Set<String>) -> Bool {
    var path = file
    while !path.isEmpty {
      if paths.contains(path) { return true }
      path = RelativePath.parent(of: path)
    }
    return false
  }

  /// Then `file-not-applied` says it, unless a comment there says why the file is not listed.
  private func isBesideListedFiles(_ directory: String, _ model: RepositoryModel) -> Bool {
    model.sources.kustomizationFile(in: directory).map(model.graph.reachedFiles.contains) ?? false
  }
}
