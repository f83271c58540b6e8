import Migration
import RuleEngine

/// An API version that still works and that a later Flux release removes.
struct DeprecatedAPIVersion: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    model.forEachAPIVersionUse { use, id in
      check(use, "\(id.kind) '\(id.name)' has apiVersion", ObjectReference(id), model, &report) { _ in nil }
    }
    var effects = MentionEffects(model)
    model.forEachVersionMention { use, mention, holder in
      check(
        use, mention.subject(of: holder) + " names apiVersion", holder.id.map { ObjectReference($0) }, model, &report
      ) { cluster in
        // What is not read, and what only selects, works as long as the objects have the version.
        effects.effect(of: mention, in: holder, for: cluster) == .fails ? nil : .note
      }
    }
  }

  private func check(
    _ use: APIVersionUse, _ subject: String, _ object: ObjectReference?,
    _ model: RepositoryModel, _ report: inout FindingSink, severity: (Cluster) -> Severity?
  ) {
    guard let lifecycle = use.lifecycle else { return }
    let successor = APIVersions.versions(group: lifecycle.group, kind: lifecycle.kind).last
    for inForce in model.releases(for: use) where Self.isDeprecated(lifecycle, inForce) {
      let settings = inForce.settings
      // Where the release is not known, it may be one that does not have what takes the place yet.
      if inForce.isAssumed, successor?.introduced == APIVersions.newestRelease { continue }
      let served = use.newestServed(besides: inForce.release).flatMap { $0.version == use.version ? nil : $0 }
      report.report(
        "\(subject) '\(lifecycle.apiVersion)', which is deprecated", at: use.range,
        label: lifecycle.removed.map { "removed in Flux \($0)" }
          ?? lifecycle.deprecated.map { "deprecated since Flux \($0)" } ?? "",
        severity: inForce.cluster.map(severity) ?? .note, object: object, cluster: inForce.cluster,
        related: use.patchPlaces + settings.versionPlace, notes: inForce.notes(),
        help: served.map { "use '\($0.apiVersion)'" } ?? Self.later(use, lifecycle, successor, inForce.release),
        data: inForce.data(lifecycle.apiVersion, served))
    }
  }

  /// Nobody runs a file that no cluster reads, so what counts there is what becomes of the version.
  private static func isDeprecated(_ lifecycle: APIVersionLifecycle, _ inForce: ReleaseInForce) -> Bool {
    if inForce.cluster != nil { return lifecycle.isDeprecated(in: inForce.release) }
    return lifecycle.isServed(by: inForce.release)
      && lifecycle.deprecated.map { $0 <= max(inForce.release, APIVersions.newestRelease) } ?? false
  }

  /// The replacement may be newer than the release in force, or than that of another cluster which reads the file.
  private static func later(
    _ use: APIVersionUse, _ lifecycle: APIVersionLifecycle, _ successor: APIVersionLifecycle?, _ release: FluxVersion
  ) -> String? {
    guard let replacement = lifecycle.replacement, let introduced = successor?.introduced else { return nil }
    let holding = use.clusters.filter { release >= introduced && use.settings(in: $0).fluxVersion < introduced }
    guard !holding.isEmpty else { return "use '\(replacement)' from Flux \(introduced) on" }
    let names = Set(holding.map(\.name)).sorted()
    return "use '\(replacement)' once \(quotedList(names)) \(names.count == 1 ? "runs" : "run") Flux \(introduced): "
      + "\(names.count == 1 ? "it reads" : "they read") the file, too"
  }
}
