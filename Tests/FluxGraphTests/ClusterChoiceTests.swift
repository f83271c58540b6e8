import FluxGraph
import FluxModel
import Manifests
import Testing

@Suite struct `Which entry points are clusters` {
  private static let own = GraphRepository.url

  private static func instance(_ path: String, url: String = own, spec: String = "") -> String {
    """
    apiVersion: fluxcd.controlplane.io/v1
    kind: FluxInstance
    metadata: {name: flux, namespace: flux-system}
    spec:
      distribution: {version: 2.8.x, registry: r}
      sync: {kind: GitRepository, url: "\(url)", ref: refs/heads/main, path: "\(path)"}
    \(spec)
    """
  }

  private static func configMap(_ name: String, _ data: String = "{}") -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: flux-system}\ndata: \(data)\n"
  }

  private static func list(_ entries: String...) -> String { "resources: [\(entries.joined(separator: ", "))]\n" }

  private static func clusters(_ files: [String: String]) async throws -> [String] {
    try await GraphRepository(files).graph.clusters.filter(\.hasEntryPoint).map(\.name)
  }

  @Test func `documents of one sync file are one cluster`() async throws {
    let files = [
      "clusters/a/flux-system/gotk-sync.yaml": GraphRepository.kustomization("one", path: "./one") + "---\n"
        + GraphRepository.kustomization("two", path: "./two"),
      "one/x.yaml": Self.configMap("x"), "two/y.yaml": Self.configMap("y"),
    ]
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/a"])
    #expect(graph.clusters.first?.kustomizations.map(\.name) == ["one", "two"])
  }

  @Test func `a sync file that a FluxInstance applies starts no cluster`() async throws {
    let files = [
      "flux/instance.yaml": Self.instance("flux"),
      "flux/gotk-sync.yaml": GraphRepository.kustomization("one", path: "./one"), "one/x.yaml": Self.configMap("x"),
    ]
    #expect(try await Self.clusters(files) == ["flux"])
  }

  @Test func `a cluster that another one applies remotely is its own`() async throws {
    var files: [String: String] = [:]
    for name in ["hub", "spoke"] {
      files["clusters/\(name)/flux-system/gotk-sync.yaml"] = GraphRepository.sync("clusters/\(name)")
    }
    files["clusters/hub/spoke.yaml"] = GraphRepository.kustomization(
      "spoke", path: "./clusters/spoke", spec: "  kubeConfig: {secretRef: {name: spoke}}")
    #expect(try await Self.clusters(files) == ["clusters/hub", "clusters/spoke"])
  }

  @Test func `of equal entry points the one that applies itself is the cluster`() async throws {
    let files = [
      "bootstrap/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
    ]
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/a"])
    #expect(graph.leftOut.isEmpty)
  }

  @Test func `an instance that nothing applies is no cluster where others read everything`() async throws {
    let files = [
      "flux/config/cluster.yaml": GraphRepository.sync("flux"), "flux/cluster/x.yaml": Self.configMap("x"),
      "off/instance.yaml": Self.instance("flux/cluster"),
    ]
    #expect(try await Self.clusters(files) == ["flux"])
  }

  @Test func `instances that somebody applies by hand are clusters`() async throws {
    var files: [String: String] = [:]
    for name in ["a", "b"] {
      files["instances/\(name).yaml"] = Self.instance("clusters/\(name)")
      files["clusters/\(name)/x.yaml"] = Self.configMap("x")
    }
    #expect(try await Self.clusters(files) == ["clusters/a", "clusters/b"])
  }

  @Test func `what an applied instance synchronises is part of the cluster that applies it`() async throws {
    let files = [
      "clusters/a/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/instance.yaml": Self.instance("next"), "next/x.yaml": Self.configMap("x"),
    ]
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/a"])
    #expect(graph.clusters.first?.objects.contains { $0.id.name == "x" } == true)
  }

  @Test func `a sync file to copy is no cluster beside others, and it is named`() async throws {
    let files = [
      "clusters/a/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/template/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/cluster-name"),
    ]
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/a"])
    #expect(!graph.notFollowed.isEmpty)
  }

  @Test func `a single sync file with a missing path is a cluster`() async throws {
    let files = ["clusters/a/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/b")]
    #expect(try await Self.clusters(files) == ["clusters/b"])
  }

  @Test func `a path with a variable is followed for each cluster that says it of itself`() async throws {
    var files = ["apps/instance.yaml": Self.instance("clusters/${NAME}")]
    for name in ["one", "two"] {
      files["clusters/\(name)/settings.yaml"] = Self.configMap("settings", "{NAME: \(name)}")
    }
    // A value of another cluster, which its own directory does not have.
    files["clusters/three/x.yaml"] = Self.configMap("x")
    files["clusters/one/other.yaml"] = Self.configMap("other", "{NAME: three}")
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/one", "clusters/two"])
  }

  @Test func `a path with a variable that nothing says is no cluster, and it is named`() async throws {
    let files = ["apps/instance.yaml": Self.instance("${ENTRY_PATH}"), "x/y.yaml": Self.configMap("x")]
    let graph = try await GraphRepository(files).graph
    #expect(!graph.hasEntryPoint)
    #expect(graph.notFollowed.contains { $0.reason.contains("${ENTRY_PATH}") })
  }

  @Test func `a second source of the followed URL that would apply itself is a successor`() async throws {
    let files = [
      "apps/flux/instance.yaml": Self.instance("clusters/one", url: "https://example.com/org/next"),
      "apps/flux/source.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: next, namespace: flux-system}
      spec: {url: "https://example.com/org/next"}
      """,
      "apps/shop/ref.yaml": GraphRepository.kustomization("shop", path: "./apps/shop")
        .replacing("name: flux-system}", with: "name: next}"),
      "clusters/one/apps.yaml": GraphRepository.kustomization("apps", path: "./apps"),
    ]
    let cluster = try #require(try await GraphRepository(files).graph.clusters.first)
    let shop = try #require(cluster.kustomizations.first { $0.name == "shop" })
    guard case .external(let reason) = shop.status else {
      Issue.record("expected 'shop' to be elsewhere, got \(shop.status)")
      return
    }
    #expect(reason.contains("'next'"))
  }
}
