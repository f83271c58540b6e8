import RuleEngine
import SourceTrees

/// A file of a build for which Git has a pointer to Git LFS: source-controller does not fetch what it points to, and the
/// pointer is no manifest (fluxcd/pkg `git/gogit` knows no LFS).
struct LFSPointerInBuild: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations {
        // What CI pushes to a registry or bucket may well be the content.
        guard cluster.sourceKind(of: kustomization, in: model.forest) == "GitRepository" else { continue }
        let builder = RelatedLocation(
          model.nameRange(of: kustomization), "built by Kustomization '\(kustomization.displayName)'")
        for input in kustomization.leftOut where input.kind == .content {
          report.report(
            "'\(input.name)' is a Git LFS pointer, expected what the object is to hold", at: input.range,
            label: "the object gets the pointer, not what it points to", cluster: cluster, related: [builder],
            help: "take the file out of Git LFS in '.gitattributes', and commit its content",
            data: ["path": .string(input.name)])
        }
        for part in kustomization.notBuilt {
          guard let file = part.unread, model.sources.unread[file]?.standIn == .gitLFSPointer else { continue }
          let path = model.sources.path(of: file)
          report.report(
            "'\(path)' is a Git LFS pointer, expected a manifest", at: SourceRange(file: file, 0..<0),
            label: "Flux gets this pointer, not what it points to",
            cluster: cluster,
            related: (part.range.file == file ? [] : [RelatedLocation(part.range, "read here")]) + [builder],
            notes: ["Flux applies nothing of a Kustomization whose build fails"],
            help: "take the file out of Git LFS in '.gitattributes', and commit its content",
            data: ["path": .string(path)])
        }
      }
    }
  }
}
