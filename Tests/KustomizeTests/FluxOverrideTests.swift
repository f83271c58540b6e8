import Testing
import YAMLSyntax

@testable import Kustomize

/// What a Flux Kustomization adds to the kustomization file at its path.
struct FluxOverrideTests {
  static let repository = """
    === kustomization.yaml
    namespace: written
    namePrefix: written-
    resources: [base]
    images: [{name: nginx, newName: mirror/nginx, newTag: "1"}]
    patches: [{target: {kind: Deployment}, patch: "- {op: add, path: /metadata/annotations/first, value: a}"}]
    === base/kustomization.yaml
    namePrefix: base-
    resources: [deploy.yaml]
    === base/deploy.yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: web, image: "nginx:0"}]}}}
    === component/kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1alpha1
    kind: Component
    commonAnnotations: {component: "yes"}
    === flux.yaml
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: app}
    spec:

    """

  func build(_ spec: String) -> Build {
    let indented = spec.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    return MemoryRepository(Self.repository + indented).buildAsFlux(spec: true)
  }

  @Test func `namespace, prefix and suffix overwrite those of the file`() throws {
    let build = build("targetNamespace: team\nnamePrefix: f-\nnameSuffix: -s")
    #expect(build.names == ["Deployment/team/f-base-web-s"])
    let namespace = try #require(build.node("metadata", "namespace"))
    #expect(build.place(build.forest.range(namespace)) == "flux.yaml:5")
  }

  @Test func `a spec without any of the fields changes nothing`() {
    #expect(build("interval: 5m\nprune: true").names == ["Deployment/written/written-base-web"])
  }

  @Test(arguments: [
    (yaml: "kind: ConfigMap", place: "resource.yaml:1"), ("kind: ConfigMap\napiVersion:", "resource.yaml:2"),
    ("apiVersion: ''\nkind: ConfigMap", "resource.yaml:1"),
  ])
  func `an object without a version is refused by Flux, and built by kustomize`(example: (yaml: String, place: String))
    throws
  {
    let repository = MemoryRepository(
      """
      === kustomization.yaml
      resources: [resource.yaml]
      === resource.yaml
      \(example.yaml)
      metadata: {name: a}
      === flux.yaml
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: app}
      spec:
        prune: true
      """)
    let build = repository.buildAsFlux(spec: true)
    #expect(build.messages == ["ConfigMap 'a' has no apiVersion, and Flux refuses the build"])
    #expect(build.place(try #require(build.result.errors.first?.range)) == example.place)
    #expect(repository.buildAsFlux().messages.isEmpty)
  }

  @Test func `patches are appended`() throws {
    let build = build(
      """
      patches:
        - target: {kind: Deployment}
          patch: |
            - op: add
              path: /metadata/annotations/second
              value: b
      """)
    #expect(build.json.first?.contains(#""annotations":{"first":"a","second":"b"}"#) == true)
    let value = try #require(build.node("metadata", "annotations", "second"))
    #expect(build.place(build.forest.range(value)) == "flux.yaml:10")
  }

  @Test func `a failing patch is placed in the Flux Kustomization`() {
    let build = build("patches:\n- patch: |\n    {apiVersion: v1, kind: Pod, metadata: {name: x}}")
    #expect(build.messages == ["the patch is for 'Pod/x', which is not in the build"])
    #expect(build.place(build.result.errors.first?.range) == "flux.yaml:7")
  }

  @Test func `images are merged by name`() {
    #expect(build("images: [{name: nginx, newTag: \"2\"}]").json.first?.contains(#""image":"mirror/nginx:2""#) == true)
    #expect(build("images: [{name: nginx, newName: other}]").json.first?.contains(#""image":"other:1""#) == true)
    #expect(
      build("images: [{name: nginx, digest: \"sha256:ab\"}]").json.first?.contains(#""image":"mirror/nginx@sha256:ab""#)
        == true)
  }

  @Test func `components are appended, and missing ones can be ignored`() {
    #expect(build("components: [component]").json.first?.contains(#""component":"yes""#) == true)
    #expect(build("components: [missing]").messages == ["'missing' does not exist"])
    #expect(build("components: [missing]\nignoreMissingComponents: true").messages == [])
    #expect(
      build("components: [\"github.com/org/repo\"]").messages == [
        "component 'github.com/org/repo' is no relative path, which 'spec.components' needs"
      ])
  }

  @Test func `the legacy patch fields are objects, not texts`() {
    let build = build(
      """
      patchesStrategicMerge:
        - {apiVersion: apps/v1, kind: Deployment, metadata: {name: base-web}, spec: {replicas: 2}}
      patchesJson6902:
        - target: {kind: Deployment, name: .*}
          patch:
            - {op: add, path: /spec/paused, value: true}
      """)
    #expect(build.messages == [])
    #expect(build.json.first?.contains(#""paused":true,"replicas":2"#) == true)
  }

  @Test func `overrides work on a generated kustomization too`() {
    let build = MemoryRepository(
      """
      === app/a.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
      === flux.yaml
      spec: {targetNamespace: team}
      """
    ).buildAsFlux("app", spec: true)
    #expect(build.names == ["ConfigMap/team/a"])
  }
}
