import Testing
import YAMLSyntax

@testable import Kustomize

/// `vars` and `$(NAME)`.
struct VariableTests {
  static let objects = """
    === a.yaml
    apiVersion: v1
    kind: Service
    metadata: {name: svc, annotations: {n: "07"}}
    spec:
      ports: [{port: 80, name: web}]
      ratio: 0.5
      big: 1e20
      on: true
      list: [1]
      nothing:

    """

  static func build(_ fields: String, args: String, more: String = "") -> Build {
    MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml, pod.yaml]
      \(fields)
      \(objects)
      === pod.yaml
      {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, args: \(args)}]}}
      \(more)
      """
    ).build()
  }

  static func variable(_ name: String, _ path: String) -> String {
    "{name: \(name), objref: {apiVersion: v1, kind: Service, name: svc}, fieldref: {fieldPath: \(path)}}"
  }

  @Test(arguments: [
    ("$(NAME)", #""svc""#), ("a-$(NAME)-b", #""a-svc-b""#), ("$(NAME)$(NAME)", #""svcsvc""#),
    ("$$(NAME)", #""$(NAME)""#),
    ("$$$(NAME)", #""$svc""#), ("$(OTHER)", #""$(OTHER)""#), ("$(NAME", #""$(NAME""#), ("$", #""$""#),
    ("$NAME $(", #""$NAME $(""#), ("$($(NAME))", #""$($(NAME))""#), ("$(PORT)", "80"), ("p$(PORT)", #""p80""#),
    ("$(RATIO)", "0.5"), ("$(RATIO)x", #""0.5x""#), ("$(BIG)x", #""100000000000000000000x""#), ("$(TRUTH)", "true"),
    ("$(TRUTH)!", #""true!""#), ("$(LIST)", #""$(LIST)""#), ("$(ANNOTATION)", #""07""#), ("$(EMPTY)", #""""#),
  ])
  func `a reference is replaced`(_ text: String, _ expected: String) {
    let build = Self.build(
      """
      vars:
      - \(Self.variable("NAME", "metadata.name"))
      - \(Self.variable("PORT", "'spec.ports[0].port'"))
      - \(Self.variable("RATIO", "spec.ratio"))
      - \(Self.variable("BIG", "spec.big"))
      - \(Self.variable("TRUTH", "spec.on"))
      - \(Self.variable("LIST", "spec.list"))
      - \(Self.variable("EMPTY", "spec.nothing"))
      - \(Self.variable("ANNOTATION", "metadata.annotations.n"))
      """, args: "[\"\(text)\"]")
    #expect(build.messages == [])
    #expect(build.json[1].contains("\"args\":[\(expected)]"), "\(build.json[1])")
  }

  @Test func `the value is that of the finished object, and the place is that of the text`() throws {
    let build = Self.build("namePrefix: x-\nvars: [\(Self.variable("NAME", "metadata.name"))]", args: "[\"$(NAME)\"]")
    #expect(build.messages == [])
    let node = try #require(build.node("spec", "containers", "0", "args", "0", of: 1))
    #expect(build.forest.text(node) == "x-svc")
    #expect(build.text(at: build.forest.range(node)) == "\"$(NAME)\"")
    let modifier = try #require(build.result.objects[1].modifiers.last)
    #expect(modifier.kind == .variable)
    #expect(build.place(modifier.range) == "kustomization.yaml:3")
  }

  @Test func `mappings, annotations and custom places are written, data is not`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml, b.yaml]
      configurations: [c.yaml]
      vars: [\(Self.variable("NAME", "metadata.name"))]
      === c.yaml
      varReference: [{kind: Thing, path: spec/deep/text}]
      \(Self.objects)
      === b.yaml
      {kind: Thing, metadata: {name: t, labels: {a: $(NAME), b: 1}}, spec: {deep: [{text: $(NAME)}], other: $(NAME)}}
      ---
      {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: $(NAME)}}
      """
    ).build()
    #expect(build.messages == [])
    #expect(build.json[1].contains(#""labels":{"a":"svc","b":1}"#))
    #expect(build.json[1].contains(#""spec":{"deep":[{"text":"svc"}],"other":"$(NAME)"}"#))
    #expect(build.json[2].contains(#""data":{"a":"$(NAME)"}"#))
  }

  @Test func `a variable of a base holds for its overlay`() {
    let build = MemoryRepository(
      """
      === o/kustomization.yaml
      namePrefix: o-
      resources: [../b, pod.yaml]
      === o/pod.yaml
      {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{args: [$(NAME)]}]}}
      === b/kustomization.yaml
      namePrefix: b-
      resources: [svc.yaml]
      vars: [\(Self.variable("NAME", "metadata.name"))]
      === b/svc.yaml
      {apiVersion: v1, kind: Service, metadata: {name: svc}}
      """
    ).build("o")
    #expect(build.messages == [])
    #expect(build.json[1].contains(#""args":["o-b-svc"]"#))
  }

  @Test(arguments: [
    (
      "vars: [{name: V, objref: {apiVersion: v1, kind: Service, name: sv}}]", "[a]",
      "var 'V' cannot be mapped to a field: 'Service/sv' is not in the build, did you mean 'svc'?",
      "kustomization.yaml:2"
    ),
    (
      "vars: [{name: V, objref: {kind: Service, name: svc}}]", "[a]",
      "var 'V' cannot be mapped to a field: 'Service/svc' is not in the build with that apiVersion: set 'apiVersion: v1' in "
        + "'objref'", "kustomization.yaml:2"
    ),
    (
      "vars: [\(variable("V", "spec.none"))]", "[a]",
      "var 'V' is the field 'spec.none' of 'Service/svc', which that object does not have", "kustomization.yaml:2"
    ),
    (
      "vars: [\(variable("V", "metadata.name")), \(variable("V", "spec.on"))]", "[a]",
      "var 'V' already encountered: give one of them another name", "kustomization.yaml:2"
    ),
    (
      "vars: [\(variable("V", "metadata.name"))]", "[1]",
      "the vars in 'Pod/p' cannot be resolved: an entry of 'spec/containers/args' is no string: put it in quotes",
      "pod.yaml:1"
    ),
    (
      "vars: [{name: V, objref: {apiVersion: v1, knid: Service, name: svc}}]", "[a]",
      "'objref' has an unknown field 'knid', did you mean 'kind'?", "kustomization.yaml:2"
    ),
  ])
  func `a variable without value is an error`(_ fields: String, _ args: String, _ message: String, _ place: String) {
    let build = Self.build(fields, args: args)
    #expect(build.messages.first == message)
    #expect(build.place(build.result.errors.first?.range) == place)
  }

  @Test func `an ambiguous variable says what to add`() {
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      vars: [{name: V, objref: {apiVersion: v1, kind: Service, name: s}}]
      === a.yaml
      {apiVersion: v1, kind: Service, metadata: {name: s, namespace: a}}
      ---
      {apiVersion: v1, kind: Service, metadata: {name: s, namespace: b}}
      """
    ).build()
    #expect(
      build.messages.first
        == "var 'V' is of 'Service/s', which 2 objects of the build are or were called: add a 'namespace' to 'objref'")
  }

  // MARK: Hostile input

  @Test func `very long values are not written again and again`() {
    let value = String(repeating: "x", count: 100_000)
    let build = MemoryRepository(
      """
      === kustomization.yaml
      resources: [a.yaml]
      vars: [{name: V, objref: {apiVersion: v1, kind: Pod, name: p}, fieldref: {fieldPath: spec.x}}]
      === a.yaml
      {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {x: \(value), containers: [{args: ["\(String(repeating: "$(V)", count: 1_000))"]}]}}
      """
    ).build()
    #expect(
      build.messages == ["the vars in 'Pod/p' cannot be resolved: the values of the vars make the build too large"])
  }

  @Test(arguments: ["$(", "$($(", "$$", "$(A)"])
  func `a long row of references is read in one go`(_ piece: String) {
    let text = Array(String(repeating: piece, count: 200_000).utf8)
    var expansion = VariableExpansion(values: ["A": .string("$(A)")])
    var used: Set<String> = []
    let result = expansion.expand(text, used: &used)
    #expect(result == (piece == "$$" ? .text(String(repeating: "$", count: 200_000)) : .unchanged))
  }
}
