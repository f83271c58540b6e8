import Migration
import RuleEngine

/// A commit template with a field that image-automation-controller does not know any more: the automation is stalled
/// (image-automation-controller `internal/source/source.go`, `RemovedTemplateField`, since Flux 2.7).
struct RemovedCommitTemplate: RepositoryRule {
  private static let removal = FluxVersion(major: 2, minor: 7)
  /// `.Changed` came with Flux 2.3, and took the place of `.Updated`.
  private static let replacement = FluxVersion(major: 2, minor: 3)

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      for object in cluster.objects where isAutomation(object.id) && !object.isRemote {
        for (place, field) in fields(of: object.root, forest) {
          check(
            field, at: place, of: object.id, ReleaseInForce(settings: cluster.settings, cluster: cluster), &report)
        }
      }
    }
    for object in model.graph.written where !model.graph.reachedFiles.contains(object.file) {
      guard let id = forest.objectID(ManifestObject(root: object.root)), isAutomation(id) else { continue }
      for (place, field) in fields(of: object.root, forest) {
        check(field, at: place, of: id, ReleaseInForce(settings: model.fallback, cluster: nil), &report)
      }
    }
  }

  private func isAutomation(_ id: ObjectID) -> Bool {
    id.kind == "ImageUpdateAutomation" && id.group == "image.toolkit.fluxcd.io"
  }

  /// Each removed field of the template, once, with its first place.
  private func fields(of root: NodeRef, _ forest: Forest) -> [(SourceRange, String)] {
    guard let template = forest.value(root, "spec", "git").flatMap({ forest.value($0, "commit", "messageTemplate") }),
      forest.kind(template) == .scalar
    else { return [] }
    return CommitTemplate(forest.text(template)).removedFields.map { field in
      (forest.contentMap(of: template).range(of: field.range), field.name)
    }
  }

  private func check(
    _ field: String, at place: SourceRange, of id: ObjectID, _ inForce: ReleaseInForce, _ report: inout FindingSink
  ) {
    guard inForce.release >= Self.replacement else { return }
    let isRemoved = inForce.release >= Self.removal
    let severity: Severity? =
      inForce.cluster == nil ? .note : inForce.isAssumed || !isRemoved ? .warning : nil
    report.report(
      "the commit template of ImageUpdateAutomation '\(id.name)' uses '\(field)', "
        + (isRemoved ? "which Flux \(inForce.release) does not have" : "which goes with Flux \(Self.removal)"),
      at: place, label: isRemoved ? "the automation is stalled by it" : "from then on the automation is stalled by it",
      severity: severity, object: ObjectReference(id), cluster: inForce.cluster,
      related: inForce.settings.versionPlace,
      notes: inForce.notes(),
      help: field == ".Updated"
        ? "use '.Changed': it has old and new values instead of images"
        : "use '.Changed.Changes': it has old and new values",
      data: ["field": .string(field)])
  }
}
