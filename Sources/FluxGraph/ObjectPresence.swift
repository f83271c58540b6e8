import FluxModel
import Manifests
package import YAMLSyntax

/// Whether a cluster gets an object that somebody looks for by its name.
package struct ObjectPresence: Sendable {
  private let cluster: Cluster
  private let forest: Forest
  private let resolver: ReferenceResolver
  /// What helm-controller makes for releases.
  private let namespacesOfReleases = Lazily<Set<String>>()

  /// - Parameter forest: the one of the graph that the cluster is part of.
  package init(_ cluster: Cluster, in forest: Forest) {
    self.cluster = cluster
    self.forest = forest
    resolver = ReferenceResolver(forest: forest, cluster: cluster)
  }

  /// The first object of a kind, namespace and name.
  ///
  /// - Parameters:
  ///   - group: nil for any.
  ///   - namespace: nil for a cluster-scoped object.
  package func object(group: String?, kind: String, namespace: String?, name: String) -> Int? {
    cluster.index.objects(ofKind: kind, namespace: namespace, name: name).first {
      group == nil || cluster.objects[$0].id.group == group
    }
  }

  /// What a name stands for: missing only where nothing out of sight may be it.
  package func target(group: String?, kind: String, namespace: String?, name: String) -> Edge.Target {
    if let found = object(group: group, kind: kind, namespace: namespace, name: name) { return .object(found) }
    if let maker = cluster.products.maker(of: ObjectKey(kind: kind, namespace: namespace, name: name)) {
      return .object(maker)
    }
    if ReferenceCollector.isMadeByKubernetes(kind: kind, name: name)
      || resolver.isThere(kind: kind, namespace: namespace, name: name)
      || kind == "Namespace" && isNamespaceThere(name)
    {
      return .implicit
    }
    return mayHide(kind: kind, namespace: namespace, name: name).map { .unknown($0) } ?? .missing
  }

  /// Why there may be objects of a kind that nobody sees here; nil when there are none.
  ///
  /// - Parameters:
  ///   - namespace: nil for a cluster-scoped kind, and for any namespace.
  ///   - name: nil for any.
  package func mayHide(kind: String, namespace: String?, name: String? = nil) -> String? {
    if !cluster.hasEntryPoint { return "no entry point in this repository says what the cluster gets" }
    if let gap = resolver.gap(hiding: kind, namespace: namespace, name: name) { return gap.reason }
    let mayBeOfChart = !ReferenceCollector.fluxKinds.contains(kind) && kind != "Namespace"
    return mayBeOfChart && cluster.index.has(kind: "HelmRelease") ? "a Helm chart may make it" : nil
  }

  /// Flux's own namespace, and what helm-controller makes for releases.
  private func isNamespaceThere(_ name: String) -> Bool {
    name == cluster.ownSource?.namespace || namespacesOfReleases { makeNamespacesOfReleases() }.contains(name)
  }

  private func makeNamespacesOfReleases() -> Set<String> {
    var names: Set<String> = []
    for number in cluster.index.objects(ofKind: "HelmRelease") {
      let object = cluster.objects[number]
      guard let spec = forest.value(object.root, "spec"),
        forest.isTrue(forest.value(spec, "install", "createNamespace")),
        let name = forest.givenText(spec, "targetNamespace") ?? object.id.namespace
      else { continue }
      names.insert(name)
    }
    return names
  }

  /// Whether a source has the files of this repository; nil when nothing says where this repository is.
  package func isThisRepository(_ object: Int) -> Bool? {
    let source = cluster.objects[object]
    let identity = ClusterBuilder.SourceIdentity(
      kind: source.id.kind, namespace: source.id.namespace, name: source.id.name)
    if cluster.ownSource == identity || cluster.madeSources.contains(identity) { return true }
    guard let url = forest.value(source.root, "spec").flatMap({ forest.givenText($0, "url") }) else { return nil }
    if !source.isKnown, Envsubst.hasExpression(url) { return nil }
    if cluster.ownURLs.isEmpty { return nil }
    return cluster.ownURLs.contains(RepositoryURL.normalized(url))
  }
}
