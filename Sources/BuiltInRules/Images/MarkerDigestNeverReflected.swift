import RuleEngine

/// A marker for the digest of a policy that finds out none: the automation writes an empty text
/// (image-automation-controller `internal/update/setters.go`).
struct MarkerDigestNeverReflected: RepositoryRule {
  /// The first release with digests.
  private static let firstRelease = FluxVersion(major: 2, minor: 6)

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers else { return }
    for marker in markers.markers where marker.problem == nil && marker.part == .digest {
      let path = updates.path(of: marker)
      for facts in updates.clusters where facts.cluster.settings.fluxVersion >= Self.firstRelease {
        guard let policy = updates.policy(of: marker, in: facts), policy.isKnown,
          updates.automations(for: marker, in: facts).contains(where: {
            !$0.isSuspended && $0.covers(path) && $0.selects(policy.root, in: model.forest)
          }),
          reflection(of: policy, model.forest) == "Never"
        else { continue }
        report.report(
          "ImagePolicy '\(marker.policyName)' finds out no digest, so the marker empties this field",
          at: marker.referenceRange, label: "an empty text is written",
          severity: facts.cluster.settings.versionOrigin == .assumed ? .warning : nil,
          object: ObjectReference(policy.id), cluster: facts.cluster,
          related: [RelatedLocation(model.nameRange(of: policy), "'digestReflectionPolicy' is 'Never'")],
          help: "set 'digestReflectionPolicy: IfNotPresent' there, or 'Always' with an 'interval'",
          data: ["policy": .string(marker.policyName)])
      }
    }
  }

  private func reflection(of policy: AppliedObject, _ forest: Forest) -> String {
    forest.value(policy.root, "spec").flatMap { forest.value($0, "digestReflectionPolicy") }.map { forest.text($0) }
      ?? "Never"
  }
}
