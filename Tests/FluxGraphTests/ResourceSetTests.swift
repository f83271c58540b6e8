import FluxGraph
import Manifests
import SourceText
import Testing
import YAMLSyntax

@Suite struct `Objects of a ResourceSet` {
  /// A cluster with one ResourceSet.
  private static func repository(
    _ spec: String, _ files: [String: String] = [:]
  ) async throws -> GraphRepository {
    var all = files
    all["clusters/a/gotk-sync.yaml"] = GraphRepository.sync("clusters/a")
    all["clusters/a/set.yaml"] = """
      apiVersion: fluxcd.controlplane.io/v1
      kind: ResourceSet
      metadata: {name: set, namespace: flux-system}
      spec:
      \(spec)
      """
    return try await GraphRepository(all)
  }

  private static func gaps(_ repository: GraphRepository) -> [Set<String>?] {
    repository.graph.clusters.flatMap(\.gaps).map(\.kinds)
  }

  @Test func `each resource is made for each of the inputs`() async throws {
    let repository = try await Self.repository(
      """
        inputs: [{app: web, count: 3, on: true, port: {http: 80}}, {app: "007", count: 1, on: false, port: {http: 81}}]
        resources:
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: << inputs.app >>-cm, namespace: "<< inputs.provider.namespace >>"}
          data:
            text: << inputs.app | quote >>
            plain: << inputs.app >>
            count: "<< inputs.count >>"
            on: <<inputs.on>>
            port: << inputs.port.http >>
            quoted: ": << inputs.app >>"
      """)
    #expect(Self.gaps(repository).isEmpty)
    let first = try #require(repository.object("ConfigMap", "web-cm"))
    let second = try #require(repository.object("ConfigMap", "007-cm"))
    #expect(first.kustomization == nil)
    #expect(first.maker.map { repository.graph.clusters[0].objects[$0].id.kind } == "ResourceSet")
    let data = [first, second].map { repository.forest.value($0.root, "data").map(repository.text) }
    #expect(
      data == [
        "{'text': 'web', 'plain': 'web', 'count': 3, 'on': true, 'port': 80, 'quoted': ': web'}",
        "{'text': '007', 'plain': 7, 'count': 1, 'on': false, 'port': 81, 'quoted': ': 007'}",
      ])
  }

  @Test(arguments: [
    ("charts-1", false), ("charts", true), ("fixed", false), ("fixed-1", true), ("x-1-charts", true), ("1-end", false),
  ])
  func `what a template may call an object is bounded by what stands around its expressions`(
    name: String, isMissing: Bool
  ) async throws {
    let repository = try await Self.repository(
      """
        inputsFrom: [{name: elsewhere}]
        resources:
        - {apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: charts-<< inputs.id >>, namespace: a}}
        - {apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: fixed, namespace: a}}
        - {apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: << inputs.id >>-end, namespace: a}}
      """,
      [
        "clusters/a/release.yaml": """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: web, namespace: a}
        spec: {chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: \(name)}}}}
        """
      ])
    let edge = try #require(repository.graph.clusters.first?.edges.first { $0.targetName == name })
    #expect((edge.target == .missing) == isMissing)
  }

  @Test func `a Kustomization among them is followed`() async throws {
    let repository = try await Self.repository(
      """
        inputs: [{app: web}]
        resources:
        - apiVersion: kustomize.toolkit.fluxcd.io/v1
          kind: Kustomization
          metadata: {name: << inputs.app >>, namespace: flux-system}
          spec:
            path: ./<< inputs.app >>
            sourceRef: {kind: GitRepository, name: flux-system}
      """, ["web/a.yaml": GraphRepository.configMap("of-web")])
    #expect(repository.kustomization("web")?.status == .built)
    #expect(repository.object("ConfigMap", "of-web") != nil)
  }

  @Test func `resources without inputs are as they stand, and those switched off are not made`() async throws {
    let repository = try await Self.repository(
      """
        resources:
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}
        - {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: off, annotations: {fluxcd.controlplane.io/reconcile: disabled}}
      """)
    #expect(Self.gaps(repository).isEmpty)
    #expect(repository.graph.clusters[0].objects.count { $0.maker != nil } == 1)
    #expect(repository.object("ConfigMap", "off") == nil)
  }

  @Test(arguments: [
    // What is made is known by kind only.
    (
      "  inputsFrom: [{name: x}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a >>}}]",
      "Secret"
    ),
    ("  inputs: [{a: b}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.b >>}}]", "Secret"),
    (
      "  inputs: [{a: b}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a | sha256sum >>}}]",
      "Secret"
    ),
    ("  inputs: [{a: b}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a }}]", "Secret"),
    (
      "  inputs: [{a: 'b: c'}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a >>}}]",
      "Secret"
    ),
    ("  inputs: [{a: b}]\n  resourcesTemplate: '<< inputs.b >>'", nil),
    ("  resourcesTemplate: 'a'", nil),
    ("  resourcesTemplate: 'a: [<< 1 >>'", nil),
    ("  steps: [{name: a, resourcesTemplate: << now >>}]", nil),
    (
      "  inputsFrom: [{name: x}]\n  steps: [{name: a, resources: [{apiVersion: v1, kind: Secret, metadata: {name: a}}]}]",
      "Secret"
    ),
    (
      """
        steps:
        - {name: a, resources: [{apiVersion: v1, kind: Secret, metadata: {name: a}}]}
        - {name: b, resources: [{apiVersion: v1, kind: Secret, metadata: {name: a}}]}
      """, "Secret"
    ),
    ("  inputsFrom: [{name: x}]\n  resources: [{apiVersion: v1, kind: Kustomization, metadata: {name: a}}]", nil),
    ("  inputsFrom: [{name: x}]\n  resources: [{apiVersion: v1, kind: << inputs.kind >>, metadata: {name: a}}]", nil),
  ]) func `what a template makes otherwise is not known`(spec: String, kind: String?) async throws {
    let repository = try await Self.repository(spec)
    #expect(repository.graph.clusters[0].objects.allSatisfy { $0.maker == nil })
    #expect(Self.gaps(repository) == [kind.map { [$0] }])
  }

  // MARK: - A text of many documents

  /// What sets make: `Kind namespace/name`.
  private static func made(_ repository: GraphRepository) -> [String] {
    repository.graph.clusters[0].objects.filter { $0.maker != nil }.map { object in
      "\(object.id.kind) \(object.id.namespace.map { $0 + "/" } ?? "")\(object.id.name)"
    }
  }

  @Test func `a text of many documents is made for each of the inputs`() async throws {
    let repository = try await Self.repository(
      """
        inputs: [{tenant: a, tag: "1.0"}, {tenant: b, tag: "1.1", more: true}]
        resources:
        - {apiVersion: v1, kind: Namespace, metadata: {name: << inputs.tenant >>}}
        resourcesTemplate: |
          ---
          apiVersion: v1
          kind: ConfigMap
          metadata:
            namespace: "<< inputs.tenant >>"   # the tenant
            name: cfg
          data: {tag: << inputs.tag | quote >>}
          <<- if hasKey inputs "more" >>
          ---
          apiVersion: v1
          kind: List
          items:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: first, namespace: x}}
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: second, namespace: x}}
          <<- end >>
          ---
          # Nothing.
          ---
          # Of two of one name the first counts, and this one is off.
          apiVersion: v1
          kind: Namespace
          metadata: {name: << inputs.tenant >>, labels: {from: text}}
          ---
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: off, annotations: {fluxcd.controlplane.io/reconcile: disabled}}
      """)
    #expect(Self.gaps(repository).isEmpty)
    #expect(
      Self.made(repository) == [
        "Namespace a", "Namespace b", "ConfigMap a/cfg", "ConfigMap b/cfg", "ConfigMap x/first", "ConfigMap x/second",
      ])
    let first = try #require(repository.object("ConfigMap", "cfg"))
    #expect(repository.text(first.root).hasSuffix("'data': {'tag': '1.0'}}"))
  }

  @Test func `what a text makes has its places in the file`() async throws {
    let repository = try await Self.repository(
      """
        inputs: [{app: web}]
        resourcesTemplate: |
          <<- range $i, $name := list "a" "b" >>
          ---
          apiVersion: v1
          kind: ConfigMap
          metadata:
            name: << inputs.app >>-<< $name >>
            namespace: "<< inputs.app >>"
          <<- end >>
      """)
    #expect(Self.made(repository) == ["ConfigMap web/web-a", "ConfigMap web/web-b"])
    for name in ["web-a", "web-b"] {
      let root = try #require(repository.object("ConfigMap", name)?.root)
      let places = ["kind", "metadata"].map { repository.forest.value(root, key: $0) }
      let fields =
        [places[0]]
        + ["name", "namespace"].map { key in
          places[1].flatMap { repository.forest.value($0, key: key) }
        }
      let written = fields.map { node in
        node.map { node in
          let range = repository.forest.range(node)
          return String(decoding: repository.sources.bytes(of: range.file)[range.bounds], as: UTF8.self)
        }
      }
      #expect(written == ["ConfigMap", "<< inputs.app >>-<< $name >>", "\"<< inputs.app >>\""])
    }
  }

  @Test func `steps make their objects in order`() async throws {
    let repository = try await Self.repository(
      """
        inputs: [{app: web}]
        steps:
        - name: first
          resourcesTemplate: |
            {apiVersion: v1, kind: Namespace, metadata: {name: << inputs.app >>}}
        - name: second
          resources:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: << inputs.app >>}}
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: << inputs.app >>}}
      """)
    #expect(Self.gaps(repository).isEmpty)
    #expect(Self.made(repository) == ["Namespace web", "ConfigMap web"])
  }

  // MARK: - Providers

  private static func provider(_ name: String, _ spec: String, labels: String = "{}") -> String {
    """
    apiVersion: fluxcd.controlplane.io/v1
    kind: ResourceSetInputProvider
    metadata: {name: \(name), namespace: flux-system, labels: \(labels)}
    spec: \(spec)

    """
  }

  private static let configMap = "[{apiVersion: v1, kind: ConfigMap, metadata: {name: << inputs.app >>}}]"

  @Test(arguments: [
    ("[{name: p}]", ["own", "x"]), ("[{name: p}, {kind: ResourceSetInputProvider, name: q}]", ["own", "x", "y"]),
    ("[{selector: {matchLabels: {team: a}}}]", ["own", "x", "y"]),
    ("[{name: q}, {selector: {matchLabels: {team: a, app: q}}}]", ["own", "y"]),
    // Of those of the namespace nothing is left out.
    ("[{selector: {matchLabels: {}}}]", ["own", "x", "y", "z"]),
  ]) func `static providers give their values`(references: String, names: [String]) async throws {
    let repository = try await Self.repository(
      "  inputs: [{app: own}]\n  inputsFrom: \(references)\n  resources: \(Self.configMap)",
      [
        // One lies in front of the set and others behind it, of another Kustomization.
        "clusters/a/p.yaml": Self.provider("p", "{type: Static, defaultValues: {app: x}}", labels: "{team: a, app: p}"),
        "clusters/a/q.yaml": GraphRepository.kustomization("more", path: "./more"),
        "more/q.yaml": Self.provider("q", "{type: Static, defaultValues: {app: y}}", labels: "{team: a, app: q}"),
        "more/z.yaml": Self.provider("z", "{type: Static, defaultValues: {app: z}}"),
        "more/w.yaml": Self.provider("w", "{type: Static, defaultValues: {app: w}}")
          .replacing("namespace: flux-system", with: "namespace: other"),
      ])
    #expect(Self.gaps(repository).isEmpty)
    #expect(Self.made(repository) == names.map { "ConfigMap \($0)" })
  }

  @Test func `permuted inputs are below the names of where they come from`() async throws {
    let repository = try await Self.repository(
      """
        inputs: [{app: a}, {app: b}]
        inputsFrom: [{name: my-regions}]
        inputStrategy: {name: Permute}
        resourcesTemplate: |
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: << inputs.set.app >>-<< inputs.my_regions.region >>}
          data: {from: << inputs.my_regions.provider.name >>, id: << inputs.id | quote >>}
      """,
      ["clusters/a/p.yaml": Self.provider("my-regions", "{type: Static, defaultValues: {region: eu}}")])
    #expect(Self.gaps(repository).isEmpty)
    #expect(Self.made(repository) == ["ConfigMap a-eu", "ConfigMap b-eu"])
    let first = try #require(repository.object("ConfigMap", "a-eu"))
    // Adler-32 of `set=0/my_regions=0`.
    #expect(repository.text(first.root).hasSuffix("'data': {'from': 'my-regions', 'id': '1057949330'}}"))
  }

  @Test(arguments: [
    // One that asks elsewhere, is switched off, or goes by a schedule.
    ("[{name: p}]", "{type: GitHubTag, url: 'https://github.com/a/b', defaultValues: {app: x}}", "{}"),
    ("[{name: p}]", "{type: Static, defaultValues: {app: x}, schedule: [{cron: '0 0 * * *'}]}", "{}"),
    ("[{name: p}]", "{type: Static, defaultValues: {app: '${UNKNOWN}'}}", "{}"),
    ("[{name: none}]", "{type: Static, defaultValues: {app: x}}", "{}"),
    ("[{selector: {matchLabels: {team: b}}}]", "{type: Static, defaultValues: {app: x}}", "{team: a}"),
    (
      "[{selector: {matchExpressions: [{key: team, operator: Exists}]}}]", "{type: Static, defaultValues: {app: x}}",
      "{team: a}"
    ),
  ]) func `inputs that are not known make a gap`(references: String, spec: String, labels: String) async throws {
    let repository = try await Self.repository(
      "  inputs: [{app: own}]\n  inputsFrom: \(references)\n  resources: \(Self.configMap)",
      [
        "clusters/a/more.yaml": GraphRepository.kustomization(
          "more", path: "./more", spec: "  postBuild: {substituteFrom: [{kind: Secret, name: none}]}"),
        "more/p.yaml": Self.provider("p", spec, labels: labels),
      ])
    #expect(Self.made(repository).isEmpty)
    #expect(Self.gaps(repository) == [["ConfigMap"]])
  }

  @Test func `a selector may find what is out of sight`() async throws {
    let repository = try await Self.repository(
      "  inputsFrom: [{selector: {matchLabels: {team: a}}}]\n  resources: \(Self.configMap)",
      [
        "clusters/a/p.yaml": Self.provider("p", "{type: Static, defaultValues: {app: x}}", labels: "{team: a}"),
        "clusters/a/more.yaml": GraphRepository.kustomization("more", path: "./more"),
        "more/kustomization.yaml": "resources: [https://github.com/a/b]",
      ])
    #expect(Self.made(repository) == ["ConfigMap x"])
    #expect(repository.graph.clusters[0].gaps.contains { $0.cause == .template })
  }

  @Test func `a set may make the provider of another`() async throws {
    let inner = Self.provider("<< inputs.name >>", "{type: Static, defaultValues: {app: made}}")
      .split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    let repository = try await Self.repository(
      "  inputsFrom: [{name: p}]\n  resources: \(Self.configMap)",
      [
        "clusters/a/b.yaml": """
        apiVersion: fluxcd.controlplane.io/v1
        kind: ResourceSet
        metadata: {name: other, namespace: flux-system}
        spec:
          inputs: [{name: p}]
          resourcesTemplate: |
        \(inner)
        """
      ])
    #expect(Self.gaps(repository).isEmpty)
    #expect(Self.made(repository) == ["ResourceSetInputProvider flux-system/p", "ConfigMap made"])
  }

  @Test func `a template that multiplies ends`() async throws {
    let inputs = "  inputs: [" + (0..<200).map { "{a: '\($0)'}" }.joined(separator: ", ") + "]\n"
    let resources =
      "  resources: ["
      + (0..<200).map { "{apiVersion: v1, kind: Secret, metadata: {name: s\($0)-<< inputs.a >>}}" }
      .joined(separator: ", ") + "]"
    let repository = try await Self.repository(inputs + resources)
    #expect(repository.graph.clusters[0].objects.allSatisfy { $0.maker == nil })
  }

  @Test func `variables come from where a Secret is copied`() async throws {
    let set = """
        resources:
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: vars, namespace: flux-system, annotations: {fluxcd.controlplane.io/copyFrom: apps/vars}}
      """
    let use = GraphRepository.kustomization(
      "web", path: "./web", spec: "  postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}")
    let web = ["clusters/a/web.yaml": use, "web/a.yaml": GraphRepository.configMap("web", "a: ${A}-${B}")]
    let copied = try await Self.repository(
      set, web.merging(["clusters/a/vars.yaml": GraphRepository.configMap("vars", "A: x")]) { $1 })
    #expect(copied.kustomization("web")?.undefinedVariables.map(\.name) == ["B"])
    let unknown = try await Self.repository(set, web)
    #expect(unknown.kustomization("web")?.undefinedVariables.isEmpty == true)
    #expect(unknown.kustomization("web")?.undecidedVariables.map(\.name) == ["A", "B"])
  }
}
