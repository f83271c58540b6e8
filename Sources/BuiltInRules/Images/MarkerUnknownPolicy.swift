import RuleEngine

/// A marker that names a policy which no cluster gets: image-automation-controller looks for it by its text, and passes over
/// what it does not find (`internal/update/setters.go`).
struct MarkerUnknownPolicy: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers else { return }
    for group in unknown(markers.markers, updates).values.sorted(by: { $0.markers[0].range < $1.markers[0].range }) {
      let (first, others) = (group.markers[0], group.markers.dropFirst())
      for facts in updates.clusters(covering: updates.path(of: first)) {
        let (help, related) = repair(of: first, in: facts, model)
        report.report(
          "the marker names ImagePolicy '\(first.policyName)', which nothing \(group.verdict.place)applies",
          at: first.referenceRange, label: "the image is never updated", cluster: facts.cluster,
          related: related + others.map { RelatedLocation($0.referenceRange, "named here too") },
          notes: group.verdict.notes, help: help, data: ["policy": .string(first.policyName)])
      }
    }
  }

  /// Markers with one name, in the order of the files.
  private struct Group {
    var verdict: Absence.Verdict
    var markers: [ImageMarker]
  }

  /// By what they name; of files only that an automation looks at.
  private func unknown(_ markers: [ImageMarker], _ updates: ImageUpdates) -> [String: Group] {
    var groups: [String: Group] = [:]
    for marker in markers where marker.problem == nil && !marker.policyName.contains("$") {
      if groups[marker.policyName] != nil {
        guard !updates.clusters(covering: updates.path(of: marker)).isEmpty else { continue }
        groups[marker.policyName]?.markers.append(marker)
      } else if let verdict = verdict(of: marker, updates) {
        groups[marker.policyName] = Group(verdict: verdict, markers: [marker])
      }
    }
    return groups
  }

  /// Nil where some cluster has the policy, or something out of sight may make it and its name is no slip.
  private func verdict(of marker: ImageMarker, _ updates: ImageUpdates) -> Absence.Verdict? {
    let covering = updates.clusters(covering: updates.path(of: marker))
    guard !covering.isEmpty, !updates.clusters.contains(where: { updates.policy(of: marker, in: $0) != nil }) else {
      return nil
    }
    let reasons = covering.map {
      $0.presence.mayHide(kind: "ImagePolicy", namespace: marker.namespace, name: marker.policy)
    }
    guard let reason = reasons.lazy.compactMap(\.self).first else { return .certain }
    let isSlip = covering.contains { facts in
      facts.cluster.index.objects(ofKind: "ImagePolicy", namespace: marker.namespace).contains {
        Suggestion.isSlip(between: marker.policy, and: facts.cluster.objects[$0].id.name)
      }
    }
    return isSlip && marker.policy.utf8.count > 3 ? .likely(reason) : nil
  }

  private func repair(
    of marker: ImageMarker, in facts: ClusterFacts, _ model: RepositoryModel
  ) -> (String?, [RelatedLocation]) {
    let cluster = facts.cluster
    if let elsewhere = cluster.index.objects(ofKind: "ImagePolicy", name: marker.policy).first.map({
      cluster.objects[$0]
    }),
      let namespace = elsewhere.id.namespace
    {
      return (
        "'\(marker.policy)' is in namespace '\(namespace)': write '\(namespace):\(marker.policy)'",
        [RelatedLocation(model.nameRange(of: elsewhere), "defined here")]
      )
    }
    let near = cluster.index.objects(ofKind: "ImagePolicy", namespace: marker.namespace).map { cluster.objects[$0] }
    guard let name = Suggestion.nearest(to: marker.policy, in: near.map(\.id.name)),
      let object = near.first(where: { $0.id.name == name })
    else { return (nil, []) }
    return (
      "did you mean '\(name)'?", [RelatedLocation(model.nameRange(of: object), "a similar name is defined here")]
    )
  }
}
