import Facts
import FluxGraph
import Manifests
import SourceText
import Testing
import YAMLSyntax

/// What is found without a walk over all objects.
struct ClusterFactsTests {
  private static func repository() async throws -> GraphRepository {
    var files: [String: String] = [:]
    // Two clusters: one is built by a second worker, and its nodes are moved.
    for name in ["a", "b"] {
      files["clusters/\(name)/gotk-sync.yaml"] = GraphRepository.sync("clusters/\(name)")
      files["clusters/\(name)/apps.yaml"] = GraphRepository.kustomization(
        "apps", path: "apps", spec: "  interval: 1h30m\n  suspend: true\n  dependsOn: [{name: infra}]")
      files["clusters/\(name)/infra.yaml"] = GraphRepository.kustomization("infra", path: "infra")
    }
    files["infra/cm.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, namespace: x}\n"
    files["apps/cm.yaml"] = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: one, namespace: y}
      ---
      apiVersion: example.com/v1
      kind: ConfigMap
      metadata: {name: one, namespace: x}
      """
    return try await GraphRepository(files)
  }

  @Test func `objects are found by what they are called`() async throws {
    let cluster = try #require(try await Self.repository().graph.clusters.first)
    let index = cluster.index
    func names(_ numbers: [Int]) -> [String] {
      numbers.map { "\(cluster.objects[$0].id.namespace ?? "")/\(cluster.objects[$0].id.name)" }.sorted()
    }
    #expect(names(index.objects(ofKind: "ConfigMap")) == ["x/one", "x/one", "y/one"])
    #expect(names(index.objects(ofKind: "ConfigMap", namespace: "x")) == ["x/one", "x/one"])
    #expect(names(index.objects(ofKind: "ConfigMap", namespace: "y", name: "one")) == ["y/one"])
    #expect(index.objects(ofKind: "ConfigMap", name: "one") == index.objects(ofKind: "ConfigMap"))
    #expect(index.objects(ofKind: "ConfigMap", namespace: nil).isEmpty && index.objects(ofKind: "Secret").isEmpty)
    #expect(index.has(kind: "GitRepository") && !index.has(kind: "one"), "a name is no kind")
    let identities = index.objects(ofKind: "ConfigMap").map { index.identity(of: $0) }
    #expect(Set(identities).count == 3, "the group tells them apart")
  }

  @Test func `objects are found by Kustomization and by file`() async throws {
    let repository = try await Self.repository()
    let cluster = try #require(repository.graph.clusters.first)
    let facts = ClusterFacts(cluster, in: repository.forest)
    let apps = try #require(cluster.kustomizations.firstIndex { $0.name == "apps" })
    let objects = facts.objects(of: apps)
    #expect(objects.count == 2)
    #expect(objects == facts.objects(in: cluster.objects[objects[0]].origin.file))
  }

  @Test func `a flag of a controller has its place, whichever worker built the cluster`() async throws {
    var files: [String: String] = [:]
    for name in ["a", "b", "c"] {
      files["clusters/\(name)/gotk-sync.yaml"] = GraphRepository.sync("clusters/\(name)")
      files["clusters/\(name)/kustomization.yaml"] = """
        resources: [gotk-sync.yaml, controller.yaml]
        patches:
          - target: {kind: Deployment}
            patch: |
              - {op: add, path: /spec/template/spec/containers/0/args/-, value: --no-cross-namespace-refs}
              - {op: add, path: /spec/template/spec/containers/0/args/-, value: --default-service-account=of-\(name)}
        """
      files["clusters/\(name)/controller.yaml"] = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: kustomize-controller, namespace: flux-system}
        spec: {template: {spec: {containers: [{name: manager, args: [--log-level=info]}]}}}
        """
    }
    let repository = try await GraphRepository(files)
    try #require(repository.graph.clusters.count == 3)
    for cluster in repository.graph.clusters {
      let account = try #require(cluster.settings.kustomizeServiceAccount)
      let lock = try #require(cluster.settings.namespaceLocks["kustomize-controller"])
      let name = try #require(cluster.name.split(separator: "/").last)
      #expect(repository.forest.text(account.place) == "--default-service-account=of-\(name)")
      #expect(repository.forest.text(lock.place) == "--no-cross-namespace-refs")
    }
  }

  @Test func `every reference has the entry that makes it, whichever worker built the cluster`() async throws {
    let repository = try await Self.repository()
    try #require(repository.graph.clusters.count == 2)
    for cluster in repository.graph.clusters {
      let facts = ClusterFacts(cluster, in: repository.forest)
      let edge = try #require(facts.references.edges(of: .dependsOn).first)
      #expect(repository.forest.value(edge.entry, "name") == edge.location)
      #expect(repository.forest.text(edge.location) == "infra")
    }
  }

  @Test func `the common fields of a Flux object have their types`() async throws {
    let repository = try await Self.repository()
    let cluster = try #require(repository.graph.clusters.first)
    let apps = try #require(cluster.kustomizations.first { $0.name == "apps" }?.view(in: repository.forest))
    #expect(apps.isSuspended && apps.interval == .seconds(5400) && apps.dependsOn.count == 1)
    let source = try #require(apps.sourceRef)
    #expect(repository.forest.givenText(source, "name") == "flux-system")
    let infra = try #require(cluster.kustomizations.first { $0.name == "infra" }?.view(in: repository.forest))
    #expect(!infra.isSuspended && infra.interval == nil && infra.dependsOn.isEmpty)
  }
}
