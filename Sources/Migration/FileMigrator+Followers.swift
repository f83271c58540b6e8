import FluxModel
import SourceText
import YAMLSyntax

// What patches or selects objects goes with them, or stays with them.
extension FileMigrator {
  /// Whether what patches or selects an object of this version has nothing to go with: the version is the one to have
  /// everywhere.
  func isSettled(_ id: RepositoryContext.Written) -> Bool {
    context.targets?.isCurrent(group: id.group, kind: id.kind, version: id.version)
      ?? (target.verdict(group: id.group, kind: id.kind, version: id.version) == .current)
  }

  /// The objects that a patch of this version is for; nil when it is not known what there is.
  func objectsPatched(
    by id: RepositoryContext.Written, _ reach: RepositoryContext.Reach
  ) -> [RepositoryContext.Written]? {
    context.objects(in: reach.scope).map { objects in
      let exact = objects.filter { $0.isSame(as: id) }
      return exact.isEmpty ? objects.filter { $0.mayBeRenamed(to: id) } : exact
    }
  }

  /// What is read by no cluster goes with the objects that it patches or selects, and so does what is for objects of
  /// another cluster.
  func targetToFollow(
    _ met: [RepositoryContext.Written]?, _ reach: RepositoryContext.Reach
  ) -> MigrationTarget {
    guard let targets = context.targets, reach.isRemote || !targets.isRead(path) else { return target }
    if let met, !met.isEmpty { return targets.target(of: Set(met.map(\.path))) }
    return reach.isRemote ? targets.remote : target
  }

  /// The verdict on an object, by the target of its file.
  private func verdict(on object: RepositoryContext.Written) -> MigrationTarget.Verdict {
    (context.targets?.target(of: object.path) ?? target)
      .verdict(group: object.group, kind: object.kind, version: object.version)
  }

  /// The version that an object of a file has after the migration.
  func finalVersion(of object: RepositoryContext.Written) -> String {
    guard !context.blocked.contains(object), case .outdated(let new) = verdict(on: object) else {
      return object.version
    }
    return new
  }

  /// Keeps objects from moving that a patch or a selector would lose which stays.
  mutating func hold(_ objects: [RepositoryContext.Written]?, isLater: Bool) {
    let moving = (objects ?? []).filter { object in
      guard case .outdated = verdict(on: object) else { return false }
      return !context.blocked.contains(object) || context.held.contains(object)
    }
    held.formUnion(moving)
    if isLater { waiting.formUnion(moving) }
  }

  /// Why what patches or selects an object stays as it is.
  struct LeaveReason {
    var text: String
    var help: String?
    /// Whether it can move once Flux is upgraded.
    var isLater = false

    static let notHere = LeaveReason(
      text: "the object it is for is not in this repository", help: "change it when that object is changed")
  }

  mutating func remark(_ reason: LeaveReason, _ what: String, at node: NodeRef, help: String?) {
    remark(
      reason.isLater ? .waitsForUpgrade : .selectorLeft, "\(what): \(reason.text)", at: forest.range(node),
      help: reason.isLater ? reason.help : help, isBound: true)
  }

  /// Why what patches or selects an object cannot follow it.
  ///
  /// - Parameters:
  ///   - version: the one that it has.
  ///   - met: the objects of the repository that it meets; nil when they are not known.
  ///   - new: the version that it would get.
  func reasonToLeave(
    group: String, kind: String, version: String, name: String?, _ reach: RepositoryContext.Reach,
    met: [RepositoryContext.Written]?, new: String
  ) -> LeaveReason? {
    if reach.isElsewhere { return .notHere }
    if reach.isOfChart { return reasonToLeave(ofUnknown: reach, group: group, kind: kind, version: version) }
    if let met {
      if let reason = met.lazy.compactMap({ reasonToStay($0, insteadOf: new) }).first { return reason }
    } else if context.isBlocked(group: group, kind: kind, name: name) {
      return LeaveReason(text: "the object it is for stays at its version")
    }
    guard context.hasRemotes(reach.scope) else { return nil }
    guard let name else { return .notHere }
    let objects = context.objects(in: reach.scope) ?? Array(context.written)
    return objects.contains { $0.group == group && $0.kind == kind && $0.name == name } ? nil : .notHere
  }

  /// Why what is for objects that nobody sees keeps a version: they may have it as long as Flux serves it.
  func reasonToLeave(
    ofUnknown reach: RepositoryContext.Reach, group: String, kind: String, version: String
  ) -> LeaveReason? {
    guard reach.isOfChart || reach.isElsewhere,
      let lifecycle = APIVersions.lifecycle(group: group, kind: kind, version: version),
      [target.release, target.newest].contains(where: lifecycle.isServed)
    else { return nil }
    if reach.isElsewhere { return .notHere }
    let text = "the chart may make objects of this version"
    return lifecycle.removed.map {
      LeaveReason(
        text: "\(text), which Flux serves until \($0)", help: "after the upgrade to \($0), run again", isLater: true)
    } ?? LeaveReason(text: text, help: "change it when the chart does")
  }

  /// Why an object does not get a version that what is for it would get.
  private func reasonToStay(_ object: RepositoryContext.Written, insteadOf new: String) -> LeaveReason? {
    let final = finalVersion(of: object)
    guard final != new else { return nil }
    let target = context.targets?.target(of: object.path) ?? target
    let isBlocked = context.blocked.contains(object)
    switch verdict(on: object) {
    case .noCommonVersion:
      return LeaveReason(
        text: "no version of it is served by Flux \(target.release) as well as \(target.newest)",
        help: "after the upgrade of \(target.release), run again", isLater: true)
    case .current,
      .outdated where !isBlocked:
      let lifecycle = APIVersions.lifecycle(group: object.group, kind: object.kind, version: new)
      guard let introduced = lifecycle?.introduced, introduced > target.release else { fallthrough }
      return LeaveReason(
        text: "the object it is for has '\(new)' only after the upgrade to Flux \(introduced)",
        help: "after the upgrade to \(introduced), run again", isLater: true)
    default:
      return LeaveReason(
        text: isBlocked
          ? "the object it is for stays at its version"
          : "the object it is for would have '\(final)', and not '\(new)'",
        help: "after the upgrade of all clusters that read one of them, run again",
        isLater: isBlocked ? context.waiting.contains(object) : true)
    }
  }
}
