import FluxModel
import Kustomize
import Manifests
import SourceText
package import YAMLSyntax

/// Every reference between the objects of one cluster, both ways. Made for who asks: builds and most rules do not need it.
package struct ClusterReferences: Sendable {
  /// Those of `Cluster.edges`, then all others in the order of the objects.
  package let edges: [Edge]
  private let edgesOfKind: [Edge.Kind: [Int]]
  private let outgoingEdges: [Int: [Int]]
  private let incomingEdges: [Int: [Int]]

  /// - Parameter forest: the one of the graph that the cluster is part of.
  package init(_ cluster: Cluster, in forest: Forest) {
    var collector = ReferenceCollector(cluster, in: forest)
    collector.collect()
    edges = collector.edges
    edgesOfKind = Dictionary(grouping: edges.indices) { [edges] in edges[$0].kind }
    outgoingEdges = Dictionary(grouping: edges.indices) { [edges] in edges[$0].from }
    var incoming: [Int: [Int]] = [:]
    for (number, edge) in edges.enumerated() {
      if case .object(let target) = edge.target { incoming[target, default: []].append(number) }
    }
    incomingEdges = incoming
  }

  /// The references of one field, in order.
  package func edges(of field: Edge.Kind) -> [Edge] { (edgesOfKind[field] ?? []).map { edges[$0] } }

  /// What an object names.
  package func edges(from object: Int) -> [Edge] { (outgoingEdges[object] ?? []).map { edges[$0] } }

  /// What names an object.
  package func edges(to object: Int) -> [Edge] { (incomingEdges[object] ?? []).map { edges[$0] } }
}

/// Reads the fields of `ReferenceField`.
struct ReferenceCollector {
  private let cluster: Cluster
  private let forest: Forest
  private let resolver: ReferenceResolver
  private(set) var edges: [Edge]
  private let hasReleases: Bool

  init(_ cluster: Cluster, in forest: Forest) {
    self.cluster = cluster
    self.forest = forest
    resolver = ReferenceResolver(forest: forest, cluster: cluster)
    edges = cluster.edges
    hasReleases = cluster.objects.contains { $0.id.group == FluxKinds.helmGroup }
  }

  mutating func collect() {
    for (number, object) in cluster.objects.enumerated() where !object.isRemote {
      guard let (fields, controller) = ReferenceField.fields(group: object.id.group, kind: object.id.kind) else {
        continue
      }
      for field in fields { collect(field, controller, number, object) }
      if object.id.kind == "ImageUpdateAutomation" { collectPolicies(number, object) }
    }
  }

  private mutating func collect(
    _ field: ReferenceField, _ controller: String, _ number: Int, _ object: AppliedObject
  ) {
    var node = object.root
    for key in field.path {
      guard let next = forest.value(node, key) else { return }
      node = next
    }
    switch forest.kind(node) {
    case .scalar, .alias: append(field, controller, name: node, of: nil, number, object)
    case .mapping:
      if let name = forest.value(node, "name") { append(field, controller, name: name, of: node, number, object) }
    case .sequence:
      for item in forest.items(node) {
        let entry = field.edge == .include ? forest.value(item, "repository") ?? item : item
        if let name = forest.value(entry, "name") { append(field, controller, name: name, of: entry, number, object) }
      }
    }
  }

  private mutating func append(
    _ field: ReferenceField, _ controller: String, name nameNode: NodeRef, of entry: NodeRef?, _ number: Int,
    _ object: AppliedObject
  ) {
    let name = forest.text(nameNode)
    guard !name.isEmpty, let kind = field.kind ?? entry.flatMap({ text("kind", of: $0) }) else { return }
    let namespace = namespace(field, entry, object)
    func add(_ target: Edge.Target) {
      var edge = Edge(
        kind: field.edge, from: number, target: target, targetKind: kind, targetNamespace: namespace,
        targetName: name, location: nameNode, entry: entry ?? nameNode, isOptional: false, path: field.dottedPath)
      if field.isGuarded, namespace != object.id.namespace { edge.lock = cluster.settings.namespaceLocks[controller] }
      edges.append(edge)
    }
    guard name == "*", field.edge == .eventSources || field.edge == .resources else {
      add(target(field, kind: kind, namespace: namespace, name: name, object))
      return
    }
    // All objects of the kind; with labels, those that have them.
    let labels = entry.flatMap { forest.value($0, "matchLabels") }
    var hasMatch = false
    for other in cluster.index.objects(ofKind: kind, namespace: namespace) {
      guard hasLabels(cluster.objects[other].root, labels) else { continue }
      hasMatch = true
      add(.object(other))
    }
    if !hasMatch {
      let gap = resolver.gap(hiding: kind, namespace: namespace, name: nil)
      add(gap.map { .unknown($0.reason) } ?? .missing)
    }
  }

  private func namespace(_ field: ReferenceField, _ entry: NodeRef?, _ object: AppliedObject) -> String? {
    switch field.space {
    case .own: object.id.namespace
    case .given: entry.flatMap { text("namespace", of: $0) } ?? object.id.namespace
    case .written: entry.flatMap { text("namespace", of: $0) }
    case .chartSource:
      forest.value(object.root, "spec", "chart", "spec", "sourceRef").flatMap { text("namespace", of: $0) }
        ?? object.id.namespace
    case .none: nil
    }
  }

  private func text(_ key: StaticString, of node: NodeRef) -> String? {
    forest.value(node, key).map { forest.text($0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  // MARK: - Targets

  private func target(
    _ field: ReferenceField, kind: String, namespace: String?, name: String, _ object: AppliedObject
  ) -> Edge.Target {
    if Self.isMadeByKubernetes(kind: kind, name: name) { return .implicit }
    let isElsewhere =
      field.edge == .healthChecks
      && forest.value(object.root, "spec", "kubeConfig") != nil
    if isElsewhere { return .unknown("'\(object.id.name)' applies its objects to another cluster") }
    if field.space == .none || field.space == .written && namespace == nil {
      return clusterScoped(kind: kind, name: name, field, object)
    }
    let found = resolver.target(kind: kind, namespace: namespace, name: name, of: object, edge: field.edge)
    if case .object = found { return found }
    let mayBeOfChart = field.edge == .healthChecks && !Self.fluxKinds.contains(kind) || kind == "ServiceAccount"
    if found == .missing, mayBeOfChart, hasReleases {
      return .unknown("a Helm chart may make it")
    }
    return found
  }

  /// Kinds that no chart makes, as far as anybody knows.
  static let fluxKinds: Set<String> = [
    "Kustomization", "HelmRelease", "GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart",
    "ImageRepository", "ImagePolicy", "ImageUpdateAutomation", "Alert", "Receiver",
  ]

  private func clusterScoped(
    kind: String, name: String, _ field: ReferenceField, _ object: AppliedObject
  ) -> Edge.Target {
    if Envsubst.hasExpression(name) { return .unknown("the name holds a variable whose value is not known") }
    if let found = cluster.index[ObjectKey(kind: kind, namespace: nil, name: name)] { return .object(found) }
    // The namespace that Flux itself is installed in.
    if kind == "Namespace", name == cluster.ownSource?.namespace { return .implicit }
    if field.edge == .targetNamespace,
      forest.isTrue(forest.value(object.root, "spec", "install").flatMap { forest.value($0, "createNamespace") })
    {
      return .implicit
    }
    if !cluster.hasEntryPoint { return .unknown("no entry point in this repository reaches '\(object.id.name)'") }
    if let gap = resolver.gap(hiding: kind, namespace: nil, name: name) { return .unknown(gap.reason) }
    return hasReleases && kind != "Namespace" ? .unknown("a Helm chart may make it") : .missing
  }

  static func isMadeByKubernetes(kind: String, name: String) -> Bool {
    switch kind {
    case "ServiceAccount": name == "default"
    case "ConfigMap": name == "kube-root-ca.crt"
    case "Namespace": ["default", "kube-system", "kube-public", "kube-node-lease"].contains(name)
    default: false
    }
  }

  // MARK: - Selectors

  /// ImageUpdateAutomation looks at the ImagePolicies of its own namespace.
  private mutating func collectPolicies(_ number: Int, _ object: AppliedObject) {
    let selector = forest.value(object.root, "spec", "policySelector")
    guard let name = selector ?? forest.value(object.root, "metadata", "name") else { return }
    for other in cluster.index.objects(ofKind: "ImagePolicy", namespace: object.id.namespace) {
      let policy = cluster.objects[other]
      guard hasLabels(policy.root, selector.flatMap { forest.value($0, "matchLabels") }) else { continue }
      edges.append(
        Edge(
          kind: .policySelector, from: number, target: .object(other), targetKind: "ImagePolicy",
          targetNamespace: policy.id.namespace, targetName: policy.id.name, location: name, entry: selector ?? name,
          isOptional: true, path: "policySelector"))
    }
  }

  private func hasLabels(_ root: NodeRef, _ wanted: NodeRef?) -> Bool {
    guard let wanted else { return true }
    let labels = forest.value(root, "metadata", "labels")
    return forest.pairs(wanted).allSatisfy { pair in
      labels.flatMap { forest.value($0, key: forest.text(pair.key)) }.map { forest.hasEqualText($0, pair.value) }
        ?? false
    }
  }
}
