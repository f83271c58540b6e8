import RuleEngine

/// Objects of a cluster by kind and name, in whatever namespace.
struct PeerIndex {
  private var numbers: [String: [String: [Int]]] = [:]

  init(_ cluster: Cluster) {
    for (number, object) in cluster.objects.enumerated() where !object.isRemote {
      numbers[object.id.kind, default: [:]][object.id.name, default: []].append(number)
    }
  }

  func named(_ name: String, kind: String) -> [Int] { numbers[kind]?[name] ?? [] }

  /// All of a kind, in the order of the cluster.
  func all(_ kind: String) -> [Int] { (numbers[kind] ?? [:]).values.joined().sorted() }
}

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
    kind: String, namespace: String?, name: String, field: String, in cluster: Cluster, _ peers: PeerIndex,
    _ model: RepositoryModel
  ) {
    let neighbours = peers.all(kind).map { cluster.objects[$0] }.filter { $0.id.namespace == namespace }
    if let generated = neighbours.first(where: { Self.isHashed($0, name) }) {
      place = RelatedLocation(model.place(of: generated), "made as '\(generated.id.name)'")
      help = "set 'disableNameSuffixHash: true', or add a nameReference: kustomize does not follow references of Flux"
      likelihood = .certain
    } else if let elsewhere = peers.named(name, kind: kind).first.map({ cluster.objects[$0] }),
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
      likelihood = Slip.isOne(between: Array(name.utf8), and: Array(near.utf8)) ? .likely : .possible
    } else {
      return nil
    }
  }

  /// Whether a generator makes the target with a hash, and its kustomization file configures references that follow it.
  static func isFollowed(
    _ kind: String, _ name: String, in cluster: Cluster, _ peers: PeerIndex, _ model: RepositoryModel
  ) -> Bool {
    peers.all(kind).map { cluster.objects[$0] }.contains { object in
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
