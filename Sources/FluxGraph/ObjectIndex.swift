import Manifests

/// A text of a cluster's objects as a small integer: equal texts of one index have equal numbers.
package struct Name: Hashable, Sendable {
  fileprivate let number: Int32
}

/// What an object of a cluster is called, without the version: two objects with equal ones are one in the cluster.
package struct ObjectIdentity: Hashable, Sendable {
  package let group: Name
  package let kind: Name
  /// That of the empty text where the manifest says none.
  package let namespace: Name
  package let name: Name
}

/// The objects of a cluster by what they are called. It grows with the cluster, and everybody asks the same one.
///
/// Objects are numbers, as in `Cluster.objects`, and stand in that order. Those of another cluster (`spec.kubeConfig`) are
/// found by nobody who looks for a name.
package struct ObjectIndex: Sendable {
  private var names: [String: Name] = [:]
  private var identities: [ObjectIdentity] = []
  /// Of the objects that can be found, in the order in which they came.
  package private(set) var kinds: [String] = []
  private var byKind = Chains<Name>()
  private var byName = Chains<Named>()
  private var byKey = Chains<Placed>()

  private struct Named: Hashable, Sendable {
    var kind: Name
    var name: Name
  }

  private struct Placed: Hashable, Sendable {
    var kind: Name
    var namespace: Name
    var name: Name
  }

  init() {}

  /// Takes in the next object of the cluster.
  mutating func append(_ id: ObjectID, isRemote: Bool) {
    let number = Int32(identities.count)
    let identity = ObjectIdentity(
      group: intern(id.group), kind: intern(id.kind), namespace: intern(id.namespace ?? ""), name: intern(id.name))
    identities.append(identity)
    if !isRemote, byKind.first(identity.kind) == nil { kinds.append(id.kind) }
    byKind.append(isRemote ? nil : identity.kind, number)
    byName.append(isRemote ? nil : Named(kind: identity.kind, name: identity.name), number)
    byKey.append(
      isRemote ? nil : Placed(kind: identity.kind, namespace: identity.namespace, name: identity.name), number)
  }

  private mutating func intern(_ text: String) -> Name {
    if let known = names[text] { return known }
    let name = Name(number: Int32(names.count))
    names[text] = name
    return name
  }

  /// The number of a text; nil when no object has it.
  package func name(_ text: String) -> Name? { names[text] }

  /// What an object is called.
  package func identity(of object: Int) -> ObjectIdentity { identities[object] }

  /// The first object of a kind, namespace and name.
  subscript(key: ObjectKey) -> Int? {
    guard let kind = names[key.kind], let namespace = names[key.namespace ?? ""], let name = names[key.name] else {
      return nil
    }
    return byKey.first(Placed(kind: kind, namespace: namespace, name: name))
  }

  /// All objects of a kind, of whatever group.
  package func objects(ofKind kind: String) -> [Int] { names[kind].map { byKind.all($0) } ?? [] }

  /// Whether there is an object of a kind.
  package func has(kind: String) -> Bool { names[kind].map { byKind.first($0) != nil } ?? false }

  /// All objects of a kind in one namespace.
  package func objects(ofKind kind: String, namespace: String?) -> [Int] {
    guard let namespace = names[namespace ?? ""] else { return [] }
    return objects(ofKind: kind).filter { identities[$0].namespace == namespace }
  }

  /// All objects of a kind and name, in whatever namespace.
  package func objects(ofKind kind: String, name: String) -> [Int] {
    guard let kind = names[kind], let name = names[name] else { return [] }
    return byName.all(Named(kind: kind, name: name))
  }

  /// All objects of a kind, namespace and name: several Kustomizations may apply one.
  package func objects(ofKind kind: String, namespace: String?, name: String) -> [Int] {
    guard let kind = names[kind], let namespace = names[namespace ?? ""], let name = names[name] else { return [] }
    return byKey.all(Placed(kind: kind, namespace: namespace, name: name))
  }
}

/// Lists of objects by a key, in order, without an array for each.
private struct Chains<Key: Hashable & Sendable>: Sendable {
  private var ends: [Key: (first: Int32, last: Int32)] = [:]
  /// For each object the next one of its list; -1 for the last.
  private var next: [Int32] = []

  /// - Parameter key: nil for an object in no list.
  mutating func append(_ key: Key?, _ number: Int32) {
    next.append(-1)
    guard let key else { return }
    if let known = ends[key] {
      next[Int(known.last)] = number
      ends[key] = (known.first, number)
    } else {
      ends[key] = (number, number)
    }
  }

  func first(_ key: Key) -> Int? { ends[key].map { Int($0.first) } }

  func all(_ key: Key) -> [Int] {
    var list: [Int] = []
    var number = ends[key]?.first ?? -1
    while number >= 0 {
      list.append(Int(number))
      number = next[Int(number)]
    }
    return list
  }
}
