import Testing
import YAMLSyntax

@testable import Kustomize

/// `configurations` and `crds`.
struct ConfigurationTests {
  static func build(_ fields: String, config: String, objects: String) -> Build {
    MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      configurations: [c.yaml]
      \(fields)
      === c.yaml
      \(config)
      === a.yaml
      \(objects)
      """
    ).build()
  }

  static let thing = "{apiVersion: x/v1, kind: Thing, metadata: {name: t}, spec: {ref: {name: t}, image: 'a:1', n: 1}}"

  @Test(arguments: [
    (
      "namePrefix: p-", "namePrefix: [{path: spec/image, kind: Thing}]", #""metadata":{"name":"p-t"}"#,
      #""image":"p-a:1""#
    ),
    // A narrow field spec takes the place of the broad one that is built in.
    (
      "namePrefix: p-", "namePrefix: [{path: metadata/name, kind: Deployment}]", #""metadata":{"name":"t"}"#, #""n":1"#
    ),
    ("nameSuffix: -s", "nameSuffix: [{path: spec/image}]", #""name":"t-s""#, #""image":"a:1-s""#),
    ("namespace: ns", "namespace: [{path: spec/in, create: true}]", #""namespace":"ns""#, #""in":"ns""#),
    ("namespace: ns", "namespace: [{path: metadata/name, kind: Thing}]", #""name":"t","namespace":"ns""#, #""n":1"#),
    (
      "commonLabels: {a: b}", "commonLabels: [{path: spec/sel, create: true}]", #""sel":{"a":"b"}"#,
      #""labels":{"a":"b"}"#
    ),
    (
      "labels: [{pairs: {a: b}}]", "labels: [{path: spec/sel, create: true}]", #""sel":{"a":"b"}"#,
      #""labels":{"a":"b"}"#
    ),
    ("commonLabels: {a: b}", "labels: [{path: spec/sel, create: true}]", #""spec":{"image""#, #""labels":{"a":"b"}"#),
    (
      "labels: [{pairs: {a: b}, includeTemplates: true}]",
      "templateLabels: [{path: spec/t, create: true, kind: Thing}]",
      #""t":{"a":"b"}"#, #""labels":{"a":"b"}"#
    ),
    (
      "commonAnnotations: {a: b}", "commonAnnotations: [{path: spec/notes, create: true}]", #""notes":{"a":"b"}"#,
      #""annotations":{"a":"b"}"#
    ),
    ("images: [{name: a, newTag: '2'}]", "images: [{path: spec/image, kind: Thing}]", #""image":"a:2""#, #""n":1"#),
    ("replicas: [{name: t, count: 5}]", "replicas: [{path: spec/n, kind: Thing}]", #""n":5"#, #""name":"t""#),
    (
      "namePrefix: p-", "nameReference: [{kind: Thing, fieldSpecs: [{path: spec/ref/name, kind: Thing}]}]",
      #""ref":{"name":"p-t"}"#, #""n":1"#
    ),
    (
      "namePrefix: p-", "nameReference: [{kind: Thing, group: other, fieldSpecs: [{path: spec/ref/name}]}]",
      #""ref":{"name":"t"}"#, #""n":1"#
    ),
  ])
  func `a field spec of a file is followed`(_ fields: String, _ config: String, _ first: String, _ second: String) {
    let build = Self.build(fields, config: config, objects: Self.thing)
    #expect(build.messages == [])
    #expect(build.json[0].contains(first) && build.json[0].contains(second), "\(build.json)")
  }

  @Test func `a configuration holds for the overlays of a base, not for its siblings`() {
    let thing = { (name: String) in
      "{apiVersion: x/v1, kind: Thing, metadata: {name: \(name)}, spec: {image: 'a:1'}}"
    }
    let build = MemoryRepository(
      """
      === o/kustomization.yaml
      namePrefix: o-
      resources: [../b, ../c, t.yaml]
      === o/t.yaml
      \(thing("o"))
      === b/kustomization.yaml
      namePrefix: b-
      configurations: [c.yaml]
      resources: [t.yaml]
      === b/c.yaml
      namePrefix: [{path: spec/image, kind: Thing}]
      === b/t.yaml
      \(thing("b"))
      === c/kustomization.yaml
      namePrefix: c-
      resources: [t.yaml]
      === c/t.yaml
      \(thing("c"))
      """
    ).build("o")
    #expect(build.messages == [])
    let images = (0..<3).map { build.node("spec", "image", of: $0).map { build.forest.text($0) } }
    #expect(images == ["o-b-a:1", "o-a:1", "o-a:1"])
    #expect(build.names == ["Thing/o-b-b", "Thing/o-c-c", "Thing/o-o"])
  }

  /// Upstream merges it into nothing once the component is through, so the narrow field spec replaces the broad one.
  @Test func `a configuration of a component changes that of its parent`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      namePrefix: p-
      resources: [a.yaml]
      components: [c]
      === a.yaml
      {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: m}}
      === c/kustomization.yaml
      apiVersion: kustomize.config.k8s.io/v1alpha1
      kind: Component
      configurations: [c.yaml]
      === c/c.yaml
      namePrefix: [{path: metadata/name, kind: Deployment}]
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.names == ["Deployment/p-d", "ConfigMap/m"])
  }

  @Test func `a scalar that is made is a string`() {
    let build = Self.build(
      "namePrefix: '1'", config: "namePrefix: [{path: spec/new, kind: Thing, create: true}]", objects: Self.thing)
    #expect(build.messages == [])
    #expect(build.json[0].contains(#""new":"1""#))
  }

  @Test(arguments: [
    ("names: []", "the configuration file has an unknown field 'names'", "c.yaml:1"),
    ("namePrefix: {}", "'namePrefix' must be a list", "c.yaml:1"),
    (
      "commonLabels:\n- {path: metadata/labels}",
      "the configuration cannot be used: 'create' is false for the path 'metadata/labels', which is there with true already",
      "c.yaml:2"
    ),
    (
      "commonLabels:\n- {path: spec/a, kind: X, create: true}\n- {path: spec/a}",
      "the configuration cannot be used: 'create' is false for the path 'spec/a', which is there with true already",
      "c.yaml:3"
    ),
    ("namePrefix: [{path: a, knid: X}]", "a field spec has an unknown field 'knid', did you mean 'kind'?", "c.yaml:1"),
  ])
  func `a configuration that cannot be used is an error`(_ config: String, _ message: String, _ place: String) {
    let build = Self.build("", config: config, objects: Self.thing)
    #expect(build.messages == [message])
    #expect(build.place(build.result.errors.first?.range) == place)
    #expect(build.place(build.result.errors.first?.related) == "kustomization.yaml:2")
  }

  @Test(arguments: [
    ("configurations: [none.yaml]", "'none.yaml' does not exist"),
    ("crds: [../x.json]", "'../x.json' is outside the repository"),
    ("crds: [dir]", "'dir' is a directory, expected a file"),
  ])
  func `a file that is not there is an error at its entry`(_ fields: String, _ message: String) {
    let build = MemoryRepository("=== kustomization.yaml\nresources: []\n\(fields)\n=== dir/a.yaml\n{}").build()
    #expect(build.messages == [message])
    #expect(build.place(build.result.errors.first?.range) == "kustomization.yaml:2")
  }

  @Test func `a configuration that is fetched is a remote`() {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: []\nconfigurations: ['https://example.com/c.yaml']"
    ).build()
    #expect(build.messages == [])
    #expect(build.result.remotes.map(\.field) == ["configurations"])
  }

  @Test func `the standard merged with itself stays the standard`() throws {
    var config = TransformerConfig(
      specs: Dictionary(
        uniqueKeysWithValues: TransformerConfig.Field.allCases.map { ($0, TransformerConfig.standard[$0]) }),
      references: TransformerConfig.standard.references)
    try config.merge(config)
    for field in TransformerConfig.Field.allCases {
      #expect(config[field].map(\.pathText) == TransformerConfig.standard[field].map(\.pathText))
    }
    #expect(
      config.references.map { $0.fields.map(\.pathText) }
        == TransformerConfig.standard.references.map { $0.fields.map(\.pathText) })
  }

  // MARK: crds

  @Test func `the extensions of a type say what its fields are`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      crds: [types.json]
      namePrefix: p-
      commonLabels: {a: b}
      commonAnnotations: {c: d}
      === types.json
      {"example.com/v1.Bee": {"Schema": {"properties": {
        "kind": {}, "apiVersion": {}, "metadata": {}, "spec": {"$ref": "example.com/v1.BeeSpec"}}}},
       "example.com/v1.BeeSpec": {"Schema": {"properties": {
        "id": {"x-kubernetes-identity": ""},
        "notes": {"x-kubernetes-annotation": ""},
        "choose": {"x-kubernetes-label-selector": ""},
        "secret": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "Secret"},
        "map": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap",
          "x-kubernetes-object-ref-name-key": "key"}}}}}
      === a.yaml
      {apiVersion: v1, kind: Secret, metadata: {name: s}}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: m}}
      ---
      {apiVersion: v1, kind: Bee, metadata: {name: bee}, spec: {id: x, notes: {}, choose: {}, secret: {name: s}, map: {key: m}}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(
      build.json[2].contains(
        #""spec":{"choose":{"a":"b"},"id":"p-x","map":{"key":"p-m"},"notes":{"c":"d"},"secret":{"name":"p-s"}}"#),
      "\(build.json)")
  }

  @Test(arguments: [
    (
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition}",
      "'apiVersion' is no OpenAPI definition of a type: list a CustomResourceDefinition in 'resources'"
    ),
    ("[a]", "the file must be a mapping of type names to definitions"),
    (
      "a.B: {Schema: {properties: {kind: {}, apiVersion: {}, metadata: {}, spec: {$ref: a.C}}}}\na.C: {Schema: {properties: {c: {$ref: a.C}}}}",
      "the type 'a.C' refers to itself, or the types are too large"
    ),
  ])
  func `a file of types that is none is an error`(_ text: String, _ message: String) {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: []\ncrds: [t.yaml]\n=== t.yaml\n\(text)"
    ).build()
    #expect(build.messages == [message])
    #expect(build.place(build.result.errors.first?.related) == "kustomization.yaml:2")
  }
}
