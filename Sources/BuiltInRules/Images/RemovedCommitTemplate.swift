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
        let inForce = ReleaseInForce(
          settings: cluster.settings, cluster: cluster, openReason: cluster.suspension(of: object, in: forest))
        check(object.root, object.id, inForce, forest, &report)
      }
    }
    for object in model.graph.written where !model.graph.reachedFiles.contains(object.file) {
      guard let id = forest.objectID(ManifestObject(root: object.root)), isAutomation(id) else { continue }
      check(object.root, id, ReleaseInForce(settings: model.fallback, cluster: nil), forest, &report)
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
    _ root: NodeRef, _ id: ObjectID, _ inForce: ReleaseInForce, _ forest: Forest, _ report: inout FindingSink
  ) {
    guard inForce.release >= Self.replacement else { return }
    let isRemoved = inForce.release >= Self.removal
    let isSuspended = FluxObject(root, in: forest).isSuspended
    let isCertain = isRemoved && !inForce.isAssumed && inForce.openReason == nil
    let severity: Severity? = inForce.cluster == nil || isSuspended ? .note : isCertain ? nil : .warning
    for (place, field) in fields(of: root, forest) {
      report.report(
        "the commit template of ImageUpdateAutomation '\(id.name)' uses '\(field)', "
          + (isRemoved ? "which Flux \(inForce.release) does not have" : "which goes with Flux \(Self.removal)"),
        at: place,
        label: isRemoved ? "the automation is stalled by it" : "from then on the automation is stalled by it",
        severity: severity, object: ObjectReference(id), cluster: inForce.cluster,
        related: inForce.settings.versionPlace,
        notes: inForce.notes() + (isSuspended ? ["nothing reads it as long as the object is suspended"] : []),
        help: field == ".Updated"
          ? "use '.Changed': it has old and new values instead of images"
          : "use '.Changed.Changes': it has old and new values",
        data: ["field": .string(field)])
    }
  }
}
