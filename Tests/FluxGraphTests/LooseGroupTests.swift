import FluxGraph
import Testing

@Suite struct `Kustomizations that no entry point applies` {
  private static func configMap(_ name: String, _ data: String = "{}", namespace: String = "flux-system") -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: \(namespace)}\ndata: \(data)\n"
  }

  private static let substituteFrom = "  postBuild: {substituteFrom: [{kind: ConfigMap, name: settings}]}"

  private static func stray(_ url: String) -> String {
    """
    apiVersion: source.toolkit.fluxcd.io/v1
    kind: GitRepository
    metadata: {name: flux-system, namespace: flux-system}
    spec: {url: "\(url)"}
    """
  }

  @Test func `those of one directory are one group`() async throws {
    let graph = try await GraphRepository([
      "clusters/one/a.yaml": GraphRepository.kustomization("a", path: "./apps"),
      "clusters/one/b.yaml": GraphRepository.kustomization("b", path: "./apps"),
      "clusters/two/a.yaml": GraphRepository.kustomization("a", path: "./apps"), "apps/x.yaml": Self.configMap("x"),
    ]).graph
    #expect(graph.clusters.map(\.directory) == ["clusters/one", "clusters/two"])
    #expect(graph.clusters.allSatisfy { $0.isOneCluster && !$0.hasEntryPoint })
  }

  @Test func `two of one name in a directory are of different clusters`() async throws {
    let graph = try await GraphRepository([
      "all/one.yaml": GraphRepository.kustomization("a", path: "./apps"),
      "all/two.yaml": GraphRepository.kustomization("a", path: "./apps"), "apps/x.yaml": Self.configMap("x"),
    ]).graph
    #expect(graph.clusters.map(\.isOneCluster) == [false])
    #expect(graph.clusters.first?.kustomizations.count == 2)
  }

  @Test func `a kustomization file that lists them is built, and is no Kustomization`() async throws {
    let graph = try await GraphRepository([
      "one/kustomization.yaml": "namespace: team\nresources: [a.yaml]\n",
      "one/a.yaml": GraphRepository.kustomization("a", path: "./apps"), "apps/x.yaml": Self.configMap("x"),
    ]).graph
    let kustomizations = graph.clusters.flatMap(\.kustomizations)
    #expect(kustomizations.map(\.isDirectory) == [true, false])
    #expect(kustomizations.last?.namespace == "team")
    #expect(graph.groups.count == 1)
  }

  @Test func `a directory that nothing lists is built, but not shown`() async throws {
    let graph = try await GraphRepository([
      "base/kustomization.yaml": "resources: [gone.yaml]\n", "top/kustomization.yaml": "resources: [../base]\n",
      "part/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n",
    ]).graph
    #expect(graph.clusters.map(\.directory) == ["top"])
    #expect(graph.clusters.first?.kustomizations.first?.errors.isEmpty == false)
    #expect(graph.groups.isEmpty)
  }

  @Test func `one without a path counts, a patch does not`() async throws {
    let source = "  sourceRef: {kind: GitRepository, name: flux-system}\n"
    func text(_ spec: String) -> String {
      "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
        + "metadata: {name: a, namespace: flux-system}\nspec:\n\(spec)\(source)"
    }
    let whole = try await GraphRepository(["a/ks.yaml": text("  interval: 1h\n  prune: true\n")]).graph
    #expect(whole.groups.flatMap(\.kustomizations).count == 1)
    let patch = try await GraphRepository(["a/ks.yaml": text("  prune: true\n")]).graph
    #expect(patch.groups.isEmpty)
  }

  @Test func `the source of an entry point is this repository for those it does not apply`() async throws {
    let graph = try await GraphRepository([
      "clusters/one/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/one"),
      "old/source.yaml": Self.stray("https://example.com/org/old"),
      "off/a.yaml": GraphRepository.kustomization("a", path: "./apps"), "apps/x.yaml": Self.configMap("x"),
    ]).graph
    #expect(graph.leftOut.flatMap(\.kustomizations).map(\.status) == [.built])
    #expect(graph.clusters.count == 1)
  }

  @Test func `a source beside a Kustomization decides`() async throws {
    let graph = try await GraphRepository([
      "a/source.yaml": Self.stray("https://example.com/org/other"),
      "a/a.yaml": GraphRepository.kustomization("a", path: "./apps"), "apps/x.yaml": Self.configMap("x"),
    ]).graph
    guard case .external = graph.clusters.first?.kustomizations.first?.status else {
      Issue.record("expected another repository")
      return
    }
  }

  @Test func `a stray source does not decide against the paths of others`() async throws {
    let graph = try await GraphRepository([
      "attic/source.yaml": Self.stray("https://example.com/org/other"),
      "a/a.yaml": GraphRepository.kustomization("a", path: "./apps"),
      "a/b.yaml": GraphRepository.kustomization("b", path: "./more"), "apps/x.yaml": Self.configMap("x"),
      "more/y.yaml": Self.configMap("y"),
    ]).graph
    #expect(graph.clusters.flatMap(\.kustomizations).map(\.status) == [.built, .built])
  }

  @Test func `a path that is not here says that the source is elsewhere`() async throws {
    let graph = try await GraphRepository(["a/a.yaml": GraphRepository.kustomization("a", path: "./deploy")]).graph
    guard case .external = graph.clusters.first?.kustomizations.first?.status else {
      Issue.record("expected another repository")
      return
    }
  }

  @Test func `variables come from the ConfigMap beside, not from one of several`() async throws {
    var files = [
      "one/a.yaml": GraphRepository.kustomization("a", path: "./apps", spec: Self.substituteFrom),
      "one/settings.yaml": Self.configMap("settings", "{V: one}"),
      "two/settings.yaml": Self.configMap("settings", "{V: two}"),
      "apps/x.yaml": Self.configMap("x", "{v: \"${V}\"}"),
    ]
    let beside = try await GraphRepository(files).graph.clusters.flatMap(\.kustomizations)
    #expect(beside.first?.substitution.values["V"] == .known("one"))
    files["three/settings.yaml"] = files.removeValue(forKey: "one/settings.yaml")
    let several = try await GraphRepository(files).graph.clusters.flatMap(\.kustomizations)
    #expect(several.first?.substitution.openSources.first?.reason.contains("one of several") == true)
  }
}
