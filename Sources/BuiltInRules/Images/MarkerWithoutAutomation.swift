import RuleEngine

/// A marker with a policy that is there, in a file that no automation of the policy's namespace looks at: an automation
/// takes the policies of its own namespace, those that its selector fits, and the files below its path
/// (image-automation-controller `internal/controller/imageupdateautomation_controller.go`, `getPolicies`).
struct MarkerWithoutAutomation: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers else { return }
    var groups: [Place: [ImageMarker]] = [:]
    for marker in markers.markers where marker.problem == nil && isForgotten(marker, updates) {
      groups[Place(file: marker.file, namespace: marker.namespace), default: []].append(marker)
    }
    for (place, markers) in groups.sorted(by: { $0.value[0].range < $1.value[0].range }) {
      for facts in updates.clusters where updates.policy(of: markers[0], in: facts) != nil {
        let (reason, help) = explanation(of: markers[0], in: facts, updates)
        report.report(
          "no ImageUpdateAutomation of namespace '\(place.namespace)' looks at this file", at: markers[0].range,
          label: "the image is never updated", cluster: facts.cluster,
          related: reason + markers.dropFirst().map { RelatedLocation($0.range, "nor is this one") }, help: help,
          data: ["namespace": .string(place.namespace), "policy": .string(markers[0].policyName)])
      }
    }
  }

  private struct Place: Hashable {
    var file: FileID
    var namespace: String
  }

  /// Whether the policy is in some cluster, and no cluster that has it looks at the file for it.
  private func isForgotten(_ marker: ImageMarker, _ updates: ImageUpdates) -> Bool {
    let path = updates.path(of: marker)
    var hasPolicy = false
    for facts in updates.clusters {
      guard let policy = updates.policy(of: marker, in: facts) else { continue }
      hasPolicy = true
      let isSeen = updates.automations(for: marker, in: facts).contains {
        $0.mayCover(path) && (!policy.isKnown || $0.selects(policy.root, in: updates.model.forest))
      }
      let mayBeSeen =
        facts.presence.mayHide(kind: "ImageUpdateAutomation", namespace: marker.namespace, name: nil) != nil
      if isSeen || mayBeSeen { return false }
    }
    return hasPolicy
  }

  /// What comes nearest.
  private func explanation(
    of marker: ImageMarker, in facts: ClusterFacts, _ updates: ImageUpdates
  ) -> ([RelatedLocation], String) {
    let path = updates.path(of: marker)
    let model = updates.model
    let own = updates.automations(for: marker, in: facts)
    if let unselecting = own.first(where: { $0.covers(path) }) {
      let object = facts.cluster.objects[unselecting.object]
      let place = model.forest.value(object.root, "spec").flatMap { model.forest.pair($0, "policySelector")?.key }
      return (
        [RelatedLocation(place.map { model.forest.range($0) } ?? model.nameRange(of: object), "leaves the policy out")],
        "give ImagePolicy '\(marker.policyName)' the labels of the selector"
      )
    }
    let near = own.compactMap { automation -> RelatedLocation? in
      switch automation.reach {
      case .directory(let directory):
        RelatedLocation(updates.pathRange(of: automation, in: facts), "looks below '\(directory)' only")
      case .elsewhere:
        RelatedLocation(
          model.nameRange(of: facts.cluster.objects[automation.object]), "looks at another repository")
      case .unknown: nil
      }
    }
    if !near.isEmpty { return (near, "take the file in with 'update.path' of an automation of that namespace") }
    let others = facts.imageAutomations.filter { $0.covers(path) }.map { automation in
      RelatedLocation(
        model.nameRange(of: facts.cluster.objects[automation.object]),
        "looks at it for the policies of namespace '\(automation.id.namespace ?? "")' only")
    }
    return (others, "an automation takes the policies of its own namespace: put one into '\(marker.namespace)'")
  }
}
