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

  @Test func `a generator plugin takes its name from its metadata`() {
    let build = build(
      "generators", "{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: g}, literals: [x=1]}")
    #expect(build.messages == [])
    #expect(build.names == ["ConfigMap/a", "ConfigMap/g-hmg6f82fh6"])
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

  @Test func `claim templates get labels when a label entry says so`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [s.yaml]
      labels: [{pairs: {l: x}, includeVolumeClaimTemplates: true}]
      === s.yaml
      {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {template: {}, volumeClaimTemplates: [{spec: {}}]}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(
      build.node("spec", "volumeClaimTemplates", "0").map { build.forest.json($0) }
        == #"{"metadata":{"labels":{"l":"x"}},"spec":{}}"#)
    #expect(build.node("spec", "template").map { build.forest.json($0) } == "{}")
  }
}
