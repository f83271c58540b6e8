import Testing
import YAMLSyntax

@testable import Kustomize

/// ConfigMaps and Secrets that kustomize generates.
struct GeneratorTests {
  func build(_ fields: String, _ files: String = "") -> Build {
    MemoryRepository("=== kustomization.yaml\n\(fields)\n\(files)").build()
  }

  @Test func `sources are read in the order environment files, literals, files`() {
    let build = build(
      """
      configMapGenerator:
        - name: a
          options: {disableNameSuffixHash: true}
          literals: ["b='two'", c="x=y", 'd="']
          files: [dir/e.txt, f=dir/e.txt]
          envs: [vars.env]
      """,
      """
      === vars.env
      # a comment
        A=1
      EMPTY
      QUOTED="x" 
      =nothing
      === dir/e.txt
      content
      """)
    #expect(build.messages == [])
    #expect(
      build.json == [
        #"{"apiVersion":"v1","data":{"A":"1","EMPTY":"","QUOTED":"\"x\" ","b":"two","c":"x=y","d":"\"","e.txt":"content\n","f":"content\n"},"kind":"ConfigMap","metadata":{"name":"a"}}"#
      ])
  }

  @Test func `a Secret has base64, broken when it is long`() {
    let long = String(repeating: "x", count: 60)
    let build = build(
      """
      secretGenerator:
        - {name: s, namespace: team, type: custom, literals: [a=1, b=\(long)], options: {disableNameSuffixHash: true, immutable: true, labels: {l: "1"}}}
      """)
    #expect(build.json.first?.hasPrefix(#"{"apiVersion":"v1","data":{"a":"MQ==","b":"#) == true)
    #expect(
      build.json.first?.contains(
        #""immutable":true,"kind":"Secret","metadata":{"labels":{"l":"1"},"name":"s","namespace":"team"},"type":"custom"}"#
      ) == true)
    #expect(Base64.encode(Array(long.utf8)).split(separator: "\n").map(\.count) == [70, 10])
    #expect(Base64.encode([]) == "")
    #expect(Base64.encode([0xFF, 0x00]) == "/wA=")
  }

  @Test(arguments: [
    ("configMapGenerator: [{name: a, literals: [x=1]}]", "ConfigMap/a-hmg6f82fh6"),
    ("configMapGenerator: [{name: a}]", "ConfigMap/a-6ct58987ht"),
    ("secretGenerator: [{name: a}]", "Secret/a-46f8b28mk5"),
    ("secretGenerator: [{name: a, literals: [x=1]}]", "Secret/a-bf2648c599"),
    (
      "configMapGenerator: [{name: a, literals: [x=1]}]\nnamePrefix: p-\nnamespace: team",
      "ConfigMap/team/p-a-hmg6f82fh6"
    ),
    ("configMapGenerator: [{name: a}]\ngeneratorOptions: {disableNameSuffixHash: true}", "ConfigMap/a"),
  ])
  func `the name gets the hash of the content`(_ fields: String, _ name: String) {
    #expect(build(fields).names == [name])
  }

  @Test func `an overlay merges into and replaces what a base generates`() throws {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [base]
      configMapGenerator:
        - {name: a, behavior: merge, literals: [y=2, x=3]}
        - {name: b, behavior: replace, literals: [y=2]}
        - {name: plain, behavior: merge, literals: [y=2]}
      === base/kustomization.yaml
      namePrefix: p-
      resources: [plain.yaml]
      configMapGenerator:
        - {name: a, literals: [x=1, z=9], options: {labels: {from: base}}}
        - {name: b, literals: [x=1]}
      === base/plain.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: plain}, data: {x: "1"}, immutable: true}
      """
    ).build()
    #expect(build.messages == [])
    #expect(
      build.names.map { $0.prefix(15) }
        == ["ConfigMap/p-pla", "ConfigMap/p-a-", "ConfigMap/p-b-"].map { $0.prefix(15) } || build.names.count == 3)
    #expect(
      build.json[0] == #"{"apiVersion":"v1","data":{"x":"1","y":"2"},"kind":"ConfigMap","metadata":{"name":"p-plain"}}"#
    )
    #expect(build.json[1].contains(#""data":{"x":"3","y":"2","z":"9"}"#))
    #expect(build.json[1].contains(#""labels":{"from":"base"}"#))
    #expect(build.json[2].contains(#""data":{"y":"2"}"#))
    let value = try #require(build.node("data", "y", of: 1))
    #expect(build.place(build.forest.range(value)) == "kustomization.yaml:3")
  }

  @Test(arguments: [
    ("[{literals: [a=1]}]", "the generator has no 'name'"),
    ("[{name: a, literals: [a]}]", "'a' is no literal, expected 'key=value'"),
    ("[{name: a, literals: [=a]}]", "'=a' is no literal, expected 'key=value'"),
    ("[{name: a, literals: [a=1, a=2]}]", "the key 'a' is in the generator twice"),
    ("[{name: a, files: [=x]}]", "'=x' is no file, expected 'path' or 'key=path'"),
    ("[{name: a, files: [missing.txt]}]", "'missing.txt' does not exist"),
    ("[{name: a, envs: [dir]}]", "'dir' is a directory, expected a file"),
    ("[{name: a, behavior: merge}]", "'ConfigMap/a' is not in the build, so there is nothing to merge"),
    (
      "[{name: there}]",
      "'ConfigMap/there' is in the build already: set 'behavior' to 'merge' or 'replace' to change it"
    ),
  ])
  func `a generator that fails says why`(_ entries: String, _ message: String) {
    let build = build(
      "resources: [there.yaml]\nconfigMapGenerator: \(entries)",
      """
      === there.yaml
      {apiVersion: v1, kind: ConfigMap, metadata: {name: there}}
      === dir/x
      """)
    #expect(build.messages == [message])
    #expect(build.names == ["ConfigMap/there"])
  }

  @Test func `a key that is there twice names both places`() {
    let build = build(
      """
      configMapGenerator:
        - name: a
          envs: [a.env]
          literals: [a=1]
        - name: b
          envs: [twice.env]
      """,
      """
      === a.env
      a=2
      === twice.env
      a=1
      a=2
      """)
    #expect(build.result.errors.map { build.place($0.range) } == ["kustomization.yaml:4", "kustomization.yaml:6"])
    #expect(build.result.errors.map { build.place($0.related) } == ["kustomization.yaml:3", "nowhere"])
  }

  @Test func `encrypted input has known keys and unknown values`() {
    let build = build(
      """
      secretGenerator:
        - {name: a, envs: [secret.env], files: [plain.txt]}
        - {name: b, files: [plain.txt]}
      """,
      """
      === secret.env
      PASSWORD=ENC[AES256_GCM,data:x]
      sops_mac=ENC[AES256_GCM,data:y]
      === plain.txt
      x
      """)
    #expect(build.messages == [])
    #expect(build.result.objects.map(\.unknownValues) == [true, false])
    #expect(build.result.encrypted == [])
    #expect(build.node("data").map { build.forest.keys(of: $0) } == ["PASSWORD", "plain.txt"])
  }

  @Test func `a generated object points at its entry, its values at the literals`() throws {
    let build = build("configMapGenerator:\n  - name: a\n    literals:\n      - x=1\n      - y=2")
    let value = try #require(build.node("data", "y"))
    #expect(build.text(at: build.forest.range(value)) == "y=2")
    #expect(build.place(build.result.objects.first?.origin) == "kustomization.yaml:2")
    #expect(build.result.objects.first?.modifiers.map(\.kind) == [.generator])
  }
}
