import YAMLSyntax

/// The objects that a name may mean, found by the names they had (api/filters/nameref/nameref.go).
struct ReferenceCandidates: Sendable {
  private let items: [Resource]
  /// The last entry of each earlier name; nil for a short list, which is searched faster than it is indexed.
  private var lastEntry: [String: Int]?
  private var entries: [Entry] = []
  /// How many more objects may be looked at, so that thousands with one name cannot keep a build busy.
  private(set) var visitsLeft = 50_000_000

  private struct Entry: Sendable {
    var item: Int
    /// The entry before it with the same name.
    var before: Int?
  }

  private static let indexThreshold = 64

  init(_ items: [Resource]) {
    self.items = items
    guard items.count > Self.indexThreshold else { return }
    var lastEntry = Dictionary<String, Int>(minimumCapacity: items.count)
    for (index, item) in items.enumerated() {
      for previous in item.previous {
        let before = lastEntry[previous.name]
        if let before, entries[before].item == index { continue }
        lastEntry[previous.name] = entries.count
        entries.append(Entry(item: index, before: before))
      }
    }
    self.lastEntry = lastEntry
  }

  /// The objects with an earlier name that the referrer can see: all of them for a cluster-scoped one, else those of its
  /// own namespace and the cluster-scoped ones, and for a role binding those in the namespaces of its subjects.
  private mutating func visible(_ name: String, to referrer: Referrer, in forest: Forest) -> [Int] {
    guard let lastEntry else {
      return items.indices.filter { index in
        items[index].previous.contains { $0.name == name } && isVisible(items[index], to: referrer, in: forest)
      }
    }
    var result: [Int] = []
    var entry = lastEntry[name]
    while let current = entry {
      let item = entries[current].item
      visitsLeft -= 1
      if isVisible(items[item], to: referrer, in: forest) { result.append(item) }
      entry = entries[current].before
    }
    return result.reversed()
  }

  private func isVisible(_ item: Resource, to referrer: Referrer, in forest: Forest) -> Bool {
    let namespace = item.id.namespace
    if !referrer.isNamespaced || namespace == referrer.resource.id.namespace { return true }
    if namespace == ResourceID.clusterNamespace { return true }
    guard referrer.subjectNamespaces.contains(namespace) else { return false }
    // The subject names what is written, and an object without namespace is not in one called 'default'.
    return namespace != "default" || forest.writtenNamespace(of: item.root) != nil
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
  mutating func choose(
    _ name: String, writtenNamespace: String?, target: NameReference, for referrer: Referrer,
    roleReference: NameReference?, withNamespace: Bool, in forest: Forest
  ) -> Choice {
    var found = visible(name, to: referrer, in: forest)
    if found.isEmpty { return .none }
    if let writtenNamespace {
      let original = found.filter { items[$0].original.namespace == writtenNamespace }
      let current = found.filter { items[$0].id.namespace == writtenNamespace }
      // The current namespaces count only if nothing that the referrer can see, whatever its name, was there at first.
      let usesOriginal =
        !original.isEmpty || current.isEmpty
        || items.contains {
          $0.original.namespace == writtenNamespace && isVisible($0, to: referrer, in: forest)
        }
      found = usesOriginal ? original : current
    }
    found = found.filter { index in
      let item = items[index]
      guard item.isNamed(by: target), roleReference.map({ item.isNamed(by: $0) }) ?? true else { return false }
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
          || forest.namespaceText(of: items[first].root) == forest.namespaceText(of: items[other].root))
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
  func isNamed(by target: NameReference) -> Bool {
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

  fileprivate func namespaceText(of root: NodeRef) -> String {
    writtenNamespace(of: root).map { text($0) } ?? ""
  }
}
