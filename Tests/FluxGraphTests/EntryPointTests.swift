import FluxGraph
import Manifests
import Testing

@Suite struct `Entry points that only a build shows` {
  /// A base with source and Kustomization of every cluster, and one object that says which it is.
  static let base: [String: String] = [
    "base/kustomization.yaml": "resources: [flux.yaml, name.yaml]\n",
    "base/flux.yaml": GraphRepository.sync("nowhere"),
    "base/name.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"${CLUSTER}\"}\n",
  ]

  private static func patch(_ path: String) -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: flux-system, namespace: flux-system}
    spec:
      path: ./\(path)
      postBuild: {substitute: {CLUSTER: \(path.split(separator: "/").last ?? "")}}

    """
  }

  @Test func `an overlay that patches a base into a Kustomization of itself is a cluster`() async throws {
    var files = Self.base
    for name in ["one", "two"] {
      files["clusters/\(name)/kustomization.yaml"] = "resources: [../../base]\npatches: [{path: patch.yaml}]\n"
      files["clusters/\(name)/patch.yaml"] = Self.patch("clusters/\(name)")
    }
    let lines = Self.patch("clusters/three").split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    files["clusters/three/kustomization.yaml"] = "resources: [../../base]\npatches:\n- patch: |-\n\(lines)\n"
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/one", "clusters/three", "clusters/two"])
    #expect(graph.clusters.allSatisfy { $0.entry.kind == .selfManaged })
    let names = graph.clusters.map { $0.objects.filter { $0.id.kind == "ConfigMap" }.map(\.id.name) }
    #expect(names == [["one"], ["three"], ["two"]])
  }

  @Test func `an overlay of another repository is none`() async throws {
    var files = Self.base
    files["base/flux.yaml"] = GraphRepository.sync("nowhere").split(separator: "fleet.git").joined(
      separator: "other.git")
    files["clusters/one/kustomization.yaml"] = "resources: [../../base]\npatches: [{path: patch.yaml}]\n"
    files["clusters/one/patch.yaml"] = Self.patch("clusters/one")
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.allSatisfy { !$0.hasEntryPoint })
  }
}
