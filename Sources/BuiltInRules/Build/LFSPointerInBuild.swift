import RuleEngine
import SourceTrees

/// A file of a build for which Git has a pointer to Git LFS: source-controller does not fetch what it points to, and the
/// pointer is no manifest (fluxcd/pkg `git/gogit` knows no LFS).
struct LFSPointerInBuild: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for kustomization in cluster.kustomizations {
        for part in kustomization.notBuilt {
          guard let file = part.unread, model.sources.unread[file]?.standIn == .gitLFSPointer,
            // What CI pushes to a registry or bucket may well be the content.
            cluster.sourceKind(of: kustomization, in: model.forest) == "GitRepository"
          else { continue }
          let path = model.sources.path(of: file)
          report.report(
            "'\(path)' is a Git LFS pointer, expected a manifest", at: SourceRange(file: file, 0..<0),
            label: "Flux gets this pointer, not what it points to",
            cluster: cluster,
            related: (part.range.file == file ? [] : [RelatedLocation(part.range, "read here")])
              + [
                RelatedLocation(
                  model.nameRange(of: kustomization), "built by Kustomization '\(kustomization.displayName)'")
              ],
            notes: ["Flux applies nothing of a Kustomization whose build fails"],
            help: "take the file out of Git LFS in '.gitattributes', and commit its content",
            data: ["path": .string(path)])
        }
      }
    }
  }
}
