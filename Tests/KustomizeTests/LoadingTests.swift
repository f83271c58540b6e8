import Testing

@testable import Kustomize

/// Finding and decoding kustomization files.
struct LoadingTests {
  static let configMap = """
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: a
    """

  @Test(arguments: ["kustomization.yaml", "kustomization.yml", "Kustomization"])
  func `each name of a kustomization file is found`(_ name: String) {
    let build = MemoryRepository(
      """
      === \(name)
      resources: [a.yaml]
      === a.yaml
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(build.messages == [])
    #expect(build.result.files.count == 2)
  }

  @Test func `a directory without kustomization file fails outside Flux`() {
    let build = MemoryRepository(
      """
      === app/a.yaml
      \(Self.configMap)
      """
    ).build("app")
    #expect(build.messages == ["directory 'app' has no kustomization file"])
  }

  @Test func `two kustomization files are an error, and the first is built`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === kustomization.yml
      resources: []
      === a.yaml
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/a"])
    #expect(
      build.messages == [
        "'kustomization.yml' stands beside 'kustomization.yaml': a directory must have one kustomization file"
      ])
  }

  struct Decoding: Sendable, CustomTestStringConvertible {
    var text: String
    var messages: [String]
    var testDescription: String { text }
  }

  @Test(arguments: [
    Decoding(
      text: "resource: [a.yaml]",
      messages: ["the kustomization file has an unknown field 'resource', did you mean 'resources'?"]),
    Decoding(text: "RESOURCES: [a.yaml]", messages: []),
    Decoding(
      text: "resources: [a.yaml]\nkind: Deployment",
      messages: ["the kind is 'Deployment', expected 'Kustomization' or 'Component'"]),
    Decoding(
      text: "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nresources: []",
      messages: [
        "the apiVersion of the Kustomization is 'kustomize.toolkit.fluxcd.io/v1', expected "
          + "'kustomize.config.k8s.io/v1beta1': this is a Flux object, give the file another name and list it in 'resources'"
      ]),
    Decoding(text: "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: []", messages: []),
    Decoding(
      text: "kind: Component\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: []",
      messages: [
        "the apiVersion of the Component is 'kustomize.config.k8s.io/v1beta1', expected 'kustomize.config.k8s.io/v1alpha1'"
      ]),
    Decoding(text: "# nothing", messages: ["the kustomization file is empty"]),
    Decoding(text: "resources:", messages: ["the kustomization file is empty"]),
    Decoding(text: "resources: []", messages: []),
    Decoding(text: "metadata: {name: x}", messages: []),
    Decoding(
      text: "namePrefix: 5\nresources: []", messages: ["'namePrefix' is a number, expected a string: put '5' in quotes"]
    ),
    Decoding(
      text: "namespace: n\nresources: []", messages: ["'namespace' is a boolean, expected a string: put 'n' in quotes"]),
    Decoding(text: "resources: a.yaml", messages: ["'resources' must be a list"]),
    Decoding(text: "resources: [a.yaml]\nresources: []", messages: []),
    Decoding(text: "resources: []\n---\nnonsense: true", messages: []),
    Decoding(
      text: "patches: [{target: {apiVersion: v1}, patch: \"[]\"}]",
      messages: ["'target' has an unknown field 'apiVersion', did you mean 'version'?"]),
  ])
  func `a kustomization file is decoded strictly`(_ example: Decoding) {
    let build = MemoryRepository("=== kustomization.yaml\n\(example.text)\n=== a.yaml\n\(Self.configMap)").build()
    #expect(build.messages == example.messages)
  }

  @Test func `the file at the root of a Flux path is decoded leniently, a nested one is not`() {
    let repository = MemoryRepository(
      """
      === kustomization.yaml
      resource: [a.yaml]
      namePrefix: 5
      resources: [base]
      === base/kustomization.yaml
      patch: []
      resources: [../a.yaml]
      === a.yaml
      \(Self.configMap)
      """)
    let build = repository.buildAsFlux()
    #expect(build.names == ["ConfigMap/5a"])
    #expect(build.messages == ["the kustomization file has an unknown field 'patch', did you mean 'patches'?"])
    #expect(build.result.errors.map { build.place($0.range) } == ["base/kustomization.yaml:1"])
    #expect(build.result.errors.map { $0.chain.map { build.place($0) } } == [["kustomization.yaml:3"]])
  }

  @Test func `of two spellings of a field the later in byte order wins`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      nameprefix: low-
      namePrefix: camel-
      resources: [a.yaml]
      === a.yaml
      \(Self.configMap)
      """
    ).build()
    #expect(build.names == ["ConfigMap/low-a"])
  }

  @Test func `helm and a program are named as not built`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      helmCharts: [{name: x}]
      transformers: [t.yaml]
      vars: []
      === t.yaml
      {apiVersion: example.com/v1, kind: Own, metadata: {name: t}}
      """
    ).build()
    #expect(
      build.result.notBuilt.map(\.reason) == [
        "'helmCharts' is not built: kustomize-controller has no helm",
        "the plugin 'Own' is a program, which is not run",
      ])
  }

  @Test func `a field of labels that only a later kustomize has is unknown`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [app]
      === app/kustomization.yaml
      labels: [{pairs: {a: b}, includeVolumeClaimTemplates: true}]
      """
    ).build()
    #expect(build.messages == ["an entry of 'labels' has an unknown field 'includeVolumeClaimTemplates'"])
  }

  @Test(arguments: [
    ("annotations: {x: '1', y: '1'}, annotations: {x: '2', z: 3}", #"{"x":"1","y":"1","z":"3"}"#),
    ("annotations: {x: '1'}, annotations: null", #"{"x":"1"}"#),
    ("annotations: null, annotations: {x: '1'}", #"{"x":"1"}"#),
    ("annotations: {x: '1'}, annotations: {x: '2', y: '2'}, annotations: {z: '3'}", #"{"x":"1","y":"2","z":"3"}"#),
  ])
  func `of two maps of annotations kustomize makes one`(metadata: String, annotations: String) {
    let build = annotated(metadata)
    #expect(build.messages == [])
    #expect(build.json.first?.contains(#""annotations":"# + annotations) == true)
  }

  @Test(arguments: [
    "annotations: {a: b}, annotations: x", "annotations: {a: b}, annotations: [x]", "labels: {a: b}, labels: {c: d}",
    "annotations: null, annotations: {a: b}, annotations: {c: d}, annotations: {e: f}",
  ])
  func `of other repeated keys, and of too many, it makes nothing`(metadata: String) {
    let build = annotated(metadata)
    #expect(build.messages.count == 1)
    #expect(build.messages.first?.hasSuffix("is already defined") == true)
  }

  private func annotated(_ metadata: String) -> Build {
    MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === a.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: a, \(metadata)}}
      """
    ).build()
  }
}
