import FluxGraph
import SourceText
import Testing
import YAMLSyntax

/// What a controller with `--no-cross-namespace-refs` does of a source in another namespace.
@Suite struct `Refused sources` {
  private static func repository(_ spec: String = "", multitenant: Bool = true, apps: String = "x") async throws
    -> GraphRepository
  {
    try await GraphRepository([
      "clusters/a/flux.yaml": """
      apiVersion: fluxcd.controlplane.io/v1
      kind: FluxInstance
      metadata: {name: flux, namespace: flux-system}
      spec:
        distribution: {version: 2.8.x, registry: ghcr.io/fluxcd}
        cluster: {multitenant: \(multitenant)}
        sync: {kind: GitRepository, url: "\(GraphRepository.url)", ref: refs/heads/main, path: clusters/a}
      """,
      "clusters/a/team.yaml": """
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: team, namespace: team}
      spec:
        path: ./team
        sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
      \(spec)
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: team}
      spec: {path: ./apps, dependsOn: [{name: \(apps)}], sourceRef: {kind: GitRepository, name: own}}
      """,
      "team/cm.yaml": GraphRepository.configMap("web"),
      "team/ks.yaml": GraphRepository.kustomization("inner", path: "./nowhere"),
    ])
  }

  @Test func `a Kustomization that is refused is not built`() async throws {
    let repository = try await Self.repository()
    guard case .external = repository.kustomization("team")?.status else {
      Issue.record("expected it not to be built")
      return
    }
    #expect(repository.object("ConfigMap", "web") == nil)
    #expect(repository.kustomization("inner") == nil)
  }

  @Test func `without lockdown, and while it is suspended, it is`() async throws {
    for repository in [
      try await Self.repository(multitenant: false), try await Self.repository("  suspend: true"),
    ] {
      #expect(repository.kustomization("team")?.status == .built)
      #expect(repository.object("ConfigMap", "web") != nil)
    }
  }
}

/// What may be out of sight mutes only the references that it could satisfy.
@Suite struct `Gaps` {
  /// A Kustomization `apps` that waits for `infra`, which is not there, beside what leaves the gap.
  private static func state(
    _ files: [String: String], waitsFor name: String = "infra", in namespace: String = "flux-system"
  ) async throws -> String {
    var all = files
    all["clusters/a/gotk-sync.yaml"] = GraphRepository.sync("clusters/a")
    all["apps/cm.yaml"] = GraphRepository.configMap("web")
    all["clusters/a/apps.yaml"] = GraphRepository.kustomization(
      "apps", path: "apps", spec: "  dependsOn: [{name: \(name), namespace: \(namespace)}]")
    let repository = try await GraphRepository(all)
    let cluster = try #require(repository.graph.clusters.first)
    let edge = try #require(cluster.edges.first { $0.kind == .dependsOn })
    return switch edge.target {
    case .object: "found"
    case .implicit: "implicit"
    case .missing: "missing"
    case .unknown(let reason): "unknown: \(reason)"
    }
  }

  /// A Kustomization of the namespace `team` that builds from another repository.
  private static func tenant(_ spec: String, rbac: String = "") -> [String: String] {
    [
      "clusters/a/team.yaml": """
      apiVersion: source.toolkit.fluxcd.io/v1
      kind: GitRepository
      metadata: {name: team, namespace: team}
      spec: {url: https://example.com/org/team}
      ---
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: team, namespace: team}
      spec: {path: deploy, sourceRef: {kind: GitRepository, name: team}\(spec)}
      """,
      "clusters/a/rbac.yaml": rbac.isEmpty ? "" : rbac + "\n",
    ]
  }

  private static func binding(
    _ kind: String, role: String = "{kind: ClusterRole, name: cluster-admin}",
    subject: String = "{kind: ServiceAccount, name: deployer, namespace: team}"
  ) -> String {
    """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: \(kind)
    metadata: {name: deployer\(kind == "RoleBinding" ? ", namespace: team" : "")}
    roleRef: \(role)
    subjects: [\(subject)]
    """
  }

  private static let role = """
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: workloads}
    rules:
    - {apiGroups: [apps], resources: ["*"], verbs: ["*"]}
    - {apiGroups: [kustomize.toolkit.fluxcd.io], resources: [kustomizations], verbs: [get]}
    """

  @Test(arguments: [
    ("", "", false), (", targetNamespace: team", "", true), (", targetNamespace: flux-system", "", false),
    (", serviceAccountName: deployer", "", false),
    (", serviceAccountName: deployer", binding("RoleBinding"), true),
    (", serviceAccountName: deployer", binding("ClusterRoleBinding"), false),
    (", serviceAccountName: other", binding("RoleBinding"), false),
    (
      ", serviceAccountName: deployer",
      binding("RoleBinding", subject: "{kind: User, name: 'system:serviceaccount:team:deployer'}"), true
    ),
    (
      ", serviceAccountName: deployer",
      binding("RoleBinding", subject: "{kind: Group, name: 'system:serviceaccounts:team'}"), true
    ),
    (
      ", serviceAccountName: deployer",
      binding("ClusterRoleBinding", role: "{kind: ClusterRole, name: workloads}") + "\n---\n" + role, true
    ),
    (", serviceAccountName: deployer", binding("ClusterRoleBinding", role: "{kind: ClusterRole, name: view}"), true),
    (", kubeConfig: {secretRef: {name: other}}", "", true),
  ])
  func `a Kustomization of another repository is bounded by namespace, account and cluster`(
    spec: String, rbac: String, isBounded: Bool
  ) async throws {
    let state = try await Self.state(Self.tenant(spec, rbac: rbac))
    let reason = "unknown: 'team/team' is not built: its source GitRepository 'team' is another repository"
    #expect(state == (isBounded ? "missing" : reason))
  }

  @Test func `what a tenant may make in its own namespace stays undecided`() async throws {
    let files = Self.tenant(", serviceAccountName: deployer", rbac: Self.binding("RoleBinding"))
    #expect(try await Self.state(files, in: "team").hasPrefix("unknown"))
  }

  private static func broken(_ folder: [String: String], spec: String = "") -> [String: String] {
    var files = ["clusters/a/broken.yaml": GraphRepository.kustomization("broken", path: "broken", spec: spec)]
    for (name, text) in folder { files["broken/" + name] = text }
    return files
  }

  private static let source = "sourceRef: {kind: GitRepository, name: flux-system}"
  private static func manifest(_ name: String) -> String {
    """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: \(name), namespace: flux-system}
    spec: {path: apps, \(source)}
    """
  }

  @Test(arguments: [
    // The name is nowhere in the folder.
    (["kustomization.yaml": "resources: [gone.yaml]"], [:], "missing"),
    // It is only what others refer to.
    (["kustomization.yaml": "resources: [gone.yaml, infra.yaml]", "infra.yaml": manifest("apps")], [:], "missing"),
    // It is in a file that a misspelt entry may mean.
    (["kustomization.yaml": "resources: [infar.yaml]", "infra.yaml": manifest("infra")], [:], "unknown"),
    (["kustomization.yaml": "resources: [../base/infar.yaml]"], ["base/infra.yaml": manifest("infra")], "unknown"),
    // It has a prefix.
    (
      ["kustomization.yaml": "namePrefix: in\nresources: [gone.yaml, a.yaml.txt]", "a.yaml": manifest("fra")], [:],
      "unknown"
    ),
    // It is a variable.
    (["kustomization.yaml": "resources: [gone.yaml]", "a.yaml": manifest("'${NAME}'")], [:], "unknown"),
    // It is in a file that is not valid YAML.
    (["a.yaml": "kind: [\nmetadata: {name: infra"], [:], "unknown"),
  ])
  func `a build that fails is bounded by the names in its files`(
    folder: [String: String], more: [String: String], expected: String
  ) async throws {
    let files = Self.broken(folder).merging(more) { first, _ in first }
    let state = try await Self.state(files)
    #expect(state.hasPrefix(expected), "\(state)")
  }

  @Test func `a path that is missing is bounded by the names in files that nothing reads`() async throws {
    let files = ["clusters/a/other.yaml": GraphRepository.kustomization("other", path: "infrastructure/prd")]
    #expect(try await Self.state(files) == "missing")
    let archived = files.merging(["infrastructure/prod/infra.yaml": Self.manifest("infra")]) { first, _ in first }
    #expect(try await Self.state(archived).hasPrefix("unknown: 'flux-system/other' has a path"))
  }

  @Test(arguments: [
    ("resources: [https://example.com/a//b]\n", "unknown"),
    ("namespace: tools\nresources: [https://example.com/a//b]\n", "missing"),
    ("namespace: flux-system\nresources: [https://example.com/a//b]\n", "unknown"),
  ])
  func `a remote base is bounded by the namespace that its kustomization gives`(
    kustomization: String, expected: String
  ) async throws {
    let files = [
      "clusters/a/tools.yaml": GraphRepository.kustomization("tools", path: "tools"),
      "tools/kustomization.yaml": kustomization,
    ]
    #expect(try await Self.state(files).hasPrefix(expected))
  }

  @Test func `a patch for an object of a remote base is no failure of its own`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/tools.yaml": GraphRepository.kustomization("tools", path: "tools"),
      "tools/kustomization.yaml": """
      resources: [https://example.com/a//b]
      patches:
      - patch: |
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: agent}
          spec: {replicas: 2}
      """,
    ])
    #expect(repository.kustomization("tools")?.status == .built)
    #expect(repository.graph.clusters.flatMap(\.gaps).map(\.cause) == [.remoteBase])
  }

  private static func release(_ spec: String, name: String = "extras") -> String {
    """
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: \(name), namespace: flux-system}
    spec:
    \(spec.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    """
  }

  private static let local = "chart: {spec: {chart: charts/own, \(source)}}"
  private static let raw = "chart: {spec: {chart: raw, sourceRef: {kind: HelmRepository, name: repo}}}\n"

  @Test(arguments: [
    // Values of a chart that makes what they hold.
    (raw + "values: {resources: [{kind: Kustomization, metadata: {name: infra}}]}", [:], true),
    (raw + "values: {resources: [{kind: Kustomization, metadata: {name: other}}]}", [:], false),
    (raw + "values: {resources: [{kind: GitRepository, metadata: {name: infra}}]}", [:], false),
    (raw + "values: {templates: ['{kind: x}', \"kind: Kustomization\\nmetadata:\\n  name: infra\\n\"]}", [:], true),
    (raw + "values: {kustomizations: {infra: {path: x}}}", [:], true),
    (raw + "values: {kustomizations: {other: {path: x}}}", [:], false),
    (raw + "values: {name: infra}", [:], false),
    (
      raw + "values: {resources: [{kind: Kustomization, metadata: {name: infra}}]}\nkubeConfig: {secretRef: {name: x}}",
      [:], false
    ),
    (
      raw + "valuesFrom: [{kind: ConfigMap, name: values}]",
      [
        "clusters/a/values.yaml":
          "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: values, namespace: flux-system}\ndata:\n"
          + "  values.yaml: |\n    resources:\n    - kind: Kustomization\n      metadata:\n        name: infra\n"
      ], true
    ),
    // A chart of this repository.
    (local, ["charts/own/templates/a.yaml": manifest("infra")], true),
    (local, ["charts/own/templates/a.yaml": manifest("other")], false),
    (local, ["charts/own/templates/a.yaml": manifest("other") + "\nname: {{ .Values.name }}"], true),
    (local, ["charts/own/charts/sub/templates/a.yaml": manifest("infra")], true),
    (local, ["charts/own/other/a.yaml": manifest("infra")], false),
    (
      local,
      [
        "charts/own/templates/a.yaml":
          "{{- range .Values.all }}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n"
          + "  name: {{ .name }}\n{{- end }}"
      ], true
    ),
    (local, ["charts/own/templates/a.yaml": manifest("in{{ . }}")], true),
    (local, ["charts/own/templates/a.yaml": manifest("tenant-{{ . }}")], false),
    (
      local,
      [
        "charts/own/templates/a.yaml": manifest("other")
          + "\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .name }}\n"
      ], false
    ),
    // A chart that names what it makes after the release.
    (raw.replacing("chart: raw", with: "chart: flux2-sync") + "releaseName: infra", [:], true),
    (raw.replacing("chart: raw", with: "chart: flux2-sync"), [:], false),
    (raw + "releaseName: infra", [:], false),
  ])
  func `what a chart may make is bounded by values and templates`(
    spec: String, more: [String: String], isHidden: Bool
  ) async throws {
    var files = ["clusters/a/release.yaml": Self.release(spec), "charts/own/Chart.yaml": "name: own\nversion: 1.0.0"]
    files.merge(more) { first, _ in first }
    let reason = "unknown: HelmRelease 'flux-system/extras' may make it from its chart"
    #expect(try await Self.state(files) == (isHidden ? reason : "missing"))
  }
}
