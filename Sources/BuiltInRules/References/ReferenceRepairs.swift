import RuleEngine

extension DanglingReferences {
  /// What a reference to nothing most likely means, and where that is.
  func repair(
    of edge: Edge, _ template: Template, in cluster: Cluster, _ model: RepositoryModel
  ) -> (help: String?, related: [RelatedLocation]) {
    var repair = model.repair(of: edge, in: cluster)
    if repair.help == nil, let namespace = edge.targetNamespace,
      let swapped = cluster.index.objects(ofKind: edge.targetKind, namespace: edge.targetName, name: namespace).first
    {
      repair.help = "'\(namespace)' is in namespace '\(edge.targetName)': the two are the wrong way round"
      repair.related = [RelatedLocation(model.nameRange(of: cluster.objects[swapped]), "defined here")]
    }
    if repair.help == nil {
      let holder = cluster.objects[edge.from].id
      repair.help =
        cluster.looseName(aSlipFrom: edge.targetName, kind: edge.targetKind, butNot: holder.name)
        .map { "did you mean '\($0)'?" } ?? template.ownKindVerb.flatMap { otherKind(edge, $0, in: cluster) }
    }
    guard !template.namesNamespace,
      let elsewhere = cluster.index.objects(ofKind: edge.targetKind, name: edge.targetName).first,
      let namespace = cluster.objects[elsewhere].id.namespace
    else { return repair }
    return (
      "'\(edge.targetName)' is in namespace '\(namespace)', and \(edge.kind.rawValue) cannot name another one than its own",
      repair.related
    )
  }

  /// What to do when there is an object of that name, but of another kind than the field can name.
  private func otherKind(_ edge: Edge, _ verb: String, in cluster: Cluster) -> String? {
    let namesakes = cluster.index.kinds.flatMap {
      cluster.index.objects(ofKind: $0, namespace: edge.targetNamespace, name: edge.targetName)
    }
    guard
      let other = namesakes.sorted().map({ cluster.objects[$0] }).first(where: { $0.id.group.contains("fluxcd.io") })
    else { return nil }
    let found =
      "'\(edge.targetName)' is a \(other.id.kind), and a \(edge.targetKind) \(verb) \(plural(of: edge.targetKind)) only"
    guard edge.targetKind == "Kustomization", let owner = other.kustomization.map({ cluster.kustomizations[$0] }) else {
      return found
    }
    return "\(found): name the one that applies it, '\(owner.displayName)'"
  }
}
