import RuleEngine

/// A copy of an ArtifactGenerator without a file to copy: the generator as a whole fails.
struct ArtifactCopyMatchesNothing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for copy in cluster.emptyCopies {
        let object = cluster.objects[copy.object]
        if let annotations = forest.value(object.root, "metadata", "annotations"),
          forest.givenText(annotations, "source.extensions.fluxcd.io/reconcile")?.lowercased() == "disabled"
        {
          continue
        }
        report.report(
          "artifact '\(copy.artifact)' of \(ObjectReference(object.id).displayName) copies '\(forest.text(copy.from))', "
            + (copy.isExcluded ? "and 'exclude' leaves nothing of it" : "which matches nothing"),
          at: forest.range(copy.from), label: "the generator fails, and all its artifacts stay as they are",
          severity: copy.mayHaveFolders ? .warning : nil, object: ObjectReference(object.id), cluster: cluster,
          help: "correct the path, remove the copy, or say 'optional: true'",
          data: ["from": .string(forest.text(copy.from)), "artifact": .string(copy.artifact)])
      }
    }
  }
}
