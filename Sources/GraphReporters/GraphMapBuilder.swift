import Facts
package import FluxGraph
import FluxModel
import Kustomize
package import Manifests
import SourceText
import YAMLSyntax

extension GraphMap {
  /// Draws the map of a graph.
  package init(_ graph: FluxGraph, sources: SourceSet) {
    clusters = graph.groups.map { cluster in
      var builder = ClusterMapBuilder(ClusterFacts(cluster, in: sources.forest))
      return builder.build()
    }
  }
}

/// Makes the map of one cluster.
private struct ClusterMapBuilder {
  private let facts: ClusterFacts
  private let cluster: Cluster
  private let forest: Forest
  private var map: ClusterMap
  /// Nodes by what names them; several objects of one name are one node.
  private var numbers: [ObjectKey: Int] = [:]
  /// The node of each object of the cluster that has one.
  private var nodeOfObject: [Int: Int] = [:]
  /// Kustomizations by their root: without an entry point, several may have one name.
  private var nodeOfRoot: [NodeRef: Int] = [:]
  private var knownLinks: Set<GraphLink> = []

  init(_ facts: ClusterFacts) {
    self.facts = facts
    cluster = facts.cluster
    forest = facts.forest
    map = ClusterMap(
      name: cluster.name, entry: Self.entry(cluster.entry.kind), entryRange: cluster.entry.range,
      fluxVersion: cluster.settings.runningRelease.description,
      isVersionAssumed: cluster.settings.versionOrigin == .assumed,
      newerRelease: cluster.settings.newerReleaseName,
      judgedBy: cluster.settings.fluxVersion.description)
  }

  private static func entry(_ kind: EntryPoint.Kind) -> ClusterMap.Entry {
    switch kind {
    case .bootstrap: .bootstrap
    case .fluxInstance: .fluxInstance
    case .selfManaged: .selfManaged
    case .none: .none
    }
  }

  mutating func build() -> ClusterMap {
    addKustomizations()
    addObjects()
    for edge in facts.references.edges { add(edge) }
    var seen: Set<GraphGap> = []
    map.gaps = cluster.gaps.map { GraphGap(reason: URLPasswords.hidden(in: $0.reason), range: $0.range) }.filter {
      seen.insert($0).inserted
    }
    map.removeNodes { $0 < cluster.kustomizations.count && cluster.kustomizations[$0].isDirectory }
    map.cycles = cycles()
    ReadyOrder.mark(&map)
    return map
  }

  /// Those that the rules report, each beginning with its first node.
  private func cycles() -> [[Int]] {
    let written = facts.cycles.map { $0.compactMap { nodeOfObject[$0.from] } }
    let entangled = facts.entangled.map { [$0.from, $0.to] }
    var known: Set<[Int]> = []
    return (written + entangled).compactMap { cycle in
      guard let least = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return nil }
      let turned = Array(cycle[least...] + cycle[..<least])
      return known.insert(turned).inserted ? turned : nil
    }
  }

  // MARK: - Nodes

  private mutating func addKustomizations() {
    var counts = [Int](repeating: 0, count: cluster.kustomizations.count)
    for object in cluster.objects {
      guard let number = object.kustomization else { continue }
      counts[number] += 1
      map.kinds[object.id.kind, default: 0] += 1
    }
    for (number, kustomization) in cluster.kustomizations.enumerated() {
      let key = ObjectKey(kind: "Kustomization", namespace: kustomization.namespace, name: kustomization.name)
      if numbers[key] == nil { numbers[key] = number }
      if let root = kustomization.root { nodeOfRoot[root] = number }
      let (status, reason) = status(of: kustomization)
      map.nodes.append(
        GraphNode(
          kind: "Kustomization", apiVersion: apiVersion(of: kustomization), namespace: kustomization.namespace,
          name: kustomization.name, state: .found, range: kustomization.origin, parent: kustomization.parent,
          build: GraphNode.Build(
            path: isOfSecret(path(of: kustomization)) ? "***" : kustomization.path, status: status,
            reason: reason.map(URLPasswords.hidden),
            objectCount: counts[number],
            isSuspended: kustomization.isSuspended(in: forest),
            isRemote: kustomization.isRemoteCluster)))
    }
  }

  private func apiVersion(of kustomization: FluxKustomization) -> String {
    kustomization.root.flatMap { forest.value($0, "apiVersion") }.map { forest.text($0) }
      ?? "\(FluxKinds.kustomizeGroup)/v1"
  }

  private func path(of kustomization: FluxKustomization) -> NodeRef? {
    kustomization.root.flatMap { forest.value($0, "spec", "path") }
  }

  /// Whether a variable put a value of a Secret there.
  private func isOfSecret(_ node: NodeRef?) -> Bool {
    !cluster.secretPlaces.isEmpty && node.map { cluster.secretPlaces[forest.range($0)] != nil } ?? false
  }

  private func status(of kustomization: FluxKustomization) -> (GraphNode.Build.Status, String?) {
    switch kustomization.status {
    case .built: (.built, nil)
    case .failed: (.failed, kustomization.errors.first?.message)
    case .external(let reason): (.external, reason)
    case .missingPath: (.missingPath, nil)
    }
  }

  /// Adds the objects of Flux that Kustomizations apply.
  private mutating func addObjects() {
    for (number, object) in cluster.objects.enumerated() {
      guard object.id.group.hasSuffix(".fluxcd.io") || object.id.group == FluxKinds.operatorGroup else { continue }
      let key = ObjectKey(kind: object.id.kind, namespace: object.id.namespace, name: object.id.name)
      if let known = nodeOfRoot[object.root] ?? numbers[key] {
        nodeOfObject[number] = known
        continue
      }
      numbers[key] = map.nodes.count
      nodeOfObject[number] = map.nodes.count
      let (detail, version) = detail(of: object)
      map.nodes.append(
        GraphNode(
          kind: object.id.kind, apiVersion: object.id.apiVersion, namespace: object.id.namespace, name: object.id.name,
          state: .found, range: object.origin, parent: owner(of: object), detail: detail, version: version))
    }
  }

  /// The Kustomization that applies an object, or the ResourceSet that it is made of.
  private func owner(of object: AppliedObject) -> Int? {
    var object = object
    // A ResourceSet comes before what is made of it, so this ends.
    while object.kustomization == nil, let maker = object.maker { object = cluster.objects[maker] }
    return object.kustomization
  }

  private func detail(of object: AppliedObject) -> (String?, String?) {
    guard let spec = forest.value(object.root, "spec") else { return (nil, nil) }
    func text(_ node: NodeRef?) -> String? {
      node.map { isOfSecret($0) ? "***" : forest.text($0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    if object.id.kind == "HelmRelease" {
      return (text(forest.value(spec, "chart", "spec", "chart")), text(forest.value(spec, "chart", "spec", "version")))
    }
    let ref = forest.value(spec, "ref")
    // In the order in which source-controller reads them (fluxcd/pkg `git/gogit/client.go`).
    let version = ref.flatMap { ref in
      text(forest.value(ref, "digest")) ?? text(forest.value(ref, "commit")) ?? text(forest.value(ref, "name"))
        ?? text(forest.value(ref, "tag")) ?? text(forest.value(ref, "semver")) ?? text(forest.value(ref, "branch"))
    }
    let url =
      text(forest.value(spec, "url")) ?? text(forest.value(spec, "bucketName")) ?? text(forest.value(spec, "chart"))
    return (url.map(URLPasswords.hidden), version)
  }

  // MARK: - Links

  private mutating func add(_ edge: Edge) {
    guard let from = nodeOfObject[edge.from] else { return }
    let state: GraphNode.State
    var reason: String?
    var target: Int?
    switch edge.target {
    case .object(let number):
      state = .found
      target = nodeOfObject[number]
      // A ConfigMap or Secret becomes a node when something refers to it.
      if target == nil { target = addTarget(of: cluster.objects[number], number) }
    case .implicit: state = .implicit
    case .missing: state = .missing
    case .unknown(let why):
      state = .unknown
      reason = URLPasswords.hidden(in: why)
    }
    let key = ObjectKey(kind: edge.targetKind, namespace: edge.targetNamespace, name: edge.targetName)
    let to: Int
    if let known = target ?? numbers[key] {
      to = known
    } else {
      to = map.nodes.count
      numbers[key] = to
      map.nodes.append(
        GraphNode(
          kind: edge.targetKind, apiVersion: "", namespace: edge.targetNamespace, name: edge.targetName, state: state))
    }
    let link = GraphLink(
      kind: edge.kind.rawValue, from: from, to: to, state: state, reason: reason, isForbidden: edge.lock != nil,
      range: forest.range(edge.location))
    // An object that two Kustomizations apply is one node, and says everything twice.
    if knownLinks.insert(link).inserted { map.links.append(link) }
  }

  private mutating func addTarget(of object: AppliedObject, _ number: Int) -> Int {
    let node = map.nodes.count
    nodeOfObject[number] = node
    numbers[ObjectKey(kind: object.id.kind, namespace: object.id.namespace, name: object.id.name)] = node
    map.nodes.append(
      GraphNode(
        kind: object.id.kind, apiVersion: object.id.apiVersion, namespace: object.id.namespace, name: object.id.name,
        state: .found, range: object.origin, parent: owner(of: object)))
    return node
  }
}
