import Testing
import YAMLSyntax

@testable import Kustomize

/// `patches` and the two older fields: what they select, how they fail, where their values come from.
struct PatchTests {
  static let app = """
    === base/kustomization.yaml
    resources: [deploy.yaml]
    === base/deploy.yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      labels: {tier: front}
    spec:
      replicas: 1
      template:
        spec:
          containers:
            - name: web
              image: nginx:1
    """

  @Test func `values keep the place where they were written`() throws {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      namespace: team
      patches:
        - path: patch.yaml
        - target: {kind: Deployment}
          patch: |
            - op: add
              path: /metadata/annotations/owner
              value: platform
      === patch.yaml
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        replicas: 3
      \(Self.app)
      """
    ).build()
    #expect(build.messages == [])
    let replicas = try #require(build.node("spec", "replicas"))
    #expect(build.place(build.forest.range(replicas)) == "patch.yaml:5")
    #expect(build.text(at: build.forest.range(replicas)) == "3")
    let image = try #require(build.node("spec", "template", "spec", "containers", "0", "image"))
    #expect(build.place(build.forest.range(image)) == "base/deploy.yaml:12")
    let owner = try #require(build.node("metadata", "annotations", "owner"))
    #expect(build.place(build.forest.range(owner)) == "kustomization.yaml:9")
    #expect(build.text(at: build.forest.range(owner)) == "platform")
    let namespace = try #require(build.node("metadata", "namespace"))
    #expect(build.place(build.forest.range(namespace)) == "kustomization.yaml:2")
    #expect(build.place(build.result.objects.first?.origin) == "base/deploy.yaml:1")
    let modifiers = try #require(build.result.objects.first?.modifiers)
    #expect(modifiers.map(\.kind) == [.patch, .patch, .namespace])
    #expect(
      modifiers.map { build.place($0.range) } == [
        "kustomization.yaml:4", "kustomization.yaml:5", "kustomization.yaml:2",
      ])
  }

  @Test func `the base of one overlay is not changed by another`() {
    let repository = MemoryRepository(
      """
      === one/kustomization.yaml
      resources: [../base]
      patches: [{path: patch.yaml}]
      === one/patch.yaml
      {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 9}}
      === two/kustomization.yaml
      resources: [../base]
      \(Self.app)
      """)
    var build = repository.build("one")
    #expect(build.json.first?.contains(#""replicas":9"#) == true)
    build.result = build.engine.build(BuildRequest(directory: "two", generatesKustomization: false))
    #expect(build.json.first?.contains(#""replicas":1"#) == true)
    build.result = build.engine.build(BuildRequest(directory: "one", generatesKustomization: false))
    #expect(build.json.first?.contains(#""replicas":9"#) == true)
  }

  @Test(arguments: ["resources: [nowhere.yaml]", "resources: [nowhere]", "resources: [broken.yaml]"])
  func `what a resource that fails would have is not missed`(_ resources: String) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      \(resources)
      patches:
        - patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3}}'
      configMapGenerator: [{name: web, behavior: merge, literals: [a=b]}]
      replacements:
        - {source: {kind: ConfigMap, name: other, fieldPath: data.a}, targets: [{select: {kind: Deployment}, fieldPaths: [x]}]}
      === broken.yaml
      kind: Deployment
      """
    ).build()
    #expect(build.messages.count == 1)
  }

  struct Target: Sendable, CustomTestStringConvertible {
    var target: String
    var isHit: Bool
    var testDescription: String { target }
  }

  @Test(arguments: [
    Target(target: "{}", isHit: true), Target(target: "{kind: Deployment}", isHit: true),
    Target(target: "{kind: Deploy}", isHit: false), Target(target: "{kind: Deploy.*}", isHit: true),
    Target(target: "{name: web}", isHit: true), Target(target: "{name: we}", isHit: false),
    Target(target: "{name: w.b}", isHit: true), Target(target: "{group: apps, version: v1}", isHit: true),
    Target(target: "{group: batch}", isHit: false), Target(target: "{namespace: default}", isHit: true),
    Target(target: "{namespace: team}", isHit: false), Target(target: "{labelSelector: tier=front}", isHit: true),
    Target(target: "{labelSelector: tier=back}", isHit: false),
    Target(target: "{annotationSelector: \"!x\"}", isHit: true),
    Target(target: "{name: web, kind: Service}", isHit: false),
  ])
  func `a target selects, and one that selects nothing is fine`(_ example: Target) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      patches:
        - target: \(example.target)
          patch: '[{"op": "replace", "path": "/spec/replicas", "value": 5}]'
      \(Self.app)
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.json.first?.contains(#""replicas":5"#) == example.isHit)
  }

  @Test(arguments: [
    ("web", "", true), ("p-web", "", false), ("p-web", "nn", true), ("p-web-s", "nn", true), ("web", "nn", true),
    ("web", "default", true),
  ])
  func `a patch without target finds earlier ids`(_ name: String, _ namespace: String, _ isFound: Bool) {
    let place = namespace.isEmpty ? "" : ", namespace: \(namespace)"
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [middle]
      patches:
        - patch: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: \(name)\(place)}, spec: {replicas: 5}}"
      === middle/kustomization.yaml
      resources: [../base]
      namespace: nn
      namePrefix: p-
      nameSuffix: -s
      \(Self.app)
      """
    ).build()
    #expect(build.names == ["Deployment/nn/p-web-s"])
    #expect(build.json.first?.contains(#""replicas":5"#) == isFound)
    #expect(build.messages.count == (isFound ? 0 : 1))
  }

  struct Failing: Sendable, CustomTestStringConvertible {
    var entry: String
    var message: String
    var line: Int
    var testDescription: String { entry }
  }

  @Test(arguments: [
    Failing(
      entry: "{patch: \"{apiVersion: apps/v1, kind: Deployment, metadata: {name: wbe}}\"}",
      message: "the patch is for 'Deployment/wbe', which is not in the build, did you mean 'web'?", line: 2),
    Failing(
      entry: "{patch: \"{apiVersion: apps/v2, kind: Deployment, metadata: {name: web}}\"}",
      message: "the patch is for 'Deployment/web', which is not in the build: that object has apiVersion 'apps/v1'",
      line: 2),
    Failing(
      entry: "{patch: \"- {op: remove, path: /spec}\"}", message: "a JSON patch needs a 'target'", line: 2),
    Failing(
      entry: "{target: {}, patch: \"- {op: remove, path: /spec/replica}\"}",
      message:
        "the patch fails on 'Deployment/web': '/spec/replica' does not exist in the object, did you mean 'replicas'?",
      line: 2),
    Failing(entry: "{target: {}}", message: "the patch has neither 'path' nor 'patch'", line: 2),
    Failing(
      entry: "{target: {}, patch: x, path: p.yaml}", message: "the patch has both 'path' and 'patch', expected one",
      line: 2),
    Failing(entry: "{path: patch.yml}", message: "'patch.yml' does not exist, did you mean 'patch.yaml'?", line: 2),
    Failing(
      entry: "{target: {name: \"a(\"}, patch: \"[]\"}",
      message: "'name' of the target is not valid: missing closing ')'", line: 2),
    Failing(
      entry: "{target: {}, patch: \"[{op: remove, path: /spec}]\"}",
      message: "a patch that begins with '[' must be JSON: put keys and strings in double quotes", line: 2),
    Failing(
      entry: "{target: {}, patch: \"spec: 1\"}",
      message:
        "the patch does not say which object it is for: the document is no Kubernetes object: it has no 'kind'", line: 2
    ),
    Failing(
      entry: "{patch: \"{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: 5}\"}",
      message: "the patch does not fit 'Deployment/web': the patch has a scalar where the object has a mapping",
      line: 2),
  ])
  func `a patch that fails says where and why, and the rest is built`(_ example: Failing) {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      patches: [\(example.entry)]
      namePrefix: x-
      === patch.yaml
      {}
      \(Self.app)
      """
    ).build()
    #expect(build.messages == [example.message])
    #expect(build.names == ["Deployment/x-web"])
    #expect(build.place(build.result.errors.first?.range) == "kustomization.yaml:\(example.line)")
  }

  @Test func `a failing line of a patch file is named with the entry and the chain`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources:
        - middle
      === middle/kustomization.yaml
      resources: [../base]
      patches:
        - target: {kind: Deployment}
          path: ops.yaml
      === middle/ops.yaml
      - op: replace
        path: /spec/replicas
        value: 2
      - op: remove
        path: /spec/nothing
      \(Self.app)
      """
    ).build()
    let error = build.result.errors.first
    #expect(error?.kind == .patch)
    #expect(build.place(error?.range) == "middle/ops.yaml:5")
    #expect(build.place(error?.related) == "middle/kustomization.yaml:3")
    #expect(error?.chain.map { build.place($0) } == ["kustomization.yaml:2"])
  }

  @Test func `a deleted object is gone, and a later document may not patch it`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      patchesStrategicMerge:
        - |-
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: web}
          $patch: delete
        - patch.yaml
      === patch.yaml
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      \(Self.app)
      """
    ).build()
    #expect(build.names == [])
    #expect(build.messages == ["the patch is for 'Deployment/web', which is not in the build"])
    #expect(build.place(build.result.errors.first?.range) == "patch.yaml:3")
  }

  @Test func `identity of the object is kept unless the options allow a change`() {
    let repository = { (options: String) in
      MemoryRepository(
        """
        === kustomization.yaml
        resources: [base]
        patches:
          - target: {kind: Deployment}
            options: {\(options)}
            patch: |
              {apiVersion: v9, kind: StatefulSet, metadata: {name: other, namespace: far}, spec: {replicas: 4}}
        \(Self.app)
        """)
    }
    #expect(repository("").build().names == ["Deployment/web"])
    #expect(repository("allowNameChange: true").build().names == ["Deployment/other"])
    #expect(repository("allowKindChange: true").build().names == ["StatefulSet/web"])
  }

  @Test(
    arguments: [
      ("patches", "", "3", []), ("patches", "# words\n", "3", []), ("patches", "---\n", "3", []),
      ("patches", "---\n---\n", "1", []), ("patches", "null\n---\n", "1", []),
      ("patchesJson6902", "---\n", "3", []), ("patchesJson6902", "---\n---\n", "1", ["the patch is empty"]),
    ] as [(String, String, String, [String])])
  func `of a list of operations the first document counts`(
    field: String, head: String, replicas: String, messages: [String]
  ) throws {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      \(field): [{path: patch.yaml, target: {group: apps, version: v1, kind: Deployment, name: web}}]
      === patch.yaml
      \(head)- {op: replace, path: /spec/replicas, value: 3}
      \(Self.app)
      """
    ).build()
    #expect(build.messages == messages)
    if messages.isEmpty { #expect(build.node("spec", "replicas").map { build.forest.text($0) } == replicas) }
  }

  @Test func `patchesJson6902 runs behind the prefix, patches before it`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      namePrefix: p-
      patches:
        - target: {kind: Deployment}
          patch: "- {op: replace, path: /metadata/name, value: one}"
      patchesJson6902:
        - target: {kind: Deployment, name: p-one}
          patch: "- {op: replace, path: /metadata/name, value: two}"
      \(Self.app)
      """
    ).build()
    #expect(build.names == ["Deployment/two"])
    #expect(build.messages == [])
  }

  @Test func `values of a YAML patch are read as YAML 1.1`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      patches:
        - target: {kind: Deployment}
          patch: |
            - {op: add, path: /spec/paused, value: yes}
      \(Self.app)
      """
    ).build()
    #expect(build.json.first?.contains(#""paused":true"#) == true)
  }
}

/// What a patch with a target does to objects of other kinds.
struct TargetedPatchTests {
  @Test func `an object of an unknown kind is merged by the kind of the patch`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      patches:
      - target: {name: web}
        patch: |-
          {apiVersion: apps/v1, kind: Deployment, metadata: {name: any},
           spec: {template: {spec: {containers: [{name: proxy}]}}}}
      === a.yaml
      {apiVersion: apps/v1, kind: Rollout, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web}]}}}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.json.first?.contains(#""containers":[{"name":"proxy"},{"name":"web"}]"#) == true)
  }

  @Test func `the kind of the patch counts in the group and version of the object`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      patches:
      - target: {name: web}
        patch: |-
          {apiVersion: apps/v1, kind: Deployment, metadata: {name: any},
           spec: {template: {spec: {containers: [{name: proxy}]}}}}
      === a.yaml
      {apiVersion: e.com/v1, kind: Rollout, metadata: {name: web}, spec: {template: {spec: {containers: [{name: web}]}}}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.json.first?.contains(#""containers":[{"name":"proxy"}]"#) == true)
  }

  @Test(arguments: [
    (#"!!int "3""#, #"{"3":"x","a":"b"}"#), ("!other x", #"{"a":"b","x":"x"}"#),
    ("!!bool yes", #"{"a":"b","yes":"x"}"#),
  ])
  func `a key that a patch adds keeps its quotes and loses its tag`(key: String, data: String) {
    let build = patched(adding: key)
    #expect(build.messages == [])
    #expect(build.json.first?.contains(#""data":"# + data) == true)
  }

  @Test(arguments: ["3", "!!int 3", "!!str 3", "!!str null"])
  func `a key that a patch adds is a string only if its text is`(key: String) {
    #expect(patched(adding: key).messages.count == 1)
  }

  @Test func `of two metadata of a patch the first counts`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      patches:
      - patch: |-
          {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, metadata: {labels: {b: c}}, data: {c: d}}
      === a.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(
      build.json == [#"{"apiVersion":"v1","data":{"a":"b","c":"d"},"kind":"ConfigMap","metadata":{"name":"a"}}"#])
  }

  private func patched(adding key: String) -> Build {
    MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      patches:
      - patch: |-
          {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {\(key): x}}
      === a.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {a: b}}
      """
    ).build()
  }
}
