import FluxGraph
import Kustomize
import Manifests
import SourceText
import Testing
import YAMLSyntax

@Suite struct `Files of a source` {
  @Test func `an ArtifactGenerator puts an artifact together`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/artifacts.yaml": """
      apiVersion: source.extensions.fluxcd.io/v1beta1
      kind: ArtifactGenerator
      metadata: {name: g, namespace: flux-system}
      spec:
        sources: [{alias: repo, kind: GitRepository, name: flux-system}]
        artifacts:
        - name: apps
          copy:
          - {from: "@repo/apps/base/**", to: "@artifact/base/", exclude: ["*.md", "old/**"]}
          - {from: "@repo/apps/prod/kustomization.yaml", to: "@artifact/prod/"}
      """,
      "clusters/a/apps.yaml": """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec:
        path: ./prod
        sourceRef: {kind: ExternalArtifact, name: apps}
      """,
      "apps/base/cm.yaml": GraphRepository.configMap("x"),
      "apps/base/kustomization.yaml": "resources: [cm.yaml]\n",
      "apps/base/old/cm.yaml": GraphRepository.configMap("old"),
      "apps/prod/kustomization.yaml": "resources: [../base, old.yaml]\n",
      "apps/prod/old.yaml": GraphRepository.configMap("y"),
    ])
    let apps = try #require(repository.kustomization("apps"))
    // `old.yaml` is beside it in the tree, but not in the artifact.
    #expect(apps.errors.map(\.kind) == [.fileMissing])
    #expect(apps.errors.first?.message.contains("artifact ") == false)
    let object = try #require(repository.object("ConfigMap", "x"))
    #expect(repository.sources.path(of: object.origin.file) == "apps/base/cm.yaml")
  }

  @Test func `a copy with many wildcards costs no more than pattern times path`() async throws {
    let deep = String(repeating: "a/", count: 60) + "x.yaml"
    let pattern = String(repeating: "**/a/", count: 12) + "b"
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/artifacts.yaml": """
      apiVersion: source.extensions.fluxcd.io/v1beta1
      kind: ArtifactGenerator
      metadata: {name: g, namespace: flux-system}
      spec:
        sources: [{alias: repo, kind: GitRepository, name: flux-system}]
        artifacts: [{name: apps, copy: [{from: "@repo/\(pattern)", to: "@artifact/"}, {from: "@repo/**/c.yaml", to: "@artifact/"}]}]
      """,
      "clusters/a/apps.yaml": """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec: {path: ./, sourceRef: {kind: ExternalArtifact, name: apps}}
      """,
      deep: GraphRepository.configMap("x"), "d/c.yaml": GraphRepository.configMap("c"),
      "d/e/c.yaml": GraphRepository.configMap("deeper"),
    ])
    #expect(repository.object("ConfigMap", "x") == nil)
    #expect(repository.object("ConfigMap", "c") != nil)
    #expect(repository.object("ConfigMap", "deeper") == nil, "two stars before the end are one level")
  }

  @Test func `spec ignore leaves files out, and the default list with them in`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync(
        "clusters/a", spec: "  ignore: |\n    /*\n    !/clusters\n    !/.github"),
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps"),
      "clusters/a/hidden.yaml": GraphRepository.kustomization("hidden", path: "./.github"),
      "apps/x.yaml": GraphRepository.configMap("x"), ".github/y.yaml": GraphRepository.configMap("y"),
    ])
    #expect(repository.kustomization("apps")?.status == .missingPath)
    #expect(repository.kustomization("hidden")?.status == .built)
    #expect(repository.object("ConfigMap", "y") != nil)
  }

  @Test func `an included repository is where toPath says`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/source.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: more, namespace: flux-system}
      spec:
        url: \(GraphRepository.url)
        ref: {branch: main}
        include: [{repository: {name: flux-system}, fromPath: apps, toPath: copied}]
      """,
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./copied/one")
        .replacing("name: flux-system}", with: "name: more}"),
      "apps/one/x.yaml": GraphRepository.configMap("x"),
    ])
    #expect(repository.kustomization("apps")?.status == .built)
    #expect(repository.object("ConfigMap", "x") != nil)
  }

  @Test(arguments: [("main", true), ("dev", false)])
  func `another branch of this repository is elsewhere`(branch: String, isHere: Bool) async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/source.yaml":
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: b, namespace: flux-system}\n"
        + "spec: {url: \(GraphRepository.url), ref: {branch: \(branch)}}\n",
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps")
        .replacing("kind: GitRepository, name: flux-system}", with: "kind: GitRepository, name: b}"),
      "apps/x.yaml": GraphRepository.configMap("x"),
    ])
    #expect((repository.kustomization("apps")?.status == .built) == isHere)
  }

  @Test func `a source made of itself ends`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/source.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: b, namespace: flux-system}
      spec: {url: "\(GraphRepository.url)", include: [{repository: {name: b}}]}
      """,
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps")
        .replacing("kind: GitRepository, name: flux-system}", with: "kind: GitRepository, name: b}"),
    ])
    guard case .external = repository.kustomization("apps")?.status else {
      Issue.record("status is \(String(describing: repository.kustomization("apps")?.status))")
      return
    }
  }

  @Test func `a flux-system directory without sync object begins a cluster`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/flux-system/kustomization.yaml": "resources: [gotk-components.yaml, gotk-sync.yaml]\n",
      "clusters/a/flux-system/gotk-sync.yaml": "# made by bootstrap\n",
      "clusters/a/flux-system/gotk-components.yaml": GraphRepository.configMap("components"),
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps"),
      "apps/x.yaml": GraphRepository.configMap("x"),
    ])
    #expect(repository.graph.clusters.map(\.name) == ["clusters/a"])
    #expect(repository.object("ConfigMap", "x") != nil)
  }

  @Test func `the configuration names clusters and what is made outside Git`() async throws {
    let range = SourceRange(file: FileID(0), 0..<0)
    let repository = try await GraphRepository(
      [
        "clusters/a/apps.yaml": GraphRepository.kustomization(
          "apps", path: "./apps", spec: "  postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}"),
        "apps/x.yaml": GraphRepository.configMap("x", "a: ${b}"),
      ],
      settings: GraphSettings(
        clusters: [NamedCluster(path: "clusters/a", name: "production", fluxVersion: nil, range: range)],
        provided: [
          ProvidedObject(
            kind: "ConfigMap", namespace: "flux-system", name: "vars", values: ["b": .known("c")], range: range)
        ]))
    #expect(repository.graph.clusters.map(\.name) == ["production"])
    let object = try #require(repository.object("ConfigMap", "x"))
    #expect(repository.forest.value(object.root, "data", "a").map { repository.text($0) } == "'c'")
    #expect(repository.graph.clusters[0].edges.filter { $0.kind == .substituteFrom }.map(\.target) == [.implicit])
  }

  @Test func `objects of a kustomization file without resources say where they are from`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps/a"),
      "apps/a/kustomization.yaml":
        "components: [../part]\nconfigMapGenerator: [{name: made, literals: [a=b], options: {disableNameSuffixHash: true}}]\n",
      "apps/part/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [cm.yaml]\n",
      "apps/part/cm.yaml": GraphRepository.configMap("x"),
    ])
    func origin(_ name: String) -> String? {
      repository.object("ConfigMap", name).flatMap {
        repository.forest.value($0.root, "metadata", "annotations", "config.kubernetes.io/origin")
      }.map { repository.forest.text($0) }
    }
    #expect(origin("x") == "path: ../part/cm.yaml\n")
    #expect(
      origin("made")
        == "configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n")
  }

  /// A clone of a fork has another remote, and a copied directory has none.
  @Test func `a source with the URL of the bootstrap source is this tree, whatever the remote`() async throws {
    var files = [
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a").split(separator: "example.com")
        .joined(separator: "upstream.example.org"),
      "clusters/a/team.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: team, namespace: team}
      spec: {url: "https://upstream.example.org/org/fleet", ref: {branch: main}}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: team, namespace: team}
      spec: {path: ./team, sourceRef: {kind: GitRepository, name: team}}
      """,
      "team/a.yaml": GraphRepository.configMap("team"),
    ]
    #expect(try await GraphRepository(files).kustomization("team")?.status == .built)
    files["clusters/a/team.yaml"] = files["clusters/a/team.yaml"]?.split(separator: "org/fleet").joined(
      separator: "x/y")
    guard case .external = try await GraphRepository(files).kustomization("team")?.status else {
      Issue.record("another repository is taken for this one")
      return
    }
  }

  @Test(arguments: [("v1", true), ("v2", false)])
  func `an OCIRepository with URL and tag of the FluxInstance is its artifact`(tag: String, isOwn: Bool) async throws {
    let repository = try await GraphRepository([
      "clusters/a/instance.yaml": """
      apiVersion: fluxcd.controlplane.io/v1
      kind: FluxInstance
      metadata: {name: flux, namespace: flux-system}
      spec:
        sync: {kind: OCIRepository, url: "oci://registry.example.com/fleet", ref: v1, path: clusters/a}
      """,
      "clusters/a/apps.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: OCIRepository
      metadata: {name: apps, namespace: flux-system}
      spec: {url: "oci://registry.example.com/fleet", ref: {tag: \(tag)}}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec: {path: ./apps, sourceRef: {kind: OCIRepository, name: apps}}
      """,
      "apps/a.yaml": GraphRepository.configMap("a"),
    ])
    #expect((repository.kustomization("apps")?.status == .built) == isOwn)
  }

  @Test func `an artifact whose name comes from a path is said to be made, not to be missing`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": """
      apiVersion: source.extensions.fluxcd.io/v1beta1
      kind: ArtifactGenerator
      metadata: {name: g, namespace: flux-system}
      spec:
        sources: [{alias: repo, kind: GitRepository, name: flux-system}]
        pathPattern: "@repo/apps/{app}/"
        artifacts: [{name: "x-{app}", copy: [{from: "@repo/apps/{app}/**", to: "@artifact/"}]}]
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: x, namespace: flux-system}
      spec: {path: ./, sourceRef: {kind: ExternalArtifact, name: x-web}}
      """,
    ])
    guard case .external(let reason) = repository.kustomization("x")?.status else {
      Issue.record("it is not external")
      return
    }
    #expect(reason.contains("pathPattern"))
  }
}
