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
      "  inputs: [{a: b}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a | upper >>}}]",
      "Secret"
    ),
    ("  inputs: [{a: b}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a }}]", "Secret"),
    (
      "  inputs: [{a: 'b: c'}]\n  resources: [{apiVersion: v1, kind: Secret, metadata: {name: << inputs.a >>}}]",
      "Secret"
    ),
    ("  resourcesTemplate: 'kind: Secret'", nil),
    ("  inputsFrom: [{name: x}]\n  resources: [{apiVersion: v1, kind: Kustomization, metadata: {name: a}}]", nil),
    ("  inputsFrom: [{name: x}]\n  resources: [{apiVersion: v1, kind: << inputs.kind >>, metadata: {name: a}}]", nil),
  ]) func `what a template makes otherwise is not known`(spec: String, kind: String?) async throws {
    let repository = try await Self.repository(spec)
    #expect(repository.graph.clusters[0].objects.allSatisfy { $0.maker == nil })
    #expect(Self.gaps(repository) == [kind.map { [$0] }])
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
