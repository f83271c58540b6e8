import FluxGraph
import Manifests
import SourceText
import Testing
import YAMLSyntax

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

  @Test(arguments: [
    "spec: {interval: 10m, prune: true, path: {{ .Values.path }}, sourceRef: {kind: GitRepository, name: flux-system}}",
    "spec: {interval: 10m, prune: true, path: [a], sourceRef: {kind: GitRepository, name: flux-system}}",
    "spec: {interval: 10m, prune: true, path: ./, sourceRef: {kind: GitRepository, name: flux-system}}",
  ])
  func `a template of a chart is no entry point`(spec: String) async throws {
    let header = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
    let instance =
      "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\n"
    let graph = try await GraphRepository([
      "clusters/a/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "charts/tenants/Chart.yaml": "apiVersion: v2\nname: tenants\nversion: 1.0.0\n",
      "charts/tenants/templates/ks.yaml": header + "metadata: {name: team, namespace: flux-system}\n\(spec)\n",
      "charts/tenants/templates/flux.yaml": instance
        + "spec: {sync: {kind: GitRepository, url: {{ .Values.url }}, path: clusters/a}}\n",
    ]).graph
    #expect(graph.clusters.map(\.name) == ["clusters/a"])
    #expect(graph.clusters[0].entry.kind == .bootstrap)
  }

  @Test func `what goes to another cluster says nothing of the controllers of this one`() async throws {
    let instance =
      "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\n"
    let files = { (spec: String) in
      [
        "clusters/a/flux-system/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
        "clusters/a/spoke.yaml": GraphRepository.kustomization("spoke", path: "./spoke", spec: spec),
        "spoke/flux.yaml": instance + "spec: {distribution: {version: 2.5.0}, cluster: {multitenant: true}}\n",
      ]
    }
    let own = try await GraphRepository(files("  prune: true")).graph.clusters[0].settings
    #expect(own.kustomizeServiceAccount != nil && !own.namespaceLocks.isEmpty)
    let remote = try await GraphRepository(files("  kubeConfig: {secretRef: {name: spoke}}")).graph.clusters[0].settings
    #expect(remote.kustomizeServiceAccount == nil && remote.namespaceLocks.isEmpty)
    #expect(remote.versionOrigin == .assumed && remote.remoteBaseBan == nil)
  }

  /// A tenant's Kustomization that takes all of a source.
  private static func tenant(_ source: String, path: String = "  path: ./\n") -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: team-a, namespace: team-a}
    spec:
      interval: 10m
      prune: true
    \(path)  sourceRef: {\(source)}
    """
  }

  @Test(arguments: [
    tenant("kind: GitRepository, name: team-a"), tenant("kind: OCIRepository, name: team-a"),
    tenant("kind: Bucket, name: team-a"), tenant("kind: GitRepository, name: team-a", path: ""),
  ])
  func `the top of a source that is not here is no cluster, and is not built`(_ tenant: String) async throws {
    let graph = try await GraphRepository([
      "compose.yaml": "services: {}\n", "tenants/team-a/ks.yaml": tenant,
      "infra/ks.yaml": GraphRepository.kustomization("infra", path: "./infra/all"),
      "infra/all/cm.yaml": GraphRepository.configMap("i"),
    ]).graph
    #expect(!graph.hasEntryPoint)
    let found = graph.clusters.flatMap(\.kustomizations)
    #expect(found.map(\.name) == ["infra", "team-a"])
    #expect(found.flatMap(\.errors).isEmpty)
    guard case .external = found.last?.status else {
      Issue.record("expected the source of 'team-a' to be elsewhere")
      return
    }
  }

  /// A cluster whose kustomization file does not list the Kustomization that somebody applied by hand.
  private static func unlisted(_ files: [String: String] = [:], path: String = "clusters/a") -> [String: String] {
    [
      "clusters/a/sync.yaml": GraphRepository.sync(path),
      "clusters/a/kustomization.yaml": "resources: [apps.yaml]\n",
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps"),
      "apps/cm.yaml": GraphRepository.configMap("web"),
    ].merging(files) { $1 }
  }

  @Test func `a Kustomization that its own directory does not list is a cluster where there is no other`() async throws
  {
    let source = GraphRepository.sync("x").split(separator: "---").first.map(String.init) ?? ""
    let apart = [
      "clusters/a/sync.yaml": GraphRepository.kustomization("root", path: "./clusters/a"),
      "clusters/a/kustomization.yaml": "resources: [../base, apps.yaml]\n",
      "clusters/base/kustomization.yaml": "resources: [source.yaml]\n", "clusters/base/source.yaml": source,
    ]
    for files in [Self.unlisted(), Self.unlisted(apart)] {
      let graph = try await GraphRepository(files).graph
      #expect(graph.clusters.map(\.name) == ["clusters/a"])
      #expect(graph.clusters.first?.objects.contains { $0.id.name == "web" } == true)
      #expect(graph.clusters.first?.entry.kind == .selfManaged)
    }
  }

  @Test(arguments: [
    // Somewhere else lists it.
    unlisted(["kustomization.yaml": "resources: [clusters/a/sync.yaml]\n"]),
    // The path is that of what is to be made of it.
    unlisted(path: "clusters/NAME"),
    // It applies nothing of Flux.
    unlisted([
      "clusters/a/kustomization.yaml": "resources: [cm.yaml]\n", "clusters/a/cm.yaml": GraphRepository.configMap("c"),
    ]),
    unlisted([
      "clusters/a/sync.yaml": GraphRepository.sync("clusters/a").split(separator: "fleet.git").joined(
        separator: "x.git")
    ]),
  ])
  func `what is not listed is no cluster without proof`(_ files: [String: String]) async throws {
    #expect(try await GraphRepository(files).graph.clusters.allSatisfy { !$0.hasEntryPoint })
  }

  @Test func `beside a cluster that lists itself, what is not listed is none`() async throws {
    let files = Self.unlisted(["clusters/b/gotk-sync.yaml": GraphRepository.sync("clusters/b")])
    #expect(try await GraphRepository(files).graph.clusters.map(\.name) == ["clusters/b"])
  }

  @Test func `the top of a source with the URL of this repository is a cluster`() async throws {
    let files = [
      "source.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: team-a, namespace: team-a}
      spec: {url: "\(GraphRepository.url)"}
      """,
      "ks.yaml": Self.tenant("kind: GitRepository, name: team-a"),
    ]
    #expect(try await GraphRepository(files).graph.clusters.map(\.entry.kind) == [.selfManaged])
  }

  @Test(arguments: [("flux-system", true), ("team-a", false)])
  func `where the URL of this repository is not known, the name that Flux gives its source counts`(
    name: String, isCluster: Bool
  ) async throws {
    let files = [
      "source.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: \(name), namespace: team-a}
      spec: {url: "https://example.com/fleet"}
      """,
      "ks.yaml": Self.tenant("kind: GitRepository, name: \(name)"),
    ]
    #expect(try await GraphRepository(files, remoteURLs: []).graph.hasEntryPoint == isCluster)
  }
}

@Suite struct `Entry points of which a base has the files` {
  private static let instance = """
    apiVersion: fluxcd.controlplane.io/v1
    kind: FluxInstance
    metadata: {name: flux, namespace: flux-system}
    spec:
      distribution: {version: 2.8.x, registry: ghcr.io/fluxcd}
      sync: {kind: GitRepository, url: "\(GraphRepository.url)", ref: refs/heads/main, path: clusters/CHANGEME}
    """

  private static func overlay(_ base: String, kind: String = "Kustomization", _ field: String, _ path: String) -> String
  {
    """
    resources: [\(base)]
    patches:
    - target: {kind: \(kind)}
      patch: '- {op: add, path: \(field), value: ./\(path)}'
    """
  }

  private static func base(_ directory: String, _ sync: String) -> [String: String] {
    ["\(directory)/kustomization.yaml": "resources: [gotk-sync.yaml]\n", "\(directory)/gotk-sync.yaml": sync]
  }

  private static func fleet(_ base: [String: String], _ overlay: (String) -> String) -> [String: String] {
    var files = base
    for name in ["dev", "prod"] {
      files["apps/\(name)/cm.yaml"] = GraphRepository.configMap(name)
      files["clusters/\(name)/apps.yaml"] = GraphRepository.kustomization("apps", path: "./apps/\(name)")
      files["clusters/\(name)/flux-system/kustomization.yaml"] = overlay(name)
    }
    return files
  }

  private static let patched = fleet(base("clusters/base/flux-system", GraphRepository.sync("clusters/PLACEHOLDER"))) {
    overlay("../../base/flux-system", "/spec/path", "clusters/\($0)")
  }
  private static let merged = fleet(base("bases/flux", GraphRepository.sync("nowhere"))) {
    "resources: [../../../bases/flux]\npatches:\n- patch: |-\n    kind: Kustomization\n"
      + "    apiVersion: kustomize.toolkit.fluxcd.io/v1\n    metadata: {name: flux-system, namespace: flux-system}\n"
      + "    spec: {path: ./clusters/\($0)}\n"
  }
  /// The path of the base holds all clusters.
  private static let wide = fleet(base("clusters/base/flux-system", GraphRepository.sync("clusters"))) {
    overlay("../../base/flux-system", "/spec/path", "clusters/\($0)")
  }
  private static let top = fleet(base("clusters/base/flux-system", GraphRepository.sync(""))) {
    overlay("../../base/flux-system", "/spec/path", "clusters/\($0)")
  }
  /// One cluster takes the base as it is.
  private static let half = fleet(base("clusters/base", GraphRepository.sync("clusters/dev"))) {
    $0 == "dev" ? "resources: [../../base]\n" : overlay("../../base", "/spec/path", "clusters/\($0)")
  }
  private static let operated = fleet([
    "bases/flux/kustomization.yaml": "resources: [instance.yaml]\n", "bases/flux/instance.yaml": instance,
  ]) { overlay("../../../bases/flux", kind: "FluxInstance", "/spec/sync/path", "clusters/\($0)") }

  @Test(arguments: [patched, merged, wide, top, half, operated])
  func `each kustomization that lists the base is a cluster, as it is built`(_ files: [String: String]) async throws {
    let graph = try await GraphRepository(files).graph
    #expect(graph.clusters.map(\.name) == ["clusters/dev", "clusters/prod"])
    #expect(graph.clusters.flatMap(\.kustomizations).allSatisfy { $0.status == .built && $0.errors.isEmpty })
    let maps = graph.clusters.map { $0.objects.filter { $0.id.kind == "ConfigMap" }.map(\.id.name) }
    #expect(maps == [["dev"], ["prod"]])
    #expect(graph.leftOut.isEmpty)
  }

  @Test func `a path that a patch misspells is missing, at the patch`() async throws {
    var files = Self.patched
    files["clusters/prod/flux-system/kustomization.yaml"] = Self.overlay(
      "../../base/flux-system", "/spec/path", "clusters/prd")
    let repository = try await GraphRepository(files)
    let missing = repository.graph.clusters.flatMap(\.kustomizations).filter { $0.status == .missingPath }
    #expect(missing.map(\.path) == ["clusters/prd"])
    let path = missing.first?.root.flatMap { repository.forest.value($0, "spec", "path") }
    #expect(
      path.map { repository.sources.path(of: repository.forest.range($0).file) }
        == "clusters/prod/flux-system/kustomization.yaml")
  }

  @Test func `a cluster that others take for their base stays one`() async throws {
    var files = Self.base("clusters/dev/flux-system", GraphRepository.sync("clusters/dev"))
    files["clusters/prod/flux-system/kustomization.yaml"] = Self.overlay(
      "../../dev/flux-system", "/spec/path", "clusters/prod")
    #expect(try await GraphRepository(files).graph.clusters.map(\.name) == ["clusters/dev", "clusters/prod"])
  }

  @Test func `an overlay that leaves the path alone is no second cluster`() async throws {
    var files = Self.base("clusters/dev/flux-system", GraphRepository.sync("clusters/dev"))
    files["test/kustomization.yaml"] = "resources: [../clusters/dev/flux-system]\nnamePrefix: test-\n"
    #expect(try await GraphRepository(files).graph.clusters.map(\.name) == ["clusters/dev"])
  }
}
