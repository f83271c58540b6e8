import RuleEngine

/// A path of an ImageUpdateAutomation that the repository does not have: reading the files fails on each run
/// (image-automation-controller `internal/update/filereader.go`).
struct AutomationPathMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters where facts.cluster.index.has(kind: "ImageUpdateAutomation") {
      for automation in facts.imageAutomations where !automation.isSuspended {
        guard case .directory(let path) = automation.reach, !path.isEmpty, !exists(path, model) else { continue }
        let reference = ObjectReference(automation.id)
        report.report(
          "'\(path)', the path of \(reference.displayName), is not in the repository",
          at: ImageUpdates(model).pathRange(of: automation, in: facts), label: "the automation fails",
          object: reference, cluster: facts.cluster, help: "the path starts at the top of the repository",
          data: ["path": .string(path)], cause: "path")
      }
    }
  }

  /// What lies behind a link or in a submodule is not known.
  private func exists(_ path: String, _ model: RepositoryModel) -> Bool {
    if model.sources.fileOfRepository(at: path) != nil { return true }
    var above = RelativePath.parent(of: path)
    while !above.isEmpty {
      if model.sources.entry(at: above) != nil { return true }
      above = RelativePath.parent(of: above)
    }
    return false
  }
}
