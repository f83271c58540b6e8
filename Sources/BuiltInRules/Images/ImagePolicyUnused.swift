import RuleEngine

/// An ImagePolicy that no marker names, where all automations that look at it are known.
struct ImagePolicyUnused: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let updates = ImageUpdates(model)
    guard let markers = updates.markers, markers.unparsed.isEmpty else { return }
    let named = Set(markers.markers.filter { $0.problem == nil }.map(\.policyName))
    for facts in updates.clusters {
      for number in facts.cluster.index.objects(ofKind: "ImagePolicy") {
        let policy = facts.cluster.objects[number]
        guard policy.id.group == "image.toolkit.fluxcd.io", let namespace = policy.id.namespace,
          !named.contains("\(namespace)/\(policy.id.name)"), !FluxObject(policy.root, in: model.forest).isSuspended,
          isOurs(namespace, facts)
        else { continue }
        let reference = ObjectReference(policy.id)
        report.report(
          "no marker names \(reference.displayName)", at: model.nameRange(of: policy),
          label: "what it chooses is written nowhere", object: reference, cluster: facts.cluster,
          help: "mark a value with '# {\"$imagepolicy\": \"\(namespace):\(policy.id.name)\"}', or delete the policy")
      }
    }
  }

  /// Whether there are automations for the policies of a namespace, and all of them look at this repository.
  private func isOurs(_ namespace: String, _ facts: ClusterFacts) -> Bool {
    let automations = facts.imageAutomations.filter { $0.id.namespace == namespace }
    return !automations.isEmpty
      && automations.allSatisfy { if case .directory = $0.reach { true } else { false } }
      && facts.presence.mayHide(kind: "ImageUpdateAutomation", namespace: namespace, name: nil) == nil
  }
}
