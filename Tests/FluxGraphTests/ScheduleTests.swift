import Manifests
import SourceTrees
import Testing

@testable import FluxGraph

@Suite struct `The schedule` {
  /// However the files and clusters are shared out, the graph is the same.
  @Test(arguments: [(1, 0), (2, 1), (3, 2), (5, 3), (4, 4)])
  func `changes nothing`(workers: Int, share: Int) async throws {
    var files: [String: String] = ["apps/base/cm.yaml": GraphRepository.configMap("x", "a: ${cluster}")]
    for name in ["a", "b", "c", "d"] {
      files["clusters/\(name)/gotk-sync.yaml"] = GraphRepository.sync("clusters/\(name)")
      files["clusters/\(name)/apps.yaml"] = GraphRepository.kustomization(
        "apps", path: "./apps/\(name)", spec: "  postBuild: {substitute: {cluster: \(name)}}")
      files["clusters/\(name)/more.yaml"] = GraphRepository.kustomization(
        "more", path: "./apps/base", spec: "  dependsOn: [{name: apps}, {name: gone}]\n  targetNamespace: \(name)")
      files["apps/\(name)/kustomization.yaml"] = "resources: [../base]\nnamePrefix: \(name)-\n"
    }
    let tree = InMemoryTree(files: files.mapValues { Array($0.utf8) })
    var builder = GraphBuilder(
      sources: try await SourceSet.load(tree, workers: workers), settings: GraphSettings())
    builder.firstShare = { _ in share }
    let graph = await builder.build()
    let expected = try await GraphRepository(files)
    #expect(GraphRepository(graph: graph, sources: builder.sources).summary == expected.summary)
    #expect(graph.clusters.count == 4)
  }

  @Test(arguments: [0, 1, 5, 12])
  func `the Kustomizations of one cluster are the same however they are shared out`(share: Int) async throws {
    var files = [
      "clusters/one/gotk-sync.yaml": GraphRepository.sync("clusters/one"),
      "apps/base/kustomization.yaml": "resources: [web.yaml]\nconfigMapGenerator: [{name: c, literals: [a=b]}]\n",
      "apps/base/web.yaml": GraphRepository.configMap("web", "where: ${place}"),
    ]
    for number in 0..<12 {
      files["clusters/one/app-\(number).yaml"] = GraphRepository.kustomization(
        "app-\(number)", path: number == 7 ? "./gone" : "./apps/\(number)",
        spec: "  postBuild: {substitute: {place: p\(number)}, substituteFrom: [{kind: ConfigMap, name: web}]}")
      files["apps/\(number)/kustomization.yaml"] = "resources: [../base]\nnamePrefix: n\(number)-\n"
    }
    let tree = InMemoryTree(files: files.mapValues { Array($0.utf8) })
    var builder = GraphBuilder(sources: try await SourceSet.load(tree), settings: GraphSettings())
    builder.firstShare = { _ in share }
    let graph = await builder.build()
    let expected = try await GraphRepository(files)
    #expect(GraphRepository(graph: graph, sources: builder.sources).summary == expected.summary)
    #expect(graph.clusters.first?.kustomizations.count == 13)
  }
}
