import CEL
import Facts
import FluxGraph
import Manifests
import RuleFiles
import SourceText
import Synchronization
import YAMLSyntax

/// What expressions look things up in: the repository, and one cluster of it. What was asked once is kept.
///
/// The model is not changed while rules run, and what is kept is behind a lock.
final class ExpressionContext: @unchecked Sendable {
  let model: RepositoryModel
  /// Nil where it is not said which cluster is meant.
  let facts: ClusterFacts?
  /// The variable `cluster`.
  let clusterValue: Value
  /// Whether the values of all its objects are what Flux applies.
  let isFullyKnown: Bool
  private let files: RepositoryFiles
  private let secrets: SecretNodes
  private let caches = Mutex(Caches())

  private struct Caches {
    var objects: [String: Value] = [:]
    var order: ReconcileOrder?
    var rights: AccountRights?
  }

  static let noCluster = Value.unknown(Unknown("it is not said which cluster is meant"))

  private init(
    _ model: RepositoryModel, _ facts: ClusterFacts?, _ files: RepositoryFiles, _ secrets: SecretNodes
  ) {
    self.model = model
    self.facts = facts
    self.files = files
    self.secrets = secrets
    isFullyKnown = facts?.isFullyKnown ?? true
    clusterValue = facts.map { ClusterVariable.value(of: $0) } ?? Self.noCluster
  }

  /// One for what is the same in all clusters, then one for each cluster.
  static func all(of model: RepositoryModel) -> (shared: ExpressionContext, clusters: [ExpressionContext]) {
    let (files, secrets) = (RepositoryFiles(model.sources), SecretNodes())
    return (
      ExpressionContext(model, nil, files, secrets),
      model.clusters.map { ExpressionContext(model, $0, files, secrets) }
    )
  }

  // MARK: - Secrets

  /// Whether a scalar is a value of a Secret.
  func isSecret(_ node: NodeRef) -> Bool { secrets.contains(model.forest.range(node), of: model) }

  // MARK: - Files

  func hasFile(_ path: String) -> Bool { files.has(path) }

  func files(matching pattern: String) -> Value { files.matching(pattern) }

  // MARK: - Objects

  /// The objects of a kind, `Kind.group` or `Kind`; of every namespace when none is given.
  func objects(_ kind: String, namespace: String?) -> Value {
    guard let facts else { return Self.noCluster }
    let key = namespace.map { "\(kind)\u{0}\($0)" } ?? kind
    if let known = caches.withLock({ $0.objects[key] }) { return known }
    let (kind, group) = Self.parts(ofKind: kind)
    let index = facts.cluster.index
    let numbers = namespace.map { index.objects(ofKind: kind, namespace: $0) } ?? index.objects(ofKind: kind)
    let value = Value.list(
      numbers.filter { group == nil || facts.cluster.objects[$0].id.group == group }
        .map { .mapRef(Ref(facts.cluster.objects[$0].root)) })
    caches.withLock { $0.objects[key] = value }
    return value
  }

  /// `Kind.group` or `Kind`.
  static func parts(ofKind text: String) -> (kind: String, group: String?) {
    guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return (text, nil) }
    return (String(text[..<dot]), String(text[text.index(after: dot)...]))
  }

  /// Whether one Kustomization was certainly applied before another is.
  func isApplied(_ other: Int, before number: Int) -> Bool {
    caches.withLock { caches in
      if caches.order == nil { caches.order = facts?.order }
      return caches.order?.isApplied(other, before: number) ?? false
    }
  }

  /// Whether RBAC in Git grants a service account anything.
  func hasRights(_ account: Account) -> Bool {
    guard let facts else { return false }
    return caches.withLock { caches in
      let rights = caches.rights ?? AccountRights(facts.cluster.objects, in: facts.forest)
      caches.rights = rights
      return rights.areKnown(of: account)
    }
  }

  // MARK: - References

  /// The variable `refs`: what an object names, by field.
  func references(of number: Int) -> Value {
    guard let facts else { return Self.noCluster }
    let id = facts.cluster.objects[number].id
    var lists: [String: [Value]] = [:]
    for edge in facts.references.edges(from: number) { lists[edge.path, default: []].append(value(of: edge, facts)) }
    return .map(
      MapValue(
        fields: ReferenceField.paths(group: id.group, kind: id.kind).map { ($0, .list(lists[$0] ?? [])) }))
  }

  private func value(of edge: Edge, _ facts: ClusterFacts) -> Value {
    var fields: [(name: String, value: Value)] = [
      ("kind", .string(edge.targetKind)), ("namespace", .string(edge.targetNamespace ?? "")),
      ("name", .string(edge.targetName)), ("optional", .bool(edge.isOptional)),
      ("entry", .node(edge.entry, in: facts.forest)), ("field", .string(edge.kind.rawValue)),
    ]
    if let lock = edge.lock { fields.append(("lock", .text(Ref(lock.place)))) }
    let status: String
    switch edge.target {
    case .object(let number):
      status = "found"
      let target = facts.cluster.objects[number]
      // Not what only makes it, such as the ExternalSecret of a Secret.
      if target.id.kind == edge.targetKind { fields.append(("object", .mapRef(Ref(target.root)))) }
    case .implicit: status = "found"
    case .missing: status = "missing"
    case .unknown: status = "unknown"
    }
    fields.append(("status", .string(status)))
    return .map(MapValue(fields: fields))
  }
}

/// Where values of Secrets are written; looked for when somebody first asks.
private final class SecretNodes: Sendable {
  private let known = Mutex<Set<SourceRange>?>(nil)

  func contains(_ range: SourceRange, of model: RepositoryModel) -> Bool {
    known.withLock { known in
      let places = known ?? Self.places(in: model)
      known = places
      return places.contains(range)
    }
  }

  private static func places(in model: RepositoryModel) -> Set<SourceRange> {
    var places: Set<SourceRange> = []
    for cluster in model.graph.clusters {
      places.formUnion(cluster.secretPlaces.keys)
      for number in cluster.index.objects(ofKind: "Secret") where cluster.objects[number].id.group.isEmpty {
        let object = cluster.objects[number]
        for root in object.root == object.built ? [object.root] : [object.root, object.built] {
          SecretValues.forEach(ofSecret: root, model.forest) { places.insert(model.forest.range($0)) }
        }
      }
    }
    return places
  }
}

extension Value {
  /// A node that stands for itself: a scalar as the text that is written.
  fileprivate static func node(_ node: NodeRef, in forest: Forest) -> Value {
    switch forest.kind(node) {
    case .mapping: .mapRef(Ref(node))
    case .sequence: .listRef(Ref(node))
    case .scalar, .alias: .text(Ref(node))
    }
  }
}

/// The files of the repository, as functions ask for them.
private final class RepositoryFiles: Sendable {
  private let paths: [String]
  private let known: Mutex<(set: Set<String>?, matching: [String: Value])>

  init(_ sources: SourceSet) {
    paths = sources.filesOfTree.map(\.path)
    known = Mutex((nil, [:]))
  }

  func has(_ path: String) -> Bool {
    let path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    return known.withLock { known in
      let set = known.set ?? Set(paths)
      known.set = set
      return set.contains(path)
    }
  }

  func matching(_ pattern: String) -> Value {
    known.withLock { known in
      if let value = known.matching[pattern] { return value }
      let glob = PathGlob(pattern.hasPrefix("./") ? String(pattern.dropFirst(2)) : pattern)
      let value = Value.list(paths.filter(glob.matches).map { .string($0) })
      known.matching[pattern] = value
      return value
    }
  }
}
