import RuleEngine

/// An API version that the Flux release in force does not serve: "no matches for kind" at apply.
struct RemovedAPIVersion: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    model.forEachAPIVersionUse { use in
      if use.isFluxV1 { return }
      for cluster in use.clusters {
        check(use, settings: cluster.settings, cluster: cluster, &report)
      }
      if use.clusters.isEmpty { check(use, settings: model.fallback, cluster: nil, &report) }
    }
  }

  private func check(_ use: APIVersionUse, settings: ClusterSettings, cluster: Cluster?, _ report: inout FindingSink) {
    let lifecycle = use.lifecycle
    let release = settings.fluxVersion
    let fact: String
    if let removed = lifecycle.removed, release >= FluxVersion(major: 2, minor: removed) {
      fact = removed == 0 ? "no release of Flux 2 serves it" : "it was removed in Flux 2.\(removed)"
    } else if release < FluxVersion(major: 2, minor: lifecycle.introduced) {
      fact = "it comes with Flux 2.\(lifecycle.introduced)"
    } else {
      return
    }
    // An error is only what is certain to fail: in a file that some cluster applies, for a release that is known.
    let severity: Severity? = cluster == nil ? .note : settings.versionOrigin == .assumed ? .warning : nil
    report.report(
      "\(use.id.kind) '\(use.id.name)' has apiVersion '\(lifecycle.apiVersion)', which Flux \(release) does not serve",
      at: use.range, label: fact, severity: severity, object: ObjectReference(use.id),
      cluster: cluster, related: settings.versionPlace, notes: settings.versionNotes(isReached: cluster != nil),
      help: lifecycle.replacement.map { "use '\($0)'" } ?? "upgrade Flux",
      data: ["apiVersion": .string(lifecycle.apiVersion), "fluxVersion": .string(release.description)])
  }
}

extension ClusterSettings {
  /// Where the release is written, for a related place.
  var versionPlace: [RelatedLocation] {
    if case .found(let range) = versionOrigin {
      return [RelatedLocation(range, "this cluster runs Flux \(fluxVersion)")]
    }
    return []
  }

  /// What a reader must know about where the release comes from.
  func versionNotes(isReached: Bool) -> [String] {
    var notes: [String] = []
    if !isReached {
      notes.append("no cluster of this repository reads this file")
    } else if versionOrigin == .assumed {
      notes.append("the Flux release is not known: \(fluxVersion) is assumed; set 'fluxVersion' in .fluxlint.yaml")
    }
    return notes
  }
}
