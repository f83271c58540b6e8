import YAMLSyntax

/// The objects that a name may mean, found by the names they had (api/filters/nameref/nameref.go).
struct ReferenceCandidates: Sendable {
  let items: [Resource]
  /// By an earlier name and the current namespace.
  private let byName: [Key: [Int]]
  /// By an earlier name alone.
  private let everywhere: [String: [Int]]
  /// The namespaces in which the objects of a namespace were at first.
  private let originalNamespaces: [String: Set<String>]
  /// Whether each object says a namespace.
  private let saysNamespace: [Bool]

  private struct Key: Hashable {
    var name: String
    var namespace: String
  }

  /// Only what has an earlier id is a candidate.
  init(_ items: [Resource], in forest: Forest) {
    self.items = items
    saysNamespace = items.map { !$0.previous.isEmpty && forest.writtenNamespace(of: $0.root) != nil }
    var byName: [Key: [Int]] = [:]
    var everywhere: [String: [Int]] = [:]
    var originalNamespaces: [String: Set<String>] = [:]
    for (index, item) in items.enumerated() {
      if item.id.namespace != ResourceID.clusterNamespace {
        originalNamespaces[item.id.namespace, default: []].insert(item.original.namespace)
      }
      for previous in item.previous where everywhere[previous.name]?.last != index {
        everywhere[previous.name, default: []].append(index)
        byName[Key(name: previous.name, namespace: item.id.namespace), default: []].append(index)
      }
    }
    self.byName = byName
    self.everywhere = everywhere
    self.originalNamespaces = originalNamespaces
  }

  /// The objects with an earlier name that the referrer can see: all of them for a cluster-scoped one, else those of its
  /// own namespace and the cluster-scoped ones, and for a role binding those in the namespaces of its subjects.
  private func visible(_ name: String, to referrer: Referrer) -> [Int] {
    guard referrer.isNamespaced else { return everywhere[name] ?? [] }
    var result = byName[Key(name: name, namespace: ResourceID.clusterNamespace)] ?? []
    result += byName[Key(name: name, namespace: referrer.resource.id.namespace)] ?? []
    for namespace in referrer.subjectNamespaces where namespace != referrer.resource.id.namespace {
      // The subject names what is written, and an object without namespace is not in a namespace called 'default'.
      result += (byName[Key(name: name, namespace: namespace)] ?? []).filter {
        namespace != "default" || saysNamespace[$0]
      }
    }
    return result.sorted()
  }

  /// Whether an object that the referrer can see was in a namespace at first.
  private func hasOriginal(namespace: String, for referrer: Referrer) -> Bool {
    guard referrer.isNamespaced else { return originalNamespaces.values.contains { $0.contains(namespace) } }
    return ([referrer.resource.id.namespace] + referrer.subjectNamespaces).contains {
      originalNamespaces[$0]?.contains(namespace) == true
    }
  }

  enum Choice {
    /// Nothing that was renamed is meant.
    case none
    case object(Int)
    case ambiguous([Int])
  }

  /// The object that a name means, which may stand beside a namespace.
  ///
  /// - Parameter withNamespace: whether the namespace of the object will be written too, so that it matters which of
  ///   several with one name is meant.
  func choose(
    _ name: String, writtenNamespace: String?, target: NameReference, for referrer: Referrer,
    roleReference: NameReference?, withNamespace: Bool
  ) -> Choice {
    var found = visible(name, to: referrer)
    if found.isEmpty { return .none }
    if let writtenNamespace {
      let usesOriginal = hasOriginal(namespace: writtenNamespace, for: referrer)
      found = found.filter {
        writtenNamespace == (usesOriginal ? items[$0].original.namespace : items[$0].id.namespace)
      }
    }
    found = found.filter { index in
      let item = items[index]
      guard item.wasSelected(by: target), roleReference.map({ item.wasSelected(by: $0) }) ?? true else { return false }
      return !referrer.isNamespaced || item.id.namespace == ResourceID.clusterNamespace
        || item.id.kind == "ServiceAccount" || item.id.namespace == referrer.resource.id.namespace
    }
    // Several: those are nearer that got the same prefixes and suffixes.
    for allowsEmpty in [true, false] where found.count > 1 {
      found = found.filter { items[$0].hasAffixes(of: referrer.resource, allowingEmpty: allowsEmpty) }
    }
    guard let first = found.first else { return .none }
    let isOne = found.dropFirst().allSatisfy { other in
      items[first].id.name == items[other].id.name
        && (!withNamespace
          || items[first].id.namespace == items[other].id.namespace && saysNamespace[first] == saysNamespace[other])
    }
    return isOne ? .object(first) : .ambiguous(found)
  }
}

/// The object in which a name stands.
struct Referrer {
  let resource: Resource
  /// The namespaces of the service accounts that a RoleBinding names.
  let subjectNamespaces: [String]

  var isNamespaced: Bool { resource.id.namespace != ResourceID.clusterNamespace }
}

extension Resource {
  /// Whether an earlier id fits the type of a reference; group and version are always the current ones.
  fileprivate func wasSelected(by target: NameReference) -> Bool {
    (target.group.isEmpty || target.group == id.group) && (target.version.isEmpty || target.version == id.version)
      && (target.kind.isEmpty || previous.contains { $0.kind == target.kind })
  }

  fileprivate func hasAffixes(of other: Resource, allowingEmpty: Bool) -> Bool {
    Self.agree(prefixes, other.prefixes, allowingEmpty) && Self.agree(suffixes, other.suffixes, allowingEmpty)
  }

  /// Whether the shorter list is the end of the longer one. An empty list agrees with every other, or with none.
  private static func agree(_ lhs: [String], _ rhs: [String], _ allowsEmpty: Bool) -> Bool {
    if lhs.isEmpty || rhs.isEmpty { return allowsEmpty || lhs.isEmpty && rhs.isEmpty }
    return zip(lhs.reversed(), rhs.reversed()).allSatisfy { $0 == $1 }
  }
}

extension Forest {
  /// The namespace that an object says; nil for none and for an empty one.
  func writtenNamespace(of root: NodeRef) -> NodeRef? {
    value(root, "metadata", "namespace").flatMap { isNull($0) || self[$0].payloadCount == 0 ? nil : $0 }
  }
}
