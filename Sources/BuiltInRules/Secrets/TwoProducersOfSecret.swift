import RuleEngine

/// Objects of different kinds or names that make the same Secret: each writes over what the other wrote.
struct TwoProducersOfSecret: RepositoryRule {
  private struct Producer {
    var number: Int
    /// What names the Secret.
    var place: NodeRef
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      var producers: [ObjectKey: [Producer]] = [:]
      for kind in ["ExternalSecret", "SealedSecret", "Certificate", "Secret"] {
        for number in cluster.index.objects(ofKind: kind) {
          guard let (name, place) = product(of: cluster.objects[number], forest), !name.contains("${") else {
            continue
          }
          let key = ObjectKey(kind: "Secret", namespace: cluster.objects[number].id.namespace, name: name)
          producers[key, default: []].append(Producer(number: number, place: place))
        }
      }
      for (key, all) in producers.sorted(by: { $0.value[0].number < $1.value[0].number }) where all.count > 1 {
        // The same object applied twice is another matter.
        guard
          let second = all.first(where: { cluster.objects[$0.number].id != cluster.objects[all[0].number].id })
        else { continue }
        let (one, other) = (
          ObjectReference(cluster.objects[all[0].number].id), ObjectReference(cluster.objects[second.number].id)
        )
        report.report(
          "\(one.displayName) and \(other.displayName) both make Secret '\(key.namespace ?? "")/\(key.name)'",
          at: forest.range(second.place), label: "the Secret is made here too", object: other, cluster: cluster,
          related: [RelatedLocation(forest.range(all[0].place), "and here")], help: "let one of them make it",
          data: ["secret": .string("\(key.namespace ?? "")/\(key.name)")])
      }
    }
  }

  /// The Secret that an object makes as its own; nil where it makes none, or adds to one.
  private func product(of object: AppliedObject, _ forest: Forest) -> (String, NodeRef)? {
    let root = object.root
    guard let name = forest.value(root, "metadata", "name") else { return nil }
    func field(_ path: [StaticString]) -> NodeRef? {
      path.reduce(forest.value(root, "spec")) { node, key in node.flatMap { forest.value($0, key) } }
    }
    switch (object.id.kind, object.id.group) {
    case ("ExternalSecret", "external-secrets.io"):
      if let policy = field(["target", "creationPolicy"]), ["Merge", "None"].contains(forest.text(policy)) {
        return nil
      }
      // It makes something else.
      if field(["target", "manifest"]) != nil { return nil }
      let place = field(["target", "name"]) ?? name
      return (forest.text(place), place)
    case ("SealedSecret", "bitnami.com"): return (object.id.name, name)
    case ("Certificate", "cert-manager.io"): return field(["secretName"]).map { (forest.text($0), $0) }
    case ("Secret", "") where isFilled(root, forest): return (object.id.name, name)
    default: return nil
    }
  }

  /// An empty Secret is a place for others to fill, and some modes leave to others what they wrote.
  private func isFilled(_ root: NodeRef, _ forest: Forest) -> Bool {
    guard forest.value(root, "data") != nil || forest.value(root, "stringData") != nil,
      let metadata = forest.value(root, "metadata")
    else { return false }
    return [forest.value(metadata, "annotations"), forest.value(metadata, "labels")].compactMap(\.self)
      .allSatisfy { forest.value($0, "kustomize.toolkit.fluxcd.io/ssa") == nil }
  }
}
