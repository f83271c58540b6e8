import RuleEngine

/// An ImageUpdateAutomation whose files have no marker: it runs, is ready, and never changes anything.
struct AutomationWithoutMarkers: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    for facts in updates.clusters {
      for automation in facts.imageAutomations where !automation.isSuspended {
        guard case .directory(let directory) = automation.reach,
          directory.isEmpty || model.sources.fileOfRepository(at: directory) != nil,
          !hasMarker(below: directory, model)
        else { continue }
        let reference = ObjectReference(automation.id)
        report.report(
          "no file \(directory.isEmpty ? "of the repository" : "below '\(directory)'") has a marker for \(reference.displayName)",
          at: updates.pathRange(of: automation, in: facts), label: "nothing is ever updated", object: reference,
          cluster: facts.cluster,
          help: "mark values with '# {\"$imagepolicy\": \"namespace:policy\"}', or correct 'update.path'",
          data: ["path": .string(directory)], cause: "markers")
      }
    }
  }

  /// Whether a file has a marker, however well it is written, or cannot be looked into.
  private func hasMarker(below directory: String, _ model: RepositoryModel) -> Bool {
    func isBelow(_ file: FileID) -> Bool { RelativePath.isPath(model.sources.path(of: file), inside: directory) }
    return model.imageMarkers.markers.contains { isBelow($0.file) }
      || model.imageMarkers.unparsed.contains { isBelow($0.file) }
      || model.sources.unread.keys.contains(where: isBelow)
  }
}
