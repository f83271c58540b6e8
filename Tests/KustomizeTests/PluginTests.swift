import Testing
import YAMLSyntax

@testable import Kustomize

/// Plugins that are a part of kustomize, and those that are not run.
struct PluginTests {
  static let object = "=== a.yaml\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n"

  func build(_ field: String, _ plugin: String) -> Build {
    MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\n\(field): [plugin.yaml]\n=== plugin.yaml\n\(plugin)\n\(Self.object)"
    ).build()
  }

  @Test(arguments: [
    (
      "kind: LabelTransformer, labels: {l: x}, fieldSpecs: [{path: metadata/labels, create: true}]",
      #"{"labels":{"l":"x"},"name":"a"}"#
    ),
    ("kind: LabelTransformer, labels: {l: x}", #"{"name":"a"}"#),
    (
      "kind: AnnotationsTransformer, annotations: {k: v}, fieldSpecs: [{path: metadata/annotations, create: true}]",
      #"{"annotations":{"k":"v"},"name":"a"}"#
    ),
    ("kind: PrefixTransformer, prefix: p-, fieldSpecs: [{path: metadata/name}]", #"{"name":"p-a"}"#),
    ("kind: SuffixTransformer, suffix: -s, fieldSpecs: [{path: metadata/name}]", #"{"name":"a-s"}"#),
    (
      "kind: PatchJson6902Transformer, target: {kind: ConfigMap, name: a}, jsonOp: '[{\"op\": \"add\", \"path\": \"/metadata/labels\", \"value\": {\"l\": \"y\"}}]'",
      #"{"labels":{"l":"y"},"name":"a"}"#
    ),
    (
      "kind: PatchTransformer, patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {l: z}}}'",
      #"{"labels":{"l":"z"},"name":"a"}"#
    ),
  ])
  func `a built-in plugin does what it is told`(_ fields: String, _ metadata: String) {
    let build = build("transformers", "{apiVersion: builtin, metadata: {name: p}, \(fields)}")
    #expect(build.messages == [])
    #expect(build.json == [#"{"apiVersion":"v1","kind":"ConfigMap","metadata":\#(metadata)}"#])
  }

  // A name that looks like a number is a text all the same.
  @Test(arguments: [("g", "g"), ("1_000", "1000"), ("5", "5")])
  func `a generator plugin takes its name from its metadata`(written: String, name: String) {
    let build = build(
      "generators",
      "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: \(written)}, literals: [x=1], "
        + "options: {disableNameSuffixHash: true}}")
    #expect(build.messages == [])
    #expect(build.names == ["ConfigMap/a", "ConfigMap/\(name)"])
  }

  @Test(arguments: [
    "{apiVersion: example.com/v1, kind: Own, metadata: {name: p}}",
    "{apiVersion: x/v1, kind: F, metadata: {name: p, annotations: {config.kubernetes.io/function: 'exec: {path: ./x}'}}}",
  ])
  func `a plugin that is a program is left out and the rest is built`(_ plugin: String) {
    let build = build("transformers", plugin)
    #expect(build.messages == [])
    #expect(build.result.notBuilt.count == 1)
    #expect(build.names == ["ConfigMap/a"])
  }

  @Test(arguments: [
    ("transformers", "ConfigMapGenerator", "'ConfigMapGenerator' stands in 'transformers', it belongs in 'generators'"),
    ("generators", "LabelTransformer", "'LabelTransformer' stands in 'generators', it belongs in 'transformers'"),
    ("transformers", "NoTransformer", "kustomize has no plugin 'NoTransformer'"),
  ])
  func `a plugin at the wrong place is an error`(_ field: String, _ kind: String, _ message: String) {
    #expect(build(field, "{apiVersion: builtin, kind: \(kind), metadata: {name: p}}").messages == [message])
  }

  @Test(arguments: ["transformers", "generators", "validators"])
  func `a directory of plugins that refers to itself ends in an error`(_ field: String) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      \(field): [plugins]
      === plugins/kustomization.yaml
      resources: [a.yaml]
      \(field): [../plugins]
      === plugins/a.yaml
      {apiVersion: builtin, kind: LabelTransformer, metadata: {name: p}}
      \(Self.object)
      """
    ).build()
    #expect(build.messages.contains { $0.contains("cycle") })
  }

  @Test(arguments: [
    ("{version: v1.21.2}", []),
    ("{version: v1.20.4}", ["'version' of 'openapi' is 'v1.20.4', expected 'v1.21.2', the only one there is"]),
    ("{version: v1.21.2, path: a.yaml}", ["'openapi' has both 'path' and 'version', expected one"]),
    ("{path: none.json}", ["'none.json' does not exist"]),
    ("{path: a.yaml}", []),
  ])
  func `a schema is checked`(_ schema: String, _ messages: [String]) {
    let build = MemoryRepository("=== kustomization.yaml\nresources: [a.yaml]\nopenapi: \(schema)\n\(Self.object)")
      .build()
    #expect(build.messages == messages)
    #expect(build.result.notBuilt.isEmpty)
  }

  @Test func `lists merge by the keys of a schema, and only by those`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      openapi: {path: schema.json}
      patches:
      - patch: |-
          {apiVersion: e.com/v1, kind: Fleet, metadata: {name: f}, spec: {inner: {ships: [{id: b, n: 2}]}, all: [x]}}
      - patch: |-
          {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}
      === a.yaml
      {apiVersion: e.com/v1, kind: Fleet, metadata: {name: f}, spec: {inner: {ships: [{id: a}, {id: b, n: 1}]}, all: [y]}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: d}]}}
      === schema.json
      {"definitions": {
        "fleet": {
          "properties": {"spec": {"$ref": "#/definitions/spec"}},
          "x-kubernetes-group-version-kind": [{"group": "e.com", "version": "v1", "kind": "Fleet"}]},
        "spec": {"properties": {
          "inner": {"$ref": "#/definitions/spec"}, "all": {"type": "array", "items": {"type": "string"}},
          "ships": {"items": {"type": "object"}, "x-kubernetes-patch-strategy": "merge",
                    "x-kubernetes-patch-merge-key": "id"}}}}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(
      build.json == [
        #"{"apiVersion":"e.com/v1","kind":"Fleet","metadata":{"name":"f"},"spec":{"all":["x"],"#
          + #""inner":{"ships":[{"id":"b","n":2},{"id":"a"}]}}}"#,
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}}"#,
      ])
  }

  @Test func `every object says which transformers ran and what made it`() {
    let build = MemoryRepository(
      """
      === top/kustomization.yaml
      resources: [../base]
      buildMetadata: [transformerAnnotations, originAnnotations]
      generators:
      - |-
        {apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: made}, literals: [a=b]}
      transformers:
      - |-
        {apiVersion: builtin, kind: LabelTransformer, metadata: {name: none}, labels: {l: x}}
      === base/kustomization.yaml
      resources: [a.yaml]
      labels: [{pairs: {a: b}}]
      === base/a.yaml
      {apiVersion: v1, kind: Service, metadata: {name: s}}
      """
    ).build("top")
    #expect(build.messages == [])
    let annotations = build.result.objects.map { object in
      build.forest.value(object.root, "metadata", "annotations").map { node in
        build.forest.pairs(node).map { build.forest.text($0.value) }.sorted()
      } ?? []
    }
    let label =
      "- configuredIn: ../base/kustomization.yaml\n  configuredBy:\n    apiVersion: builtin\n    kind: LabelTransformer\n"
    let plugin =
      "- configuredIn: kustomization.yaml\n  configuredBy:\n    apiVersion: builtin\n    kind: LabelTransformer\n    name: none\n"
    #expect(
      annotations == [
        [label + label + plugin, "path: ../base/a.yaml\n"],
        [
          plugin,
          "configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  name: made\n",
        ],
      ])
  }

  @Test(arguments: [
    ("value: V, targets: [{selector: {kind: Service}, fieldPath: spec/path, filePathPosition: 2}]", #""path":"x/V/y""#),
    ("value: V, targets: [{fieldPath: spec/path, filePathPosition: 9}]", #""path":"x/y/V""#),
    ("value: '7', targets: [{fieldPath: spec/path, filePathPosition: 1}]", #""path":"7/x/y""#),
    ("targets: [{fieldPath: spec/path}]", #""path":"here""#),
    ("value: '7', targets: [{fieldPath: spec/n}]", #""n":7"#),
    ("value: V, targets: [{fieldPath: data/new/deep}]", #""data":{"new":{"deep":"V"}}"#),
  ])
  func `a value is added`(_ fields: String, _ part: String) {
    let build = MemoryRepository(
      """
      === here/kustomization.yaml
      resources: [a.yaml]
      transformers:
      - |-
        {apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: v}, \(fields)}
      === here/a.yaml
      {apiVersion: v1, kind: Service, metadata: {name: s}, spec: {path: x/y, n: 5}}
      """
    ).build("here")
    #expect(build.messages == [])
    #expect(build.json.first?.contains(part) == true, "\(build.json)")
  }

  @Test(arguments: [("Prefix", "''"), ("Suffix", "''"), ("Suffix", "-s")])
  func `a place without a path fails even for an empty text`(kind: String, text: String) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      transformers:
      - |-
        {apiVersion: builtin, kind: \(kind)Transformer, metadata: {name: t}, \(kind.lowercased()): \(text),
         fieldSpecs: [{kind: ConfigMap}]}
      === a.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
      """
    ).build()
    #expect(build.messages == ["'ConfigMap/a' cannot be changed: the path of a field has an empty part"])
  }
}
