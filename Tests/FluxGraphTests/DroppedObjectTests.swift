import FluxGraph
import Manifests
import Testing

@Suite struct `Objects that Flux does not apply` {
  private static func repository(_ object: String, spec: String = "") async throws -> GraphRepository {
    try await GraphRepository([
      "clusters/a/sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps", spec: spec),
      "apps/a.yaml": object, "apps/b.yaml": GraphRepository.configMap("b"),
    ])
  }

  @Test func `an object that loses its name to a variable is dropped`() async throws {
    let repository = try await Self.repository(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '${v}', namespace: apps}\n",
      spec: "  postBuild: {substitute: {v: ''}}")
    let cluster = try #require(repository.graph.clusters.first)
    #expect(cluster.objects.filter { $0.id.kind == "ConfigMap" }.map(\.id.name) == ["b"])
  }

  @Test(arguments: [
    ("${v}", "ConfigMap", false), ("v1", "${v}", false), ("v1", "ConfigMap${v}", true), ("${w}", "ConfigMap", true),
  ])
  func `an object that a variable takes version or kind from is dropped`(
    version: String, kind: String, isApplied: Bool
  ) async throws {
    let repository = try await Self.repository(
      "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a, namespace: apps}\n",
      spec: "  postBuild: {substitute: {v: '', w: v1}}")
    let cluster = try #require(repository.graph.clusters.first)
    #expect(cluster.objects.contains { $0.id.name == "a" } == isApplied)
    #expect(cluster.kustomizations.allSatisfy { $0.status == .built })
  }

  @Test(arguments: [
    ("annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}", "", ["ignore"]),
    ("labels: {kustomize.toolkit.fluxcd.io/ssa: merge}", "", ["merge"]),
    // `commonMetadata` is written over what the object says.
    (
      "annotations: {kustomize.toolkit.fluxcd.io/ssa: Ignore}",
      "  commonMetadata: {annotations: {kustomize.toolkit.fluxcd.io/ssa: Override}}", ["override"]
    ),
    ("labels: {a: b}", "  commonMetadata: {labels: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}", ["ignore"]),
    ("labels: {a: b}", "", []),
  ])
  func `the marks of an object are those it is applied with`(
    metadata: String, spec: String, marks: [String]
  ) async throws {
    let repository = try await Self.repository(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: apps, \(metadata)}\n", spec: spec)
    let cluster = try #require(repository.graph.clusters.first)
    let object = try #require(cluster.objects.first { $0.id.name == "a" })
    #expect(cluster.marks("ssa", of: object, in: repository.forest) == marks)
  }
}
