import Manifests
import SourceText
import YAMLSyntax

/// What kustomize tells objects apart by: group, version, kind, name and the effective namespace
/// (kyaml/resid/resid.go).
struct ResourceID: Hashable, Sendable {
  var group: String
  var version: String
  var kind: String
  var name: String
  /// `default` for an object without namespace, `clusterNamespace` for one of a cluster-scoped kind.
  var namespace: String

  /// Names differ most often, so they are compared first.
  static func == (lhs: ResourceID, rhs: ResourceID) -> Bool {
    lhs.name == rhs.name && lhs.kind == rhs.kind && lhs.namespace == rhs.namespace && lhs.group == rhs.group
      && lhs.version == rhs.version
  }

  /// The namespace that objects of cluster-scoped kinds are compared with.
  static let clusterNamespace = "_non_namespaceable_"

  /// For messages: kind, namespace and name.
  var description: String {
    // What SOPS encrypts is no name.
    let name = name.hasPrefix("ENC[") ? "(encrypted)" : name
    return namespace == Self.clusterNamespace || namespace == "default"
      ? "\(kind)/\(name)" : "\(kind)/\(namespace.hasPrefix("ENC[") ? "(encrypted)" : namespace)/\(name)"
  }

  func hasType(of other: ResourceID) -> Bool {
    kind == other.kind && group == other.group && version == other.version
  }
}

/// An id that a resource had before a transformer renamed it. Group and version are always the current ones
/// (api/internal/utils/makeResIds.go).
struct PreviousID: Hashable, Sendable {
  var kind: String
  var name: String
  var namespace: String
  /// What changed it.
  var cause = Cause.other

  enum Cause: Hashable, Sendable {
    case prefix(String)
    case suffix(String)
    case other
  }
}

/// An object while a build works on it.
struct Resource: Sendable {
  var root: NodeRef
  /// The document or generator entry where it was first written.
  var origin: SourceRange
  /// The entry that names its file; nil for one that is generated, and for a file that is found without an entry.
  var listing: SourceRange?
  /// The entry through which the kustomization that is built got it: that of its file, or of a directory.
  var entry: SourceRange?
  /// The current id.
  var id: ResourceID
  /// Earlier ids, oldest first.
  var previous: [PreviousID] = []
  var modifiers: [ObjectModifier] = []
  var generation: Generation?
  /// What made the object; nil for one that is written in a file.
  var generator: Configurator?
  /// The transformers that ran while it was there, if the build notes them.
  var transformers: [Configurator] = []
  /// Labels that are one node upstream; nil for an object without any.
  var sharedLabels: SharedLabels?
  /// The values of a generated object are not known.
  var unknownValues = false
  /// The names of variables whose value is a field of it.
  var variables: [String] = []

  /// What a generator wants for its object.
  struct Generation: Hashable, Sendable {
    var needsHash: Bool
  }

  /// Kind, name and namespace the resource was loaded with.
  var original: PreviousID {
    previous.first ?? PreviousID(kind: id.kind, name: id.name, namespace: id.namespace)
  }

  /// The id by which transformers choose where to write: that of a field spec for the kind it was loaded with.
  var originalType: ResourceID {
    guard let kind = previous.first?.kind else { return id }
    var result = id
    result.kind = kind
    return result
  }

  /// Remembers the current id before it changes.
  mutating func storePreviousID(_ cause: PreviousID.Cause = .other) {
    previous.append(PreviousID(kind: id.kind, name: id.name, namespace: id.namespace, cause: cause))
  }

  /// Loses what upstream notes in annotations, which something took away.
  mutating func forgetState() {
    previous = []
    generation = nil
    transformers = []
  }

  /// The prefixes it got, innermost first.
  var prefixes: [String] {
    previous.compactMap { if case .prefix(let text) = $0.cause { text } else { nil } }
  }

  /// The suffixes it got, innermost first.
  var suffixes: [String] {
    previous.compactMap { if case .suffix(let text) = $0.cause { text } else { nil } }
  }

  /// Whether the current id or an earlier one has the name and is meant.
  func hasID(name: String, where isMeant: (ResourceID) -> Bool) -> Bool {
    if id.name == name, isMeant(id) { return true }
    return previous.contains { earlier in
      var id = id
      id.kind = earlier.kind
      return earlier.name == name && isMeant(id)
    }
  }

  /// Whether the current id or an earlier one is `other`.
  func hasAnyID(_ other: ResourceID) -> Bool {
    guard id.group == other.group, id.version == other.version else { return false }
    if id.name == other.name, id.namespace == other.namespace, id.kind == other.kind { return true }
    return previous.contains {
      $0.name == other.name && $0.namespace == other.namespace && $0.kind == other.kind
    }
  }
}

extension Forest {
  /// Whether an object has a kind and a name.
  func hasIdentity(_ root: NodeRef) -> Bool {
    guard let kindNode = value(root, "kind"), let nameNode = value(root, "metadata", "name") else { return false }
    return [kindNode, nameNode].allSatisfy { kind($0) == .scalar && self[$0].payloadCount > 0 && !isNull($0) }
  }

  /// The id of an object, nil when it lacks `kind` or `metadata.name`.
  func resourceID(_ root: NodeRef) -> ResourceID? {
    guard let kindNode = value(root, "kind"), kind(kindNode) == .scalar, !isNull(kindNode),
      let nameNode = value(root, "metadata", "name"), kind(nameNode) == .scalar, !isNull(nameNode)
    else { return nil }
    let kind = text(kindNode)
    let name = text(nameNode)
    guard !kind.isEmpty, !name.isEmpty else { return nil }
    let (group, version) = groupVersion(ManifestObject(root: root))
    let namespace = value(root, "metadata", "namespace").flatMap { isNull($0) ? nil : text($0) }
    return ResourceID(
      group: group, version: version, kind: kind, name: name,
      namespace: effectiveNamespace(namespace, group: group, version: version, kind: kind))
  }

  private func effectiveNamespace(_ written: String?, group: String, version: String, kind: String) -> String {
    if ClusterScope.isClusterScoped(group: group, version: version, kind: kind) { return ResourceID.clusterNamespace }
    guard let written, !written.isEmpty else { return "default" }
    return written
  }
}

/// The resources of one layer, in order.
struct ResourceList: Sendable {
  private(set) var items: [Resource] = []
  /// Index by current id; nil while nobody asked or after an id changed.
  private var indexByID: [ResourceID: Int]?

  var count: Int { items.count }

  /// How many objects bases may bring. Real repositories stay far below.
  static let limit = 1 << 16

  /// A short list is searched faster than it is indexed.
  private static let indexThreshold = 32

  /// The position of the resource with exactly this current id.
  mutating func firstIndex(of id: ResourceID) -> Int? {
    if items.count < Self.indexThreshold { return items.firstIndex { $0.id == id } }
    if let indexByID { return indexByID[id] }
    let index = Dictionary(items.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    indexByID = index
    return index[id]
  }

  /// Appends unless a resource with this id is there; then that one is returned.
  mutating func append(_ resource: Resource) -> Resource? {
    if let index = firstIndex(of: resource.id) { return items[index] }
    indexByID?[resource.id] = items.count
    items.append(resource)
    return nil
  }

  /// Changes one resource, its id too.
  mutating func update(at index: Int, _ body: (inout Resource) -> Void) {
    let before = items[index].id
    body(&items[index])
    if indexByID != nil, items[index].id != before { indexByID = nil }
  }

  /// Resources whose id an earlier one has, each with that earlier one.
  func duplicates() -> [(first: Int, second: Int)] {
    var result: [(first: Int, second: Int)] = []
    if items.count < Self.indexThreshold {
      for second in items.indices {
        if let first = items[..<second].firstIndex(where: { $0.id == items[second].id }) {
          result.append((first, second))
        }
      }
      return result
    }
    var firstByID = Dictionary<ResourceID, Int>(minimumCapacity: items.count)
    for (index, item) in items.enumerated() {
      if let first = firstByID[item.id] { result.append((first, index)) } else { firstByID[item.id] = index }
    }
    return result
  }

  mutating func remove(at positions: [Int]) {
    guard !positions.isEmpty else { return }
    let gone = Set(positions)
    items = items.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
    indexByID = nil
  }
}
