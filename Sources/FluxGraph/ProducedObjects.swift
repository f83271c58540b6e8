import FluxModel
import Kustomize
import Manifests
package import SourceText
import TextMatching
package import YAMLSyntax

/// Who makes the Secrets and ConfigMaps of a cluster beside the manifests that are them: operators, and controllers that
/// copy them into other namespaces.
package struct ProducedObjects: Sendable {
  /// The namespaces that an object is made in.
  enum Spaces: Sendable {
    case one(String)
    case any
    /// Those that every list of regular expressions fits.
    case matching([[LinearRegex?]])
    case selected([NamespaceSelector])

    func has(_ namespace: String, labels: [String: [String: String]]) -> Bool {
      switch self {
      case .one(let own): own == namespace
      case .any: true
      case .matching(let lists):
        // What is no regular expression to us may be one to the controller.
        lists.allSatisfy { $0.contains { $0?.matchesWhole(namespace) ?? true } }
      case .selected(let selectors): selectors.contains { $0.mayFit(namespace, labels[namespace]) }
      }
    }
  }

  /// What one object makes.
  struct Product: Sendable {
    var spaces: Spaces
    /// Index into the cluster's objects.
    var maker: Int
    var keys: [Key] = []
    /// Why it may have more keys; nil when it has these.
    var open: String?
    /// The object that it is a copy of.
    var origin: ObjectKey?
  }

  package struct Key: Hashable, Sendable {
    package var name: String
    package var range: SourceRange
  }

  private struct Named: Hashable {
    var kind: String
    var name: String
  }

  private var products: [Named: [Product]] = [:]
  /// Objects in Git that are not all that the cluster has: why.
  private var openObjects: [Int: String] = [:]
  private var origins: [Int: ObjectKey] = [:]
  private var namespaceLabels: [String: [String: String]] = [:]

  init() {}

  // MARK: - Building

  /// Whether it counts what an object says of how it is applied.
  static func readsMarks(of id: ObjectID) -> Bool { id.group.isEmpty && ["Secret", "ConfigMap"].contains(id.kind) }

  /// Takes in what an object makes.
  ///
  /// - Parameters:
  ///   - number: its index in the cluster.
  ///   - common: `commonMetadata` of the Kustomization that applies it.
  mutating func add(_ object: AppliedObject, _ number: Int, common: NodeRef? = nil, in forest: Forest) {
    guard !object.isRemote else { return }
    if object.id.group.isEmpty {
      if Self.readsMarks(of: object.id) { addManifest(object, number, common, in: forest) }
      if object.id.kind == "Namespace" { addLabels(of: object, in: forest) }
      return
    }
    for row in ObjectProducer.rows(of: object.id) { add(row, object, number, in: forest) }
  }

  private mutating func addManifest(_ object: AppliedObject, _ number: Int, _ common: NodeRef?, in forest: Forest) {
    for (mark, words) in [("ssa", ["Merge", "IfNotPresent", "Ignore"]), ("reconcile", ["disabled"])] {
      let values = object.marks(mark, common: common, in: forest)
      for word in words where values.contains(word.lowercased()) {
        openObjects[number] = "'\(FluxKinds.kustomizeGroup)/\(mark): \(word)'"
      }
    }
    guard let annotations = forest.value(object.root, "metadata", "annotations") else { return }
    if let origin = ObjectCopier.origin(annotations, in: forest) {
      origins[number] = ObjectKey(kind: object.id.kind, namespace: origin.namespace, name: origin.name)
    }
    addCopies(of: object.id.kind, object.id.name, in: object.id.namespace, annotations, number, in: forest)
  }

  private mutating func addCopies(
    of kind: String, _ name: String, in namespace: String?, _ annotations: NodeRef, _ number: Int, in forest: Forest
  ) {
    guard let targets = ObjectCopier.targets(annotations, in: forest) else { return }
    products[Named(kind: kind, name: name), default: []].append(
      Product(
        spaces: targets, maker: number, origin: ObjectKey(kind: kind, namespace: namespace, name: name)))
  }

  private mutating func addLabels(of namespace: AppliedObject, in forest: Forest) {
    var labels: [String: String] = [:]
    if let node = forest.value(namespace.root, "metadata", "labels") {
      for pair in forest.pairs(node) { labels[forest.text(pair.key)] = forest.text(pair.value) }
    }
    namespaceLabels[namespace.id.name] = labels
  }

  private mutating func add(_ row: ObjectProducer, _ object: AppliedObject, _ number: Int, in forest: Forest) {
    func node(_ path: some Sequence<StaticString>) -> NodeRef? {
      var node = object.root
      for key in path {
        guard let next = forest.value(node, key) else { return nil }
        node = next
      }
      return node
    }
    func text(_ path: [StaticString]) -> String? {
      node(path).flatMap { forest.kind($0) == .scalar ? forest.text($0) : nil }.flatMap { $0.isEmpty ? nil : $0 }
    }
    var names: Set<String> = []
    for name in row.names {
      switch name {
      case .field(let path): if let name = text(path) { names.insert(name) }
      case .fieldOrOwn(let path): names.insert(text(path) ?? object.id.name)
      case .own(let suffix): names.insert(object.id.name + suffix)
      case .entries(let list, let path):
        for entry in node(list).map({ Array(forest.items($0)) }) ?? [] {
          var node: NodeRef? = entry
          for key in path { node = node.flatMap { forest.value($0, key) } }
          if let node, forest.kind(node) == .scalar { names.insert(forest.text(node)) }
        }
      }
    }
    guard !names.isEmpty else { return }
    let spaces: Spaces
    switch row.space {
    case .any: spaces = .any
    case .own: spaces = object.id.namespace.map { .one($0) } ?? .any
    case .field(let path): spaces = (text(path) ?? object.id.namespace).map { .one($0) } ?? .any
    case .selected: spaces = .selected(NamespaceSelector.all(of: object.root, in: forest))
    }
    let kind = text(["spec", "target", "manifest", "kind"]) ?? row.makes
    let (keys, open) = ProducedKeys(object, row.keys, in: forest).result
    for name in names {
      products[Named(kind: kind, name: name), default: []].append(
        Product(spaces: spaces, maker: number, keys: keys, open: open))
      var metadata = row.metadata.isEmpty ? nil : node(row.metadata)
      if row.passesOnMetadata, node(row.metadata.dropLast()) == nil { metadata = node(["metadata"]) }
      if let annotations = metadata.flatMap({ forest.value($0, "annotations") }) {
        addCopies(of: kind, name, in: object.id.namespace, annotations, number, in: forest)
      }
    }
  }

  /// Patterns that commas divide; nil for one that cannot be read.
  static func patterns(in list: String) -> [LinearRegex?] {
    list.split(separator: ",").map { part in
      let text = part.drop { $0 == " " }
      let end = text.lastIndex { $0 != " " }.map { text.index(after: $0) } ?? text.endIndex
      return try? LinearRegex(String(text[..<end]))
    }
  }

  // MARK: - Asking

  private func products(_ key: ObjectKey) -> [Product] {
    guard let namespace = key.namespace, let all = products[Named(kind: key.kind, name: key.name)] else { return [] }
    return all.filter { $0.spaces.has(namespace, labels: namespaceLabels) && $0.origin != key }
  }

  /// The object that makes a Secret or ConfigMap; nil when none does.
  func maker(of key: ObjectKey) -> Int? { products(key).first?.maker }

  /// What is known of the content of a Secret or ConfigMap.
  struct Contents {
    /// Objects in Git that have it, as indices into the cluster's objects.
    var manifests: [Int] = []
    /// Keys that something else makes.
    var keys: [Key] = []
    /// Why there may be other keys, each reason a clause; empty when there are none.
    var open: [String] = []
    /// Whether more than one thing makes it: then no value is known.
    var isShared = false
  }

  /// Nil when nothing makes it.
  ///
  /// - Parameter manifest: the index of the object in Git that is it.
  func contents(of key: ObjectKey, manifest: (ObjectKey) -> Int?) -> Contents? {
    var contents = Contents()
    var visited: Set<ObjectKey> = []
    guard collect(key, manifest, &contents, &visited) else { return nil }
    return contents
  }

  private func collect(
    _ key: ObjectKey, _ manifest: (ObjectKey) -> Int?, _ contents: inout Contents, _ visited: inout Set<ObjectKey>
  ) -> Bool {
    guard visited.insert(key).inserted, visited.count < 20 else { return true }
    var isFound = false
    if let number = manifest(key) {
      isFound = true
      contents.manifests.append(number)
      if let reason = openObjects[number] {
        contents.open.append("it is applied with \(reason), which leaves what others write")
      }
      if let origin = origins[number], !collect(origin, manifest, &contents, &visited) {
        contents.open.append("it is filled from \(origin.displayName)")
      }
    }
    for product in products(key) {
      contents.isShared = contents.isShared || isFound
      isFound = true
      if let origin = product.origin {
        if !collect(origin, manifest, &contents, &visited) { contents.open.append("it is a copy") }
        continue
      }
      contents.keys += product.keys
      if let open = product.open { contents.open.append(open) }
    }
    return isFound
  }
}

extension Cluster {
  /// Whether something makes a Secret or ConfigMap that no manifest of the cluster is.
  package func produces(kind: String, namespace: String, name: String) -> Bool {
    products.maker(of: ObjectKey(kind: kind, namespace: namespace, name: name)) != nil
  }

  /// The keys of a Secret or ConfigMap that a reference leads to, if all are known; nil when something may add some.
  ///
  /// - Parameters:
  ///   - number: the object that it leads to: the manifest, or what makes it.
  ///   - forest: the one of the graph that the cluster is part of.
  package func keys(of edge: Edge, at number: Int, in forest: Forest) -> Set<String>? {
    let key = ObjectKey(kind: edge.targetKind, namespace: edge.targetNamespace, name: edge.targetName)
    func manifest(_ wanted: ObjectKey) -> Int? {
      // Where there is a manifest, a reference leads to it.
      if wanted == key {
        let id = objects[number].id
        return id.group.isEmpty && id.name == key.name && id.namespace == key.namespace ? number : nil
      }
      // Of copies there are few.
      return objects.firstIndex {
        $0.id.name == wanted.name && $0.id.kind == wanted.kind && $0.id.namespace == wanted.namespace
          && $0.id.group.isEmpty && !$0.isRemote
      }
    }
    guard let contents = products.contents(of: key, manifest: manifest), contents.open.isEmpty else { return nil }
    var keys = Set(contents.keys.map(\.name))
    for object in contents.manifests.map({ objects[$0] }) {
      for field in [forest.value(object.root, "data"), forest.value(object.root, "stringData")] {
        if let field { keys.formUnion(forest.pairs(field).map { forest.text($0.key) }) }
      }
    }
    return keys
  }
}
