import FluxGraph
import Manifests
import SourceText
import Testing
import YAMLSyntax

@Suite struct `References between objects` {
  static let files: [String: String] = [
    "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
    "clusters/a/controllers.yaml": """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: notification-controller, namespace: flux-system}
    spec: {template: {spec: {containers: [{name: manager, args: [--no-cross-namespace-refs=true]}]}}}
    """,
    "clusters/a/objects.yaml": """
    apiVersion: notification.toolkit.fluxcd.io/v1beta3
    kind: Provider
    metadata: {name: slack, namespace: flux-system}
    spec: {type: slack, secretRef: {name: token}}
    ---
    apiVersion: external-secrets.io/v1
    kind: ExternalSecret
    metadata: {name: made, namespace: flux-system}
    spec: {target: {name: token}}
    ---
    apiVersion: notification.toolkit.fluxcd.io/v1beta3
    kind: Alert
    metadata: {name: alert, namespace: flux-system}
    spec:
      providerRef: {name: slack}
      eventSources:
      - {kind: Kustomization, name: "*"}
      - {kind: HelmRelease, name: gone, namespace: apps}
    ---
    apiVersion: image.toolkit.fluxcd.io/v1
    kind: ImagePolicy
    metadata: {name: policy, namespace: flux-system}
    spec: {imageRepositoryRef: {name: missing}}
    ---
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: apps, namespace: flux-system}
    spec:
      path: ./apps
      sourceRef: {kind: GitRepository, name: flux-system}
      serviceAccountName: default
      decryption: {provider: sops, secretRef: {name: sops-age}}
      healthChecks: [{kind: Deployment, name: web, namespace: apps}]
    """,
    "apps/web.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: apps}\n",
  ]

  @Test(arguments: [
    ("Provider", Edge.Kind.secretRef, ["token found"]), ("Alert", .providerRef, ["slack found"]),
    ("Alert", .eventSources, ["flux-system found", "apps found", "gone missing locked"]),
    ("ImagePolicy", .imageRepositoryRef, ["missing missing"]),
    ("Kustomization", .serviceAccountName, ["default implicit"]), ("Kustomization", .decryption, ["sops-age missing"]),
    ("Kustomization", .healthChecks, ["web found"]),
  ])
  func `each is found, missing or not to be followed`(kind: String, edge: Edge.Kind, expected: [String]) async throws {
    let repository = try await GraphRepository(Self.files)
    let cluster = try #require(repository.graph.clusters.first)
    let references = ClusterReferences(cluster, in: repository.forest)
    let found = references.edges.filter { $0.kind == edge && cluster.objects[$0.from].id.kind == kind }
    let texts = found.map { edge -> String in
      let name: String
      let state: String
      switch edge.target {
      case .object(let number): (name, state) = (cluster.objects[number].id.name, "found")
      case .implicit: (name, state) = (edge.targetName, "implicit")
      case .missing: (name, state) = (edge.targetName, "missing")
      case .unknown: (name, state) = (edge.targetName, "unknown")
      }
      let shown = edge.targetName == "*" || state != "found" ? name : edge.targetName
      return "\(shown) \(state)" + (edge.lock == nil ? "" : " locked")
    }
    #expect(Set(texts) == Set(expected))
  }

  @Test func `what names an object is known too`() async throws {
    let repository = try await GraphRepository(Self.files)
    let cluster = try #require(repository.graph.clusters.first)
    let references = ClusterReferences(cluster, in: repository.forest)
    let provider = try #require(cluster.objects.firstIndex { $0.id.kind == "Provider" })
    #expect(references.edges(to: provider).map { cluster.objects[$0.from].id.name } == ["alert"])
    #expect(references.edges(from: provider).map(\.kind) == [.secretRef])
    for edge in references.edges {
      #expect(repository.forest.kind(edge.location) != .sequence)
    }
  }
}
