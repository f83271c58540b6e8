import Kustomize
import Manifests
import SourceTrees
import Testing

@testable import FluxGraph

@Suite struct `Files of another repository` {
  private static func repository(
    source: String, files: [String: String]
  ) async throws -> GraphRepository {
    var own = InMemoryTree(
      files: [
        "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
        "clusters/a/infra.yaml": """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: infra, namespace: flux-system}
        spec:
          url: https://example.com/org/infra
          ref: {branch: main}
        \(source)
        ---
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: infra, namespace: flux-system}
        spec:
          path: ./deploy
          sourceRef: {kind: GitRepository, name: infra}
        """,
      ].mapValues { Array($0.utf8) })
    own.remoteURLs = [GraphRepository.url]
    let sources = try await SourceSet.load(own)
    let other = try await SourceSet.load(InMemoryTree(files: files.mapValues { Array($0.utf8) }))
    try sources.addCheckout(
      other, url: RepositoryURL.normalized("https://example.com/org/infra.git"), path: "../infra")
    var builder = GraphBuilder(sources: sources, settings: GraphSettings())
    return GraphRepository(graph: await builder.build(), sources: builder.sources)
  }

  private static let files = [
    "deploy/a.yaml": GraphRepository.configMap("a"), "deploy/b.yaml": GraphRepository.configMap("b"),
    "deploy/c.yaml": GraphRepository.configMap("c"), ".sourceignore": "c.yaml\n",
  ]

  @Test func `what its source leaves out is not built`() async throws {
    let all = try await Self.repository(source: "", files: Self.files)
    #expect(all.graph.clusters[0].objects.map(\.id.name).suffix(2) == ["a", "b"])
    let less = try await Self.repository(source: "  ignore: b.yaml", files: Self.files)
    #expect(less.kustomization("infra")?.status == .built)
    #expect(less.object("ConfigMap", "a") != nil)
    #expect(less.object("ConfigMap", "b") == nil)
    #expect(less.object("ConfigMap", "c") == nil)
    let sparse = try await Self.repository(source: "  sparseCheckout: [other]", files: Self.files)
    #expect(sparse.kustomization("infra")?.status == .missingPath)
  }

  @Test func `a generator reads files of such an artifact`() async throws {
    let repository = try await Self.repository(
      source: "  ignore: x.yaml",
      files: [
        "deploy/kustomization.yaml": "configMapGenerator: [{name: g, namespace: apps, files: [run.sh]}]\n",
        "deploy/run.sh": "echo\n",
      ])
    #expect(repository.kustomization("infra")?.errors.map(\.message) == [])
    #expect(repository.graph.clusters[0].objects.contains { $0.id.name.hasPrefix("g-") })
  }
}
