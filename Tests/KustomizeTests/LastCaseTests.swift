import Testing
import YAMLSyntax

@testable import Kustomize

/// What kustomize does in corners that nobody means to reach, found in reports and by comparing builds.
struct LastCaseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    /// What follows `resources: [r.yaml]` in the kustomization file.
    var fields: String
    var object: String
    /// The object as JSON; nil when the build fails.
    var result: String?
    var testDescription: String { name }

    init(_ name: String, _ fields: String, _ object: String, _ result: String?) {
      self.name = name
      self.fields = fields
      self.object = object
      self.result = result
    }
  }

  static let map = "{kind: M, metadata: {name: a}, data: {x: 1}}"

  static let cases = [
    Case(
      "an image name may repeat the start of the text", "images: [{name: '*', newTag: v9}]",
      "{kind: P, metadata: {name: a}, spec: {containers: [{image: 'n:1'}]}}",
      #"{"kind":"P","metadata":{"name":"a"},"spec":{"containers":[{"image":"n:v9"}]}}"#),
    Case(
      "an alternative of an image name matches the start", "images: [{name: 'n|x', newTag: v9}]",
      "{kind: P, metadata: {name: a}, spec: {containers: [{image: 'nginx:1'}]}}",
      #"{"kind":"P","metadata":{"name":"a"},"spec":{"containers":[{"image":"nginx:v9"}]}}"#),
    Case(
      "nothing is copied from the root",
      "patches: [{target: {}, patch: '[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/b\"}]'}]",
      map, nil),
    Case(
      "a path without a slash is none",
      "patches: [{target: {}, patch: '[{\"op\":\"replace\",\"path\":\"data\",\"value\":{}}]'}]", map, nil),
    Case(
      "a number in a source path is an index",
      "replacements: [{source: {kind: M, fieldPath: data.5}, targets: [{select: {kind: M}, fieldPaths: [data.y]}]}]",
      "{kind: M, metadata: {name: a}, data: {'5': b, y: c}}", nil),
    Case(
      "a mapping is not put into a new text",
      "replacements: [{source: {kind: M, fieldPath: metadata}, targets: [{select: {kind: M}, fieldPaths: [data.y], "
        + "options: {create: true, delimiter: '.'}}]}]", map, nil),
    Case(
      "an empty key cannot be merged", "patches: [{target: {}, patch: '{kind: M, metadata: {name: a}, data: {y: 1}}'}]",
      "{kind: M, metadata: {name: a}, data: {'': 1}}", nil),
    Case(
      "a key that is no scalar cannot be merged",
      "patches: [{target: {}, patch: '{kind: M, metadata: {name: a}, data: {? {b: c} : 1}}'}]", map, nil),
    Case(
      "a patch strategy that is a mapping is none",
      "patches: [{patch: '{kind: M, metadata: {name: a}, $patch: {y: 1}}'}]", map, nil),
    Case(
      "the kind in the target of a plugin is a text",
      "transformers: ['{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, target: {kind: 5}, "
        + "patch: \"[]\"}']", map, nil),
    Case(
      "an empty namespace goes with a merge",
      "patches: [{target: {}, patch: '{kind: M, metadata: {name: a}, data: {y: 1}}'}]",
      "{kind: M, metadata: {name: a, namespace: ''}, data: {x: 1}}",
      #"{"data":{"x":1,"y":1},"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "labels of a patch with a target that are no mapping are lost",
      "patches: [{target: {}, patch: '{kind: M, metadata: {name: a, labels: 5}}'}]", map,
      #"{"data":{"x":1},"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "a merge key may be a mapping",
      "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: w, tty: t}]}}'}]",
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: {}}, {name: w, image: i}]}}",
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"#
        + #""spec":{"containers":[{"name":{}},{"image":"i","name":"w","tty":"t"}]}}"#),
    Case(
      "an element of a merged list must be a mapping",
      "patches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: a, labels: {b: c}}}'}]",
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [[]]}}", nil),
    Case(
      "a null counts as a namespace that is set",
      "transformers: ['{apiVersion: builtin, kind: NamespaceTransformer, metadata: {name: t, namespace: n}, "
        + "unsetOnly: true}']",
      "{kind: M, metadata: {name: a, namespace: null}}", #"{"kind":"M","metadata":{"name":"a","namespace":null}}"#),
    Case(
      "a repeated key that is gone in the end is fine", "",
      "{kind: M, metadata: {name: a, annotations: {x: '1', x: '2'}}}",
      #"{"kind":"M","metadata":{"annotations":{"x":"2"},"name":"a"}}"#),
    Case(
      "a repeated key fails in JSON", "patches: [{target: {}, patch: '[{\"op\":\"remove\",\"path\":\"/data\"}]'}]",
      "{kind: M, metadata: {name: a}, data: {x: 1, x: 2}}", nil),
    Case(
      "a repeated key that is left fails", "", "{kind: M, metadata: {name: a}, data: {x: 1, x: 2}}", nil),
    Case(
      "the targets of a ValueAddTransformer may be elements of lists",
      "transformers: ['{apiVersion: builtin, kind: ValueAddTransformer, metadata: {name: t}, value: v, "
        + "targets: [{fieldPath: \"spec/l/[name=w]/x\"}, {fieldPath: spec/m/0}]}']",
      "{kind: M, metadata: {name: a}, spec: {m: [q]}}",
      #"{"kind":"M","metadata":{"name":"a"},"spec":{"l":[{"name":"w","x":"v"}],"m":["v"]}}"#),
    Case(
      "a merge leaves a key that is written twice",
      "patches: [{patch: '{kind: M, metadata: {name: a}, data: {y: 2}}'}]",
      "{kind: M, metadata: {name: a}, data: {x: 1, y: 1, x: 2}}", nil),
    Case(
      "a merge takes the first of two keys away",
      "patches: [{patch: '{kind: M, metadata: {name: a}, data: {x: null}}'}]",
      "{kind: M, metadata: {name: a}, data: {x: 1, x: 2}}", #"{"data":{"x":2},"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "a key of a JSON patch is no list",
      "patches: [{target: {}, patch: '- {op: add, path: /b, value: 1, []: c}'}]", map, nil),
    Case(
      "a value of a JSON patch fits its tag",
      "patches: [{target: {}, patch: '- {op: add, path: /b, value: !!int c}'}]", map, nil),
    Case("a text that does not fit its tag stops a kustomization file", "namePrefix: !!null x", map, nil),
    Case("a key that does not fit its tag stops it too", "metadata: {!!int x: y}", map, nil),
    Case("a number that JSON has not stops it", "commonAnnotations: {a: .inf}", map, nil),
    Case("a key of an object fits its tag", "", "{kind: M, metadata: {name: a}, !!int b: 1}", nil),
    Case(
      "a key at the root may be a number", "", "{kind: M, metadata: {name: a}, 5: 1}",
      #"{"5":1,"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "an image without a name makes lists of nothing", "images: [{newTag: v9}]",
      "{kind: P, metadata: {name: a}, spec: {containers: }}",
      #"{"kind":"P","metadata":{"name":"a"},"spec":{"containers":[]}}"#),
    Case(
      "a transformer that is nothing does nothing", "transformers: ['null', '# no more', '{}']", map,
      #"{"data":{"x":1},"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "the configuration of a transformer can be printed",
      "transformers: ['{apiVersion: builtin, kind: PrefixTransformer, metadata: {name: p}, prefix: q-, "
        + "fieldSpecs: [{path: metadata/name, 3: x}]}']", map, nil),
    Case(
      "an image does not take away a key that is written twice", "images: [{name: web, newTag: v9}]",
      "{kind: P, kind: Q, metadata: {name: a}, spec: {containers: [{image: 'web:1'}]}}", nil),
    Case(
      "an object is not replaced by a scalar",
      "patches: [{target: {}, patch: '[{\"op\":\"replace\",\"path\":\"\",\"value\":5}]'}]",
      map, #"{"data":{"x":1},"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "one patch of several may be nothing",
      "patchesStrategicMerge: [null, '# none', '{apiVersion: v1, kind: M, metadata: {name: a}, data: {y: 2}}']",
      "{apiVersion: v1, kind: M, metadata: {name: a}, data: {x: 1}}",
      #"{"apiVersion":"v1","data":{"x":1,"y":2},"kind":"M","metadata":{"name":"a"}}"#),
    Case("not all patches may be nothing", "patchesStrategicMerge: [null, '# none']", map, nil),
    Case(
      "one patch of a transformer may be nothing",
      "transformers: ['{apiVersion: builtin, kind: PatchStrategicMergeTransformer, metadata: {name: p}, "
        + "paths: [null, \"---\"], patches: \"{apiVersion: v1, kind: M, metadata: {name: a}, data: {y: 2}}\"}']",
      "{apiVersion: v1, kind: M, metadata: {name: a}, data: {x: 1}}",
      #"{"apiVersion":"v1","data":{"x":1,"y":2},"kind":"M","metadata":{"name":"a"}}"#),
    Case(
      "a bare exclamation mark is no tag",
      "vars: [{name: V, objref: {kind: Pod, name: a, apiVersion: v1}}]",
      "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{args: [! z]}]}}",
      #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"args":["z"]}]}}"#),
    Case("a directive before the file is fine", "", map, #"{"data":{"x":1},"kind":"M","metadata":{"name":"a"}}"#),
  ]

  @Test(arguments: cases) func `a build is that of kustomize`(_ example: Case) {
    let start = example.name.hasPrefix("a directive") ? "%YAML 1.1\n---\n" : ""
    let build = MemoryRepository(
      "=== kustomization.yaml\n\(start)resources: [r.yaml]\n\(example.fields)\n=== r.yaml\n\(example.object)"
    ).build()
    #expect(build.result.errors.isEmpty == (example.result != nil), "\(build.messages)")
    guard let result = example.result, let object = build.result.objects.first else { return }
    var json = GoJSON(forest: build.forest)
    json.value(object.root)
    #expect(String(decoding: json.bytes, as: UTF8.self) == result)
  }

  @Test func `four dashes are no marker in a kustomization file`() {
    let build = MemoryRepository(
      "=== kustomization.yaml\nresources: [r.yaml]\n----\nnamePrefix: b-\n=== r.yaml\n\(Self.map)"
    ).build()
    #expect(build.result.errors.map(\.kind) == [.invalidKustomization])
  }

  @Test(arguments: [
    ("# a\n---\nresources: [r.yaml]\n", true), ("---\n---\nresources: [r.yaml]\n", false),
    ("# a\n---\n---\nresources: [r.yaml]\n", false), ("# a\n---\n# b\n---\nresources: [r.yaml]\n", false),
  ]) func `only the first document of a kustomization file is read`(text: String, isRead: Bool) {
    let build = MemoryRepository(files: [
      ("kustomization.yaml", Array(text.utf8)), ("r.yaml", Array(Self.map.utf8)),
    ]).build()
    #expect(build.result.errors.isEmpty == isRead)
  }

  @Test func `encrypted input without decryption is taken as it is`() {
    let repository = MemoryRepository(
      """
      === kustomization.yaml
      secretGenerator: [{name: a, envs: [secret.env]}]
      === secret.env
      A=ENC[x]
      sops_mac=ENC[y]
      """)
    let request = BuildRequest(directory: "", generatesKustomization: false, mayDecrypt: false)
    let build = Build(repository, request)
    #expect(build.result.objects.map(\.unknownValues) == [false])
    #expect(build.result.encrypted.map(\.path) == ["secret.env"])
  }

  @Test(arguments: [
    ("patches: [{path: p.yaml}]", false, true), ("patches: [{path: p.yaml}]", true, false),
    ("patchesStrategicMerge: [p.yaml]", true, true),
  ])
  func `an encrypted patch is decrypted where it may be`(field: String, decrypts: Bool, hasNote: Bool) throws {
    let repository = MemoryRepository(
      """
      === kustomization.yaml
      resources: [r.yaml]
      \(field)
      === r.yaml
      \(Self.map)
      === p.yaml
      kind: M
      metadata: {name: a}
      data: {y: "ENC[AES256_GCM,data:YQ==,type:str]"}
      sops: {mac: "ENC[AES256_GCM,data:YQ==,type:str]"}
      """)
    let build = Build(repository, BuildRequest(directory: "", generatesKustomization: false, mayDecrypt: decrypts))
    #expect(build.messages == [])
    #expect(build.result.isDecrypted == !hasNote)
    let object = try #require(build.result.objects.first)
    #expect((build.forest.value(object.root, "sops") != nil) == hasNote)
    #expect(object.unknownValues == !hasNote)
    #expect(build.forest.value(object.root, "data", "y") != nil)
  }
}
