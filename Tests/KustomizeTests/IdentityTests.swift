import Testing
import YAMLSyntax

@testable import Kustomize

/// Ids, their history, and very many objects.
struct IdentityTests {
  @Test(arguments: [
    (
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}",
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: default}}", true
    ),
    (
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}",
      "{apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: x}}", false
    ),
    (
      "{apiVersion: v1, kind: Namespace, metadata: {name: x, namespace: a}}",
      "{apiVersion: v1, kind: Namespace, metadata: {name: x, namespace: b}}", true
    ),
    (
      "{apiVersion: x/v1, kind: Cluster, metadata: {name: x, namespace: a}}",
      "{apiVersion: x/v1, kind: Cluster, metadata: {name: x, namespace: b}}", false
    ),
  ])
  func `objects with one id collide`(_ first: String, _ second: String, _ collide: Bool) {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml, b.yaml]\n=== a.yaml\n\(first)\n=== b.yaml\n\(second)"
    ).build()
    #expect(build.result.errors.map(\.kind) == (collide ? [.duplicateObject] : []))
    guard let error = build.result.errors.first else { return }
    #expect(build.place(error.range) == "b.yaml:1")
    #expect(build.place(error.related) == "a.yaml:1")
  }

  @Test func `a generated object that is merged keeps to no namespace`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [b]
      configMapGenerator: [{name: g, namespace: default, behavior: merge, literals: [a=1]}]
      === b/kustomization.yaml
      configMapGenerator: [{name: g, literals: [b=2], options: {disableNameSuffixHash: true}}]
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.json == [#"{"apiVersion":"v1","data":{"a":"1","b":"2"},"kind":"ConfigMap","metadata":{"name":"g"}}"#])
  }

  @Test func `an earlier id does not collide`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [b, x.yaml]
      === x.yaml
      {kind: X, metadata: {name: x}}
      === b/kustomization.yaml
      namePrefix: p-
      resources: [x.yaml]
      === b/x.yaml
      {kind: X, metadata: {name: x}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.names == ["X/p-x", "X/x"])
  }

  @Test(arguments: [
    ("{apiVersion: v1, kind: Namespace, metadata: {name: x}}", "x"),
    ("{apiVersion: any/v1, kind: Namespace, metadata: {name: x}}", "x"),
    ("{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: x}}", "x"),
    ("{apiVersion: any/v1, kind: APIService, metadata: {name: x}}", "p-x-s"),
    ("{apiVersion: any/v1, kind: CustomResourceDefinition, metadata: {name: x}}", "x"),
  ])
  func `some kinds keep their name`(_ object: String, _ name: String) {
    let build = MemoryRepository(
      "=== kustomization.yaml\nnamePrefix: p-\nnameSuffix: -s\nresources: [a.yaml]\n=== a.yaml\n\(object)"
    ).build()
    #expect(build.messages == [])
    #expect(build.node("metadata", "name").map { build.forest.text($0) } == name)
  }

  @Test(arguments: [
    ("{apiVersion: any/v1, kind: Namespace, metadata: {name: x}}", #""metadata":{"name":"x","namespace":"ns"}"#),
    (
      "{apiVersion: v1, kind: Namespace, metadata: {name: x, namespace: old}}",
      #""metadata":{"name":"ns","namespace":"old"}"#
    ),
    (
      "{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: x}}",
      #""spec":{"service":{"namespace":"ns"}}"#
    ),
    (
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x}, spec: {conversion: {webhook: {clientConfig: {service: {namespace: a}}}}}}",
      #""service":{"namespace":"ns"}"#
    ),
    (
      "{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, metadata: {name: x}, webhooks: [{clientConfig: {service: {name: s, namespace: a}}}]}",
      #""service":{"name":"s","namespace":"a"}"#
    ),
    ("{apiVersion: x/v1, kind: Y, metadata: {name: x, namespace: }}", #""namespace":"ns""#),
  ])
  func `a namespace is written where it belongs`(_ object: String, _ part: String) {
    let build = MemoryRepository(
      "=== kustomization.yaml\nnamespace: ns\nresources: [a.yaml]\n=== a.yaml\n\(object)"
    ).build()
    #expect(build.messages == [])
    #expect(build.json[0].contains(part), "\(build.json)")
  }

  @Test(arguments: [
    (
      NamespaceChange.Subjects.allServiceAccounts, false,
      #"[{"kind":"ServiceAccount","name":"a","namespace":"ns"},{"kind":"User","name":"default"}]"#
    ),
    (
      .defaultOnly, false,
      #"[{"kind":"ServiceAccount","name":"a","namespace":"o"},{"kind":"User","name":"default","namespace":"ns"}]"#
    ),
    (.none, false, #"[{"kind":"ServiceAccount","name":"a","namespace":"o"},{"kind":"User","name":"default"}]"#),
    (
      .allServiceAccounts, true,
      #"[{"kind":"ServiceAccount","name":"a","namespace":"o"},{"kind":"User","name":"default"}]"#
    ),
  ])
  func `a namespace transformer can be told which subjects and whether to overwrite`(
    _ subjects: NamespaceChange.Subjects, _ setsUnsetOnly: Bool, _ expected: String
  ) throws {
    var build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === a.yaml
      {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: b, namespace: z}, subjects: [{kind: ServiceAccount, name: a, namespace: o}, {kind: User, name: default}]}
      """
    ).build()
    let object = try #require(build.result.objects.first)
    let id = try #require(build.forest.resourceID(object.root))
    var layer = Layer()
    layer.add(Resource(root: object.root, origin: object.origin, id: id), through: nil)
    let namespace = SourcedText(text: "ns", range: object.origin)
    let change = NamespaceChange(
      namespace: namespace, specs: TransformerConfig.standard[.namespace], setsUnsetOnly: setsUnsetOnly,
      subjects: subjects)
    build.engine.setNamespace(change, in: &layer)
    let result = layer.resources.items[0]
    #expect(build.forest.json(result.root).contains("\"subjects\":\(expected)"))
    #expect(result.id.namespace == (setsUnsetOnly ? "z" : "ns"))
  }

  // MARK: Very many

  /// Were anything done for each pair of objects, this would take minutes.
  @Test func `thousands of objects with names of each other are renamed`() {
    let count = 5_000
    let objects = (0..<count).map { number in
      """
      {apiVersion: v1, kind: ConfigMap, metadata: {name: c\(number)}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: p\(number)}, spec: {volumes: [{configMap: {name: c\((number + 1) % count)}}]}}
      """
    }
    let build = MemoryRepository(
      """
      === kustomization.yaml
      namePrefix: x-
      namespace: ns
      resources: [a.yaml]
      === a.yaml
      \(objects.joined(separator: "\n---\n"))
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.result.objects.count == 2 * count)
    #expect(build.json.last?.contains(#""configMap":{"name":"x-c0"}"#) == true)
  }

  @Test func `thousands of objects with one name in as many namespaces are renamed`() {
    let objects = (0..<3_000).map { number in
      """
      {apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: n\(number)}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: p, namespace: n\(number)}, spec: {volumes: [{configMap: {name: c}}]}}
      """
    }
    let build = MemoryRepository(
      "=== kustomization.yaml\nnamePrefix: x-\nresources: [a.yaml]\n=== a.yaml\n\(objects.joined(separator: "\n---\n"))"
    ).build()
    #expect(build.messages == [])
    #expect(build.json.allSatisfy { $0.contains(#""name":"x-"#) })
    #expect(build.json.last?.contains(#""configMap":{"name":"x-c"}"#) == true)
  }

  @Test func `lists of lists of aliases are walked once each`() {
    var lines = ["l0: &l0 [{configMap: {name: c}}]"]
    for level in 1...17 { lines.append("l\(level): &l\(level) [*l\(level - 1), *l\(level - 1)]") }
    let build = MemoryRepository(
      """
      === kustomization.yaml
      namePrefix: x-
      resources: [a.yaml]
      === a.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: p}
      \(lines.joined(separator: "\n"))
      spec: {volumes: *l17}
      """
    ).build()
    #expect(build.messages == [])
    let path = ["spec", "volumes"] + Array(repeating: "1", count: 17) + ["0", "configMap", "name"]
    #expect(build.node(at: path, of: 1).map { build.forest.text($0) } == "x-c")
    #expect(build.forest.trees[Int(build.engine.buildTree)].nodes.count < 1_000)
  }
}
