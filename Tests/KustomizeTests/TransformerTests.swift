import Testing

@testable import Kustomize

/// Namespace, names, labels, annotations, images and replicas.
struct TransformerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var fields: String
    var object: String
    /// A part of the object as JSON with sorted keys.
    var part: String
    var testDescription: String { name }

    init(_ name: String, _ fields: String, _ object: String, _ part: String) {
      self.name = name
      self.fields = fields
      self.object = object
      self.part = part
    }
  }

  static let deployment = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}"

  @Test(arguments: [
    Case(
      "a cluster-scoped object keeps no namespace", "namespace: n1",
      "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}}",
      #""metadata":{"name":"r"}"#),
    Case(
      "an unknown kind counts as namespaced", "namespace: n1",
      "{apiVersion: x/v1, kind: ClusterThing, metadata: {name: r}}",
      #""metadata":{"name":"r","namespace":"n1"}"#),
    Case(
      "a Namespace is renamed", "namespace: n1", "{apiVersion: v1, kind: Namespace, metadata: {name: r}}",
      #""metadata":{"name":"n1"}"#),
    Case(
      "subjects called default get the namespace, whatever their kind", "namespace: n1",
      "{kind: RoleBinding, metadata: {name: r}, subjects: [{kind: User, name: default}, {kind: ServiceAccount, name: x, namespace: o}]}",
      #""subjects":[{"kind":"User","name":"default","namespace":"n1"},{"kind":"ServiceAccount","name":"x","namespace":"o"}]"#
    ),
    Case(
      "a number-like namespace stays a string", "namespace: \"1234\"", deployment, #""namespace":"1234""#),
    Case("prefix and suffix", "namePrefix: p-\nnameSuffix: -s", deployment, #""name":"p-web-s""#),
    Case(
      "a CustomResourceDefinition keeps its name", "namePrefix: p-",
      "{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: x.y}}", #""name":"x.y""#),
    Case(
      "labels go to metadata only", "labels: [{pairs: {a: b}}]", deployment,
      #""metadata":{"labels":{"a":"b"},"name":"web"},"spec":{"replicas":1}"#),
    Case(
      "labels with templates", "labels: [{pairs: {a: b}, includeTemplates: true}]", deployment,
      #""spec":{"replicas":1,"template":{"metadata":{"labels":{"a":"b"}}}}"#),
    Case(
      "labels with selectors", "labels: [{pairs: {a: b}, includeSelectors: true}]", deployment,
      #""spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}}}}"#),
    Case(
      "labels in a field of one's own", "labels: [{pairs: {a: b}, fields: [{path: spec/x, create: true}]}]", deployment,
      #""spec":{"replicas":1,"x":{"a":"b"}}"#),
    Case(
      "commonLabels make the selector of a Service", "commonLabels: {a: b}",
      "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {selector: null}}", #""spec":{"selector":{"a":"b"}}"#),
    Case(
      "a label that is there is overwritten", "labels: [{pairs: {a: b}}]",
      "{kind: X, metadata: {name: x, labels: {a: 1, c: 2}}}", #""labels":{"a":"b","c":2}"#),
    Case(
      "annotations reach templates", "commonAnnotations: {a: b}", deployment,
      #""template":{"metadata":{"annotations":{"a":"b"}}}"#),
    Case("replicas", "replicas: [{name: web, count: 5}]", deployment, #""replicas":5"#),
    Case("replicas without count", "replicas: [{name: web}]", deployment, #""replicas":0"#),
    Case(
      "replicas keep quotes", "replicas: [{name: web, count: 3}]",
      "{kind: Deployment, metadata: {name: web}, spec: {replicas: \"1\"}}", #""replicas":"3""#),
    Case(
      "replicas find an earlier name", "namePrefix: p-\nreplicas: [{name: web, count: 5}]", deployment, #""replicas":5"#
    ),
  ])
  func `a transformer changes an object`(_ example: Case) {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\n\(example.fields)\n=== a.yaml\n\(example.object)"
    ).build()
    #expect(build.messages == [])
    #expect(build.json.first?.contains(example.part) == true, "\(build.json)")
  }

  @Test(arguments: [
    ("{name: nginx, newTag: '2'}", "nginx:1", "nginx:2"), ("{name: nginx, newTag: '2'}", "nginx@sha256:ab", "nginx:2"),
    ("{name: nginx, newName: x/y}", "nginx:1", "x/y:1"),
    ("{name: nginx, digest: 'sha256:cd'}", "nginx:1", "nginx@sha256:cd"),
    ("{name: nginx, newTag: '2', digest: 'sha256:cd'}", "nginx", "nginx:2@sha256:cd"),
    ("{name: nginx, newTag: '2'}", "docker.io/nginx:1", "docker.io/nginx:1"),
    ("{name: 'host:5000/nginx', newTag: '2'}", "host:5000/nginx", "host:5000/nginx:2"),
    ("{name: nginx, newTag: '2'}", "nginx:${TAG}", "nginx:${TAG}"),
    ("{name: .*, newTag: '2'}", "any/thing:1", "any/thing:2"),
    ("{name: nginx, tagSuffix: -x}", "nginx:1", "nginx:1-x-x"), ("{name: nginx}", "nginx:1", "nginx:1"),
  ])
  func `an image is set`(_ entry: String, _ before: String, _ after: String) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      images: [\(entry)]
      === a.yaml
      {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {spec: {containers: [{name: a, image: "\(before)"}]}}}}
      """
    ).build()
    #expect(build.json.first?.contains(#""image":"\#(after)""#) == true, "\(build.json)")
  }

  @Test func `containers anywhere are found, but not in a CustomResourceDefinition`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      images: [{name: a, newTag: '2'}]
      === a.yaml
      {kind: Thing, metadata: {name: x}, deep: [{er: {initContainers: [{image: a}]}}], ephemeralContainers: [{image: a}]}
      ---
      {kind: CustomResourceDefinition, metadata: {name: y}, spec: {containers: [{image: a}]}}
      """
    ).build()
    #expect(build.json[0].contains(#""initContainers":[{"image":"a:2"}]"#))
    #expect(build.json[0].contains(#""ephemeralContainers":[{"image":"a"}]"#))
    #expect(build.json[1].contains(#""image":"a"}"#))
  }

  @Test func `two objects that a namespace makes equal are an error`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      namespace: one
      resources: [a.yaml]
      === a.yaml
      {apiVersion: v1, kind: Namespace, metadata: {name: a}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: b}}
      """
    ).build()
    #expect(build.result.errors.first?.kind == .duplicateObject)
    #expect(build.place(build.result.errors.first?.range) == "a.yaml:3")
    #expect(
      build.result.errors.first?.places.map { build.place($0.range) } == ["a.yaml:1", "kustomization.yaml:1"])
  }

  @Test func `replicas of nothing say what may be meant`() {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [a.yaml]\nreplicas: [{name: wep, count: 2}]\n=== a.yaml\n\(Self.deployment)"
    ).build()
    #expect(build.messages.first?.hasSuffix("did you mean 'web'?") == true)
  }

  @Test func `an object for the build only is left out at the end`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      === a.yaml
      {kind: X, metadata: {name: a, annotations: {config.kubernetes.io/local-config: "true"}}}
      ---
      {kind: X, metadata: {name: b, annotations: {config.kubernetes.io/local-config: "false"}}}
      """
    ).build()
    #expect(build.names == ["X/b"])
  }
}
