import FluxModel
import Manifests
import SourceText
import TextMatching
import YAMLSyntax

// Patches, and what can only be said of them.
extension FileMigrator {
  mutating func visitPatch(_ patch: NodeRef, _ reach: RepositoryContext.Reach) {
    let selector = forest.value(patch, "target")
    if let selector { visitSelector(selector, reach) }
    guard let body = forest.value(patch, "patch") else { return }
    // With a target the object keeps its own version, whatever the patch says.
    let patchReach = selector == nil || reach.isElsewhere ? reach : RepositoryContext.Reach()
    visitText(of: body) { migrator, root in
      if migrator.forest.kind(root) == .mapping { migrator.visit(root, role: .patch(patchReach)) }
      let kind = selector.flatMap { migrator.forest.value($0, "kind") }.map { migrator.forest.text($0) }
      if migrator.forest.kind(root) == .sequence { migrator.visitOperations(root, kind: kind, reach) }
    }
  }

  /// The operations of a JSON patch, of which one may set a version or a field that goes.
  ///
  /// - Parameter kind: what the target of the patch says; nil when that stands elsewhere.
  mutating func visitOperations(_ operations: NodeRef, kind: String?, _ reach: RepositoryContext.Reach) {
    // Whatever the objects have that are not here, they keep.
    guard !reach.isElsewhere else { return }
    for operation in forest.items(operations) {
      visitVersion(in: operation, kind: kind)
      guard let kind else { continue }
      visitTemplate(in: operation, kind: kind)
      reportRemovedField(in: operation, kind: kind)
    }
  }

  private mutating func visitVersion(in operation: NodeRef, kind: String?) {
    guard let path = forest.value(operation, "path"), forest.hasText(path, "/apiVersion"),
      let node = forest.value(operation, "value"), forest.kind(node) == .scalar
    else { return }
    let parts = forest.text(node).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, APIVersions.isFluxGroup(parts[0]) else { return }
    if let kind, case .outdated(let new) = target.verdict(group: parts[0], kind: kind, version: parts[1]) {
      return replaceVersion(of: node, by: new, "JSON patch of \(kind)")
    }
    let kinds = Set(context.written.lazy.filter { $0.group == parts[0] }.map(\.kind))
    let isOutdated = kinds.contains {
      if case .outdated = target.verdict(group: parts[0], kind: $0, version: parts[1]) { return true }
      return false
    }
    guard isOutdated else { return }
    remark(
      .fieldNeedsPerson, "a JSON patch sets the version '\(parts.joined(separator: "/"))'", at: forest.range(node),
      help: "remove the operation: objects have the version that they are written with")
  }

  /// The node that an operation puts at a field, or nil. The field may lie inside of what it puts somewhere above.
  private func value(in operation: NodeRef, of field: [String]) -> NodeRef? {
    guard let path = forest.value(operation, "path"), let value = forest.value(operation, "value") else { return nil }
    let steps = forest.text(path).split(separator: "/").map(String.init)
    guard field.starts(with: steps) else { return nil }
    return nodes(value, at: field.dropFirst(steps.count)).first
  }

  private mutating func visitTemplate(in operation: NodeRef, kind: String) {
    let group = "image.toolkit.fluxcd.io"
    guard kind == "ImageUpdateAutomation", target.isAtLeast(3),
      let newest = target.newestVersion(group: group, kind: kind)?.version,
      let template = value(in: operation, of: ["spec", "git", "commit", "messageTemplate"])
    else { return }
    var fields = FieldMigration(
      self, root: operation,
      id: RepositoryContext.Written(
        group: group, version: newest, kind: kind, name: "", path: path),
      to: newest, isPatch: true)
    fields.commitTemplate(template)
    for change in fields.changes { add(change.edits, change.message, at: change.range) }
    plan.remarks += fields.blockers + fields.remarks
  }

  /// Fields that a version has not, which its predecessor had.
  private static let removedFields: [(group: String, kind: String, version: String, paths: [[String]])] = [
    (
      FluxKinds.kustomizeGroup, "Kustomization", "v1",
      [["spec", "validation"], ["spec", "patchesStrategicMerge"], ["spec", "patchesJson6902"]]
    ),
    (FluxKinds.helmGroup, "HelmRelease", "v2", [["spec", "chart", "spec", "valuesFile"]]),
    (FluxKinds.sourceGroup, "GitRepository", "v1", [["spec", "gitImplementation"], ["spec", "accessFrom"]]),
    (FluxKinds.sourceGroup, "Bucket", "v1", [["spec", "accessFrom"]]),
    (FluxKinds.sourceGroup, "HelmChart", "v1", [["spec", "accessFrom"], ["spec", "valuesFile"]]),
  ]

  /// An operation on a field that the objects do not have any more when they have moved.
  private mutating func reportRemovedField(in operation: NodeRef, kind: String) {
    guard let row = Self.removedFields.first(where: { $0.kind == kind }),
      target.newestVersion(group: row.group, kind: kind)?.version == row.version,
      context.isWritten(group: row.group, kind: kind, name: nil),
      let path = forest.value(operation, "path"), let name = forest.value(operation, "op").map({ forest.text($0) })
    else { return }
    let steps = forest.text(path).split(separator: "/").map(String.init)
    for field in row.paths {
      guard steps.starts(with: field) || value(in: operation, of: field) != nil else { continue }
      risks.insert(ObjectName(kind: kind, name: nil))
      remark(
        .fieldNeedsPerson,
        "a JSON patch has '\(name)' for '\(field.joined(separator: "."))', which \(kind) '\(row.version)' does not have",
        at: forest.range(path),
        help: name == "remove" ? "remove the operation together with the field" : "write it with what took its place")
    }
  }

  // MARK: - Expressions and flags

  /// Fields of a status that are gone, by kind and the minor of Flux 2 that has them no more.
  private static let removedStatusFields: [(kind: String, release: Int, old: String, new: String)] = [
    ("HelmRelease", 3, "status.lastAppliedRevision", "status.history"),
    ("ImagePolicy", 7, "status.latestImage", "status.latestRef"),
    ("ImagePolicy", 7, "status.observedPreviousImage", "status.observedPreviousRef"),
    ("Receiver", 0, "status.url", "status.webhookPath"),
  ]

  /// An expression over a status that the objects do not have any more.
  mutating func reportStatusFields(of check: NodeRef) {
    guard let kindNode = forest.value(check, "kind"),
      APIVersions.isFluxGroup(forest.groupVersion(ManifestObject(root: check)).group)
    else { return }
    let kind = forest.text(kindNode)
    for key in ["current", "inProgress", "failed"] {
      guard let expression = forest.value(check, key: key), forest.kind(expression) == .scalar else { continue }
      let text = forest.text(expression)
      for field in Self.removedStatusFields
      where field.kind == kind && target.isAtLeast(field.release) && Self.mentions(text, field.old) {
        remark(
          .fieldNeedsPerson, "\(kind) has no '\(field.old)'", at: forest.range(expression),
          help: "use '\(field.new)'")
      }
      if kind == "Alert" || kind == "Provider", target.isAtLeast(2), Self.mentions(text, "status") {
        remark(
          .fieldNeedsPerson, "\(kind) has no status since Flux 2.2", at: forest.range(expression),
          help: "remove the check: what has no status counts as ready")
      }
    }
  }

  /// Whether a name stands in a text and is not the beginning of a longer one.
  private static func mentions(_ text: String, _ name: String) -> Bool {
    let parts = text.split(separator: name, omittingEmptySubsequences: false)
    return parts.dropFirst().contains { rest in rest.first.map { !$0.isLetter && !$0.isNumber } ?? true }
  }

  /// Flags of controllers that took the place of what is now said per object.
  private static let oldFlags: [(text: StaticString, release: Int, kind: Remark.Kind, message: String, help: String)] =
    [
      (
        "-autologin-for-", 7, .fieldNeedsPerson, "image-reflector-controller has no such flag since Flux 2.7",
        "write 'provider' in each ImageRepository"
      ),
      (
        "DetectDrift=", 2, .deprecatedField, "drift is detected per HelmRelease since Flux 2.2",
        "write 'driftDetection.mode: enabled' in each HelmRelease, or 'warn' where it was not to be corrected"
      ),
    ]

  /// A cheap look at a whole file.
  static func hasOldFlags(_ bytes: [UInt8]) -> Bool { oldFlags.contains { bytes.contains(subsequence: $0.text) } }

  /// Flags in Deployments, and in patches of them.
  mutating func reportFlags(of root: NodeRef, role: RepositoryContext.Role?) {
    let kind = forest.value(root, "kind").map { forest.text($0) } ?? ""
    var isPatch = false
    if case .patch = role { isPatch = true }
    guard
      isPatch || KustomizationFile.isOne(path)
        || ["Deployment", "Kustomization", "Component", "FluxInstance"].contains(kind)
    else { return }
    reportFlags(below: root, depth: 0)
  }

  private mutating func reportFlags(below node: NodeRef, depth: Int) {
    guard depth < 60, forest.written(node).kind != .alias else { return }
    for pair in forest.writtenPairs(node) { reportFlags(below: pair.value, depth: depth + 1) }
    for item in forest.items(node) { reportFlags(below: item, depth: depth + 1) }
    guard forest.kind(node) == .scalar else { return }
    for flag in Self.oldFlags where target.isAtLeast(flag.release) {
      let needle = Array(flag.text.description.utf8)
      let start = forest.withText(node) { text in
        (0..<max(0, text.count - needle.count + 1)).first { text[$0..<$0 + needle.count].elementsEqual(needle) }
      }
      guard let start else { continue }
      remark(
        flag.kind, flag.message, at: forest.contentMap(of: node).range(of: start..<start + needle.count),
        help: flag.help)
    }
  }
}
