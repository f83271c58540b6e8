import RuleEngine

/// An object that a reference to nothing most likely means.
struct NearMiss {
  enum Likelihood {
    /// The reference cannot have meant anything else.
    case certain
    case likely
    /// The names are similar, which says little.
    case possible
  }
  var place: RelatedLocation
  var help: String
  var likelihood: Likelihood

  /// Nil when there is nothing like it.
  ///
  /// - Parameter field: the field that holds the reference, which has no namespace of its own.
  init?(
    kind: String, namespace: String?, name: String, field: String, in cluster: Cluster, _ model: RepositoryModel
  ) {
    let neighbours = cluster.index.objects(ofKind: kind, namespace: namespace).map { cluster.objects[$0] }
    if let generated = neighbours.first(where: { Self.isHashed($0, name) }) {
      place = RelatedLocation(model.place(of: generated), "made as '\(generated.id.name)'")
      help = "set 'disableNameSuffixHash: true', or add a nameReference: kustomize does not follow references of Flux"
      likelihood = .certain
    } else if let elsewhere = cluster.index.objects(ofKind: kind, name: name).first.map({ cluster.objects[$0] }),
      let other = elsewhere.id.namespace
    {
      place = RelatedLocation(model.place(of: elsewhere), "defined in namespace '\(other)'")
      help = "it must be in namespace '\(namespace ?? "")': '\(field)' cannot name another one"
      likelihood = Self.isCopied(elsewhere, model) ? .possible : .certain
    } else if let near = Suggestion.nearest(to: name, in: neighbours.map(\.id.name)),
      let neighbour = neighbours.first(where: { $0.id.name == near })
    {
      place = RelatedLocation(model.place(of: neighbour), "a similar name is defined here")
      help = "did you mean '\(near)'?"
      likelihood = Suggestion.isSlip(between: name, and: near) ? .likely : .possible
    } else {
      return nil
    }
  }

  /// Whether a generator makes the target with a hash, and its kustomization file configures references that follow it.
  static func isFollowed(_ kind: String, _ name: String, in cluster: Cluster, _ model: RepositoryModel) -> Bool {
    cluster.index.objects(ofKind: kind).contains { number in
      let object = cluster.objects[number]
      guard isHashed(object, name), let root = model.sources.documents(of: object.origin.file).first?.root else {
        return false
      }
      return model.forest.value(root, "configurations") != nil
    }
  }

  /// Whether `object` is what a generator makes under `name`, with the hash of its content (kustomize `api/hasher`).
  private static func isHashed(_ object: AppliedObject, _ name: String) -> Bool {
    let made = object.id.name
    guard made.utf8.count == name.utf8.count + 11, made.hasPrefix(name + "-") else { return false }
    return object.modifiers.contains { $0.kind == .generator }
      && made.utf8.suffix(10).allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }
  }

  /// Whether something in the cluster may copy the object into other namespaces (reflector, replicator, kubed, kyverno).
  private static func isCopied(_ object: AppliedObject, _ model: RepositoryModel) -> Bool {
    guard let metadata = model.forest.value(object.root, "metadata") else { return false }
    return [model.forest.value(metadata, "annotations"), model.forest.value(metadata, "labels")].contains { node in
      guard let node else { return false }
      return model.forest.pairs(node).contains { pair in
        let key = model.forest.text(pair.key)
        return ["reflector", "replicator", "kubed", "replicate", "copy", "clone", "sync"].contains(where: key.contains)
      }
    }
  }
}
