import RuleEngine
import TextMatching

/// A namespace that objects or releases are put into, and that nothing makes: "namespaces not found" on a new cluster.
struct NamespaceMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      let cluster = facts.cluster
      for (name, users) in users(in: facts, model.forest).sorted(by: { $0.key < $1.key }) {
        let known = cluster.index.objects(ofKind: "Namespace").map { cluster.objects[$0].id.name }
        report.report(
          "nothing makes namespace '\(name)'", at: users.place, label: "used here",
          object: users.objects[0], objects: users.objects, cluster: cluster,
          help: Suggestion.nearest(to: name, in: known).map { "did you mean '\($0)'?" }
            ?? "add a Namespace to the repository, or correct the name",
          data: ["namespace": .string(name)], cause: name)
      }
    }
  }

  private struct Users {
    var place: SourceRange
    var objects: [ObjectReference]
  }

  /// Who needs each namespace that nothing makes: objects that are applied into it, and releases that put theirs there.
  private func users(in facts: ClusterFacts, _ forest: Forest) -> [String: Users] {
    var users: [String: Users] = [:]
    var isMissing: [String: Bool] = [:]
    func isMissed(_ name: String) -> Bool {
      if let known = isMissing[name] { return known }
      let found =
        !Self.isGiven(name)
        && facts.presence.target(group: "", kind: "Namespace", namespace: nil, name: name) == .missing
      isMissing[name] = found
      return found
    }
    func add(_ name: String, _ place: NodeRef, _ object: AppliedObject) {
      users[name, default: Users(place: forest.range(place), objects: [])].objects.append(ObjectReference(object.id))
    }
    for index in facts.cluster.objects.indices {
      guard let name = facts.cluster.objects[index].id.namespace, isMissed(name) else { continue }
      let object = facts.cluster.objects[index]
      guard !object.isRemote, object.isKnown || !name.utf8.contains(subsequence: "${"),
        !KindScope.isClusterScoped(group: object.id.group, kind: object.id.kind),
        let place = forest.value(object.root, "metadata", "namespace")
      else { continue }
      add(name, place, object)
    }
    for field in [Edge.Kind.targetNamespace, .storageNamespace] {
      for edge in facts.references.edges(of: field) {
        // One that the release itself makes, or whose name is not known, is found or undecided there.
        guard case .missing = edge.target, isMissed(edge.targetName) else { continue }
        add(edge.targetName, edge.location, facts.cluster.objects[edge.from])
      }
    }
    return users
  }

  /// Those that every cluster of Kubernetes or OpenShift has, that of Flux, and what is no name.
  private static func isGiven(_ name: String) -> Bool {
    name.isEmpty || name == "default" || name == "flux-system" || name == "openshift" || name.hasPrefix("kube-")
      || name.hasPrefix("openshift-") || name.hasPrefix("ENC[") || name.utf8.contains(subsequence: "${")
      || name.utf8.contains(subsequence: "<<")
  }
}
