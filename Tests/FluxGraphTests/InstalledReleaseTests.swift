import FluxGraph
import FluxModel
import Testing

@Suite struct `The release of Flux that a cluster runs` {
  private static func deployment(_ name: String, image: String, labels: String = "{}") -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), namespace: flux-system, labels: \(labels)}
    spec: {template: {spec: {containers: [{name: manager, image: "\(image)"}]}}}
    ---

    """
  }

  private static func settings(_ files: [String: String]) async throws -> (release: String, isAssumed: Bool) {
    var files = files
    if !files.keys.contains(where: { $0.hasPrefix("k/") }) {
      files["k/gotk-sync.yaml"] = GraphRepository.sync("k")
    }
    let cluster = try #require(try await GraphRepository(files).graph.clusters.first)
    return (cluster.settings.fluxVersion.description, cluster.settings.versionOrigin == .assumed)
  }

  @Test(arguments: [
    ("kustomize-controller", "r.example/fluxcd/kustomize-controller:v1.7.3", "2.7"),
    ("helm-controller", "r.example/fluxcd/helm-controller:v1.2.0@sha256:00", "2.5"),
    ("source-controller", "r.example:5000/source-controller:v1.5.0", "2.5"),
    ("image-reflector-controller", "image-reflector-controller:v1.0.1", "2.7"),
  ])
  func `is that of the images of its controllers`(_ name: String, _ image: String, _ release: String) async throws {
    let found = try await Self.settings([
      "k/gotk-sync.yaml": GraphRepository.sync("k"), "k/install.yaml": Self.deployment(name, image: image),
    ])
    #expect(found == (release, false))
  }

  @Test func `is unknown where the images are of several releases`() async throws {
    let found = try await Self.settings([
      "k/gotk-sync.yaml": GraphRepository.sync("k"),
      "k/install.yaml": Self.deployment("kustomize-controller", image: "a/kustomize-controller:v1.0.0")
        + Self.deployment("helm-controller", image: "a/helm-controller:v1.0.0"),
    ])
    #expect(found.isAssumed)
  }

  @Test func `is that of a label before an image`() async throws {
    let found = try await Self.settings([
      "k/gotk-sync.yaml": GraphRepository.sync("k"),
      "k/install.yaml": Self.deployment(
        "kustomize-controller", image: "a/kustomize-controller:v1.7.3",
        labels: "{app.kubernetes.io/version: v2.6.1}"),
    ])
    #expect(found == ("2.6", false))
  }

  @Test(arguments: [
    // Beside the sync file, though the folder does not list it.
    ["k/flux-system/gotk-components.yaml": "# Flux Version: v2.6.4\n", "k/kustomization.yaml": "resources: []\n"],
    ["bootstrap/kustomization.yaml": "resources:\n- github.com/fluxcd/flux2/manifests/install?ref=v2.6.1\n"],
    [
      "k/kustomization.yaml": "resources: [\"https://github.com/fluxcd/flux2/releases/download/v2.6.0/install.yaml\"]\n"
    ],
    [
      "k/flux.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: OCIRepository
      metadata: {name: flux-manifests, namespace: flux-system}
      spec: {url: "oci://r.example/fluxcd/flux-manifests", ref: {tag: v2.6.2}}
      """
    ],
  ])
  func `is where a person would look for it`(_ files: [String: String]) async throws {
    var files = files
    files["k/flux-system/gotk-sync.yaml"] = GraphRepository.sync("k")
    let found = try await Self.settings(files)
    #expect(found == ("2.6", false))
  }

  @Test func `is assumed where directories that no cluster reads name different ones`() async throws {
    let found = try await Self.settings([
      "one/kustomization.yaml": "resources:\n- github.com/fluxcd/flux2/manifests/install?ref=v2.6.1\n",
      "two/kustomization.yaml": "resources:\n- github.com/fluxcd/flux2/manifests/install?ref=v2.5.1\n",
    ])
    #expect(found == (APIVersions.newestRelease.description, true))
  }

  @Test(arguments: [("2.99.x", "2.99"), (">=2.99.0", "2.99 or later"), ("3.x", "3.0 or later"), ("2.9.x", nil)])
  func `is called by its name where it is newer than known`(_ range: String, _ name: String?) async throws {
    let files = [
      "k/gotk-sync.yaml": GraphRepository.sync("k"),
      "k/instance.yaml": """
      apiVersion: fluxcd.controlplane.io/v1
      kind: FluxInstance
      metadata: {name: flux, namespace: flux-system}
      spec: {distribution: {version: "\(range)", registry: r}}
      """,
    ]
    let cluster = try #require(try await GraphRepository(files).graph.clusters.first)
    #expect(cluster.settings.newerReleaseName == name)
  }

  @Test(arguments: [
    ("2.x", "v0.34.0", "2.7", false), ("2.x", "v0.38.1", "2.8", true), ("2.7.x", "v0.38.1", "2.7", false),
    ("2.8.x", "v0.50.0", "2.8", false), ("2.x", "v0.53.0", "2.9", false), ("2.x", "v0.30.0", "2.7", true),
  ])
  func `is bounded by the artifact of the Flux Operator`(
    _ range: String, _ tag: String, _ release: String, _ isAssumed: Bool
  ) async throws {
    let found = try await Self.settings([
      "k/instance.yaml": """
      apiVersion: fluxcd.controlplane.io/v1
      kind: FluxInstance
      metadata: {name: flux, namespace: flux-system}
      spec:
        distribution: {version: "\(range)", registry: r, artifact: "oci://r.example/flux-operator-manifests:\(tag)"}
        sync: {kind: GitRepository, url: "\(GraphRepository.url)", ref: refs/heads/main, path: k}
      """
    ])
    #expect(found == (release, isAssumed))
  }
}
