import Testing
import YAMLSyntax

@testable import Kustomize

/// Where builds of the command line differ from those of kustomize-controller.
@Suite struct `the command line's mode` {
  private func build(_ text: String, _ change: (inout BuildRequest) -> Void, in directory: String = "") -> Build {
    var request = BuildRequest(directory: directory, generatesKustomization: false)
    change(&request)
    return Build(MemoryRepository(text), request)
  }

  private static let outside = """
    === app/kustomization.yaml
    resources:
    - ../shared/map.yaml
    - ../base
    - below/map.yaml
    configMapGenerator:
    - name: made
      files: [../shared/text]
    === app/below/map.yaml
    {apiVersion: v1, kind: ConfigMap, metadata: {name: below}}
    === base/kustomization.yaml
    resources: [map.yaml]
    === base/map.yaml
    {apiVersion: v1, kind: ConfigMap, metadata: {name: base}}
    === shared/map.yaml
    {apiVersion: v1, kind: ConfigMap, metadata: {name: shared}}
    === shared/text
    text
    """

  @Test func `files above the directory are not read`() {
    let build = build(Self.outside, { $0.loadRestriction = .kustomizationRoot }, in: "app")
    #expect(build.result.errors.map(\.kind) == [.outsideArtifact, .outsideArtifact])
    #expect(build.messages.first?.contains("'../shared/map.yaml' is outside the directory") == true)
    #expect(build.names == ["ConfigMap/base", "ConfigMap/below"])
  }

  @Test func `in Flux's mode they are`() {
    let build = build(Self.outside, { _ in }, in: "app")
    #expect(build.result.errors.isEmpty)
    #expect(build.result.objects.count == 4)
  }

  @Test func `an engine may build in both modes`() {
    let sources = MemoryRepository(Self.outside).sources()
    var engine = KustomizeEngine(sources: sources)
    let request = BuildRequest(directory: "app", generatesKustomization: false)
    var restricted = request
    restricted.loadRestriction = .kustomizationRoot
    #expect(engine.build(request).errors.isEmpty)
    #expect(engine.build(restricted).errors.count == 2)
    #expect(engine.build(request).errors.isEmpty)
  }

  private static let many = """
    === kustomization.yaml
    resources: [all.yaml]
    === all.yaml
    {apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: m}}
    ---
    {apiVersion: v1, kind: Service, metadata: {name: b}}
    ---
    {apiVersion: v1, kind: Service, metadata: {name: a}}
    ---
    {apiVersion: v1, kind: Service, metadata: {name: c, namespace: n}}
    ---
    {apiVersion: example.com/v1, kind: Thing, metadata: {name: t}}
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: p}}
    ---
    {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
    ---
    {apiVersion: v1, kind: Namespace, metadata: {name: n}}
    """

  @Test func `objects come by kind, group, namespace and name`() {
    let build = build(Self.many, { $0.order = .legacy })
    #expect(
      build.names == [
        "Namespace/n", "Service/n/c", "Service/a", "Service/b", "Deployment/d", "Thing/t", "Pod/p",
        "MutatingWebhookConfiguration/m",
      ])
  }

  @Test func `in Flux's mode they come as they were gathered`() {
    #expect(build(Self.many, { _ in }).names.first == "MutatingWebhookConfiguration/m")
  }
}

/// What kustomize reads but cannot print, and what it does not print.
@Suite struct `the end of a build` {
  private func build(_ object: String) -> Build {
    MemoryRepository("=== kustomization.yaml\nresources: [x.yaml]\n=== x.yaml\n\(object)").build()
  }

  @Test(arguments: [
    ("data: {8080: x}", "8080"), ("spec: {a: [{true: x}]}", "true"), ("spec: {2001-01-01: x}", "2001-01-01"),
    ("spec: {a: !!bool maybe}", "maybe"), ("spec: {a: -.Inf}", "-.Inf"), ("spec: {a: \"x\\x80\"}", "\"x\\x80\""),
    ("spec: {? {a: b} : c}", "{a: b}"), ("spec: {null: x}", "null"), ("spec: {!mine a: x}", "a"),
    ("spec:\n  a: |2\n    \tx\n", "|2\n    \tx"),
  ])
  func `fails on what cannot be printed, at its place`(field: String, place: String) throws {
    let build = build("apiVersion: v1\nkind: T\nmetadata: {name: x}\n\(field)")
    let error = try #require(build.result.errors.first)
    #expect(build.result.errors.count == 1)
    #expect(error.kind == .invalidResource)
    #expect(build.text(at: try #require(error.range)).hasPrefix(place))
  }

  @Test(arguments: [
    "data: {'8080': x, y: z, name: a, 'true': b, !!str 5: c}", "5: at the top\n", "spec: {a: !!int 5, b: !!float 1}",
    "spec: {a: '.inf', b: \"\\t\\x07\\x85\"}", "spec:\n  a: |2\n    \tx \n    y\n",
  ])
  func `takes what looks alike`(field: String) {
    let build = build("apiVersion: v1\nkind: T\nmetadata: {name: x}\n\(field)")
    #expect(build.messages == [])
  }

  @Test func `a patch may take the culprit away`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [x.yaml]
      patches:
      - patch: |
          {apiVersion: v1, kind: T, metadata: {name: x}, spec: null}
      === x.yaml
      {apiVersion: v1, kind: T, metadata: {name: x}, spec: {a: .inf}}
      """
    ).build()
    #expect(build.messages == [])
  }

  @Test func `leaves kustomize's own annotations out`() throws {
    let build = build(
      """
      apiVersion: v1
      kind: T
      metadata:
        name: x
        annotations:
          internal.config.kubernetes.io/path: a
          config.kubernetes.io/index: "1"
          config.k8s.io/id: "1"
          internal.config.kubernetes.io/mine: kept
          config.kubernetes.io/function: kept
      """)
    let annotations = try #require(build.node("metadata", "annotations"))
    #expect(
      build.forest.pairs(annotations).map { build.forest.text($0.key) }
        == ["internal.config.kubernetes.io/mine", "config.kubernetes.io/function"])
  }

  @Test func `annotations that are a list or called like a number fail`() {
    #expect(build("{apiVersion: v1, kind: T, metadata: {name: x, annotations: [a]}}").messages.count == 1)
    #expect(build("{apiVersion: v1, kind: T, metadata: {name: x, annotations: {\"1\": a}}}").messages.count == 1)
    #expect(build("{apiVersion: v1, kind: T, metadata: {name: x, annotations: {y: a}}}").messages == [])
  }

  @Test(arguments: [("{y: a}", 1), ("{'5': a}", 1), ("{'y': a}", 0), ("{\"x5\": a}", 0), ("{true: a}", 1)])
  func `labels called like a number or a boolean fail`(labels: String, errors: Int) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [x.yaml]
      commonLabels: \(labels)
      === x.yaml
      {apiVersion: v1, kind: T, metadata: {name: x}}
      """
    ).build()
    #expect(build.result.errors.count == errors)
  }

  @Test func `in a kustomization file the last of equal keys counts, and merges write over what stands before them`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [x.yaml]
      commonLabels: &labels {a: "1", a: "2"}
      commonAnnotations:
        a: before
        b: kept
        <<: [*labels, {a: "3", c: merged}]
        c: after
      === x.yaml
      {apiVersion: v1, kind: T, metadata: {name: x}}
      """
    ).build()
    #expect(
      build.json == [
        #"{"apiVersion":"v1","kind":"T","metadata":{"annotations":{"a":"2","b":"kept","c":"after"},"#
          + #""labels":{"a":"2"},"name":"x"}}"#
      ])
  }

  @Test func `a generated text that begins with a tab cannot be printed`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      configMapGenerator:
      - name: a
        files: [f, g]
      === f
      \ttab
      === g
      \ttab and a blank\u{20}
      x
      """
    ).build()
    #expect(build.result.errors.count == 1)
  }
}
