import RuleEngine

/// Another release of Flux brings other definitions: the API server refuses one that lacks a version in which objects are
/// stored. Every version of Flux is stored from the release on that brings it, until the next one (the definitions of all
/// releases).
struct FluxVersionChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      let (old, now) = (change.base.cluster.settings, change.new.cluster.settings)
      guard case .found = old.versionOrigin, case .found(let place) = now.versionOrigin,
        old.newerRelease == nil, now.newerRelease == nil, old.fluxVersion != now.fluxVersion
      else { continue }
      let (from, to) = (old.fluxVersion, now.fluxVersion)
      let components = FluxComponents(at: place, in: change)
      let kinds = APIVersions.all.filter { $0.group.hasSuffix("fluxcd.io") && components.has($0) }
      func those(where isMeant: (APIVersionLifecycle, _ stored: APIVersionLifecycle) -> Bool) -> [APIVersionLifecycle] {
        kinds.filter { version in
          Self.stored(group: version.group, kind: version.kind, by: from).map { isMeant(version, $0) } ?? false
        }
      }
      // A kind that the new release does not have at all is no definition that could be refused.
      let refused = those { version, stored in
        version == stored && !version.isServed(by: to)
          && Self.stored(group: version.group, kind: version.kind, by: to) != nil
      }
      let dropped = those { version, stored in
        version != stored && version.introduced.map { $0 <= from } ?? false && version.isServed(by: from)
          && !version.isServed(by: to) && from < to
      }
      let what = "Flux goes from \(from) to \(to)"
      let file = change.new.cluster.objects.first { $0.origin.file == place.file }.map { [$0.id] } ?? []
      if !refused.isEmpty {
        report.report(
          "\(what), whose definitions lack versions that objects are stored in: the API server refuses them",
          at: place, label: "refused: \(Self.names(refused))", severity: .error, objects: file, in: change,
          help: from > to
            ? "stay on \(from), or restore a backup of before the upgrade; never use 'force', which deletes all objects"
            : "go by a release between that serves both versions, run 'flux migrate' there, then go on")
      } else if !dropped.isEmpty, !components.migrates {
        report.report(
          "\(what), which drops versions that objects may still be stored in", at: place,
          label: "dropped: \(Self.names(dropped))", severity: .warning, objects: file, in: change,
          help: "run 'flux migrate' on the cluster before this is merged")
      } else if from > to {
        report.report(
          "\(what): a downgrade", at: place, label: "fields that \(to) does not know are lost", severity: .warning,
          objects: file, in: change, help: "see that no object uses what came after \(to)")
      }
    }
  }

  private static func stored(group: String, kind: String, by release: FluxVersion) -> APIVersionLifecycle? {
    APIVersions.versions(group: group, kind: kind).last { $0.isServed(by: release) }
  }

  private static func names(_ versions: [APIVersionLifecycle]) -> String {
    let names = versions.map { "\($0.kind) \($0.version)" }
    return names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
  }
}

/// The controllers that a cluster has, as the header of `gotk-components.yaml` or a FluxInstance says.
private struct FluxComponents {
  private let names: Set<String>?
  /// Whether the Flux Operator has objects stored anew after each upgrade.
  private(set) var migrates = false

  init(at place: SourceRange, in change: ClusterChange) {
    let values = change.values
    let instance = change.new.cluster.objects.first { object in
      object.id.kind == "FluxInstance" && object.origin.contains(place)
    }
    if let instance {
      migrates = values.text(instance.root, "spec", "migrateResources") != "false"
      names = values.field(instance.root, "spec", "components").map { list in
        Set(values.forest.items(list).map { values.forest.text($0) })
      }
      return
    }
    if change.new.cluster.entry.kind == .fluxInstance { migrates = true }
    let mark = "# Components:"
    names = values.head(of: place.file).split(separator: "\n").first { $0.hasPrefix(mark) }.map { line in
      Set(line.dropFirst(mark.count).split(separator: ",").map { $0.filter { $0 != " " && $0 != "\r" } })
    }
  }

  /// Whether one of them brings a kind.
  func has(_ version: APIVersionLifecycle) -> Bool {
    guard let names else {
      return version.group != "image.toolkit.fluxcd.io" && version.group != "source.extensions.fluxcd.io"
    }
    switch (version.group, version.kind) {
    case ("image.toolkit.fluxcd.io", "ImageUpdateAutomation"): return names.contains("image-automation-controller")
    case ("image.toolkit.fluxcd.io", _): return names.contains("image-reflector-controller")
    case ("source.extensions.fluxcd.io", _): return names.contains("source-watcher")
    default: return names.contains("\(version.group.prefix { $0 != "." })-controller")
    }
  }
}

/// What image updates are pushed to: without a review, where that is what a cluster follows.
struct ImageBranchChanged: ChangeRule {
  func check(_ comparison: Comparison, _ report: inout FindingSink) {
    for change in comparison.clusters {
      for pair in change.objects.edited where change.base.object(pair.base).id.kind == "ImageUpdateAutomation" {
        let (old, now) = (change.base.object(pair.base), change.new.object(pair.new))
        guard !change.isNotApplied(old, now), let after = Self.branch(of: now, change.new),
          let before = Self.branch(of: old, change.base), after != before
        else { continue }
        let isFollowed = after == Self.followed(by: now, change.new)
        let place = ObjectField("git", old, now, change)?.place ?? change.new.namePlace(now)
        report.report(
          isFollowed
            ? "\(now.id.shown) pushes to '\(after)', which the cluster follows: updates are applied without a review"
            : "\(now.id.shown) pushes to '\(after)' from now on", at: place, label: "was '\(before)'",
          severity: isFollowed ? .warning : .note, objects: [now.id], in: change,
          help: isFollowed
            ? "push to a branch of its own, from which pull requests are made" : "see that somebody merges from there")
      }
    }
  }

  /// The branch that is pushed to: where nothing says one, that which is checked out, or that of the source.
  private static func branch(of object: AppliedObject, _ side: ClusterSide) -> String? {
    let git = side.values.field(object.root, "spec", "git")
    if let branch = side.values.text(git, "push", "branch") { return branch }
    // A refspec alone pushes somewhere else.
    if side.values.text(git, "push", "refspec") != nil { return nil }
    return side.values.text(git, "checkout", "ref", "branch")
      ?? source(of: object, side).flatMap {
        side.values.text($0.root, "spec", "ref", "branch")
      }
  }

  private static func source(of object: AppliedObject, _ side: ClusterSide) -> AppliedObject? {
    let reference = side.values.field(object.root, "spec", "sourceRef")
    guard let name = side.values.text(reference, "name") else { return nil }
    let namespace = side.values.text(reference, "namespace") ?? object.id.namespace
    return side.cluster.index.objects(ofKind: "GitRepository", namespace: namespace, name: name).first.map(side.object)
  }

  /// The branch of the repository that is pushed to which a cluster follows.
  private static func followed(by object: AppliedObject, _ side: ClusterSide) -> String? {
    guard let source = source(of: object, side), let own = side.ownSource else { return nil }
    let url = { side.values.text(($0 as AppliedObject).root, "spec", "url") }
    guard AppliedName(source.id) == AppliedName(own.id) || url(source) == url(own) else { return nil }
    return side.values.text(own.root, "spec", "ref", "branch") ?? "master"
  }
}
