import FluxGraph
import Kustomize
import Manifests
import SourceText
import Testing
import YAMLSyntax

@Suite struct `Substitution in objects` {
  struct Case: CustomTestStringConvertible {
    /// The value of `data.x` as it is written, with `v` set to `value`.
    var written: String
    var value: String
    var result: String

    init(_ written: String, _ value: String, _ result: String) {
      self.written = written
      self.value = value
      self.result = result
    }

    var testDescription: String { "\(written) with \(value)" }
  }

  /// fluxcd/pkg `kustomize_varsub.go`: the object is written without the quotes of the source, and read again.
  static let cases = [
    Case("${v}", "text", "'text'"), Case("${v}", "5", "5"), Case(#""${v}""#, "5", "5"),
    Case("${v}", "true", "true"), Case("${v}", "yes", "true"), Case("${v}", "1e3", "1000"),
    Case("${v}", "012", "10"), Case("${v}", "", "null"), Case("${v}", "null", "null"),
    Case("a${v}", "5", "'a5'"), Case(#"'"${v}"'"#, "5", #"'"5"'"#),
    Case("${v}", #""5""#, "'5'"), Case("${v}", "[1, b]", "[1, 'b']"), Case("${v}", "{a: 1}", "{'a': 1}"),
    Case("${v}", "a # b", "'a'"), Case("'# ${v}'", "b", "'# b'"),
    Case(#""\ta ${v}""#, #"b\n"#, "'\ta b\n'"),
    Case("|\n    a\n    ${v}\n", "5", "'a\n5\n'"), Case("|\n    $${v} $$\n", "5", "'${v} $\n'"),
    Case("{k: '${v}'}", "5", "{'k': 5}"), Case("{'${v}': w}", "k", "{'k': 'w'}"),
    Case("2026-0${v}", "1-01", "'2026-01-01'"),
    // What is a mapping behind a dash is none behind a colon.
    Case("['${v}']", "a: b", "[{'a': 'b'}]"), Case("['${v}']", "- a", "[['a']]"),
    // A comment in the only key takes the colon away; what is left is the value.
    Case("{'${v}': w}", "a #b", "'a'"), Case("{'${v}': w}", "5 #b", "5"), Case("{'${v}': w}", "a#b", "{'a#b': 'w'}"),
    Case("['${v}': w]", "a #b", "['a']"), Case("{'${v}': w}", "1234567.5", "{'1.2345675e+06': 'w'}"),
    // All line feeds at the end are kept, and none is added.
    Case("|+\n    ${v}\n\n", "a", "'a\n\n\n'"),
    // Keys are strings by their value, and of equal ones the last counts.
    Case("{'${v}': w}", "0755", "{'493': 'w'}"), Case("{a: '${v}', 'a${v}': w}", "", "{'a': 'w'}"),
  ]

  @Test(arguments: cases) func `a value is what its text is read as`(_ test: Case) async throws {
    let repository = try await Self.repository(test.written, test.value)
    let object = try #require(repository.object("Thing", "x"))
    let x = try #require(repository.forest.value(object.root, "data", "x"))
    #expect(repository.text(x) == test.result)
    #expect(repository.kustomization("apps")?.substitutionErrors == [])
  }

  @Test(arguments: [
    ("'# ${v}'", "it's"), ("${v}", "a: b: c"), ("${v}", "[a"), ("{'${v}': w, b: c}", "a #b"),
    ("{'${v}': {b: c}}", "a #b"),
  ])
  func `text that is no YAML any more fails`(written: String, value: String) async throws {
    let repository = try await Self.repository(written, value)
    let errors = try #require(repository.kustomization("apps")?.substitutionErrors)
    #expect(errors.count == 1)
    #expect(errors.first.map { repository.sources.path(of: $0.range.file) } == "apps/x.yaml")
  }

  @Test func `an unknown value leaves the object open`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps", spec: "  postBuild: {substituteFrom: [{kind: Secret, name: vars}]}"),
      "apps/x.yaml": GraphRepository.configMap("x", "a: ${b}"),
    ])
    let object = try #require(repository.object("ConfigMap", "x"))
    #expect(!object.isKnown)
    #expect(object.root == object.built)
  }

  @Test func `values of a plain Secret are known, stringData last`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/secret.yaml":
        "apiVersion: v1\nkind: Secret\nmetadata: {name: vars, namespace: flux-system}\n"
        + "data: {b: b2xk, c: Yw==}\nstringData: {b: new}\n",
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps", spec: "  postBuild: {substituteFrom: [{kind: Secret, name: vars}]}"),
      "apps/x.yaml": GraphRepository.configMap("x", "a: ${b}-${c}"),
    ])
    let object = try #require(repository.object("ConfigMap", "x"))
    let a = try #require(repository.forest.value(object.root, "data", "a"))
    #expect(repository.text(a) == "'new-c'")
  }

  @Test func `one bad name of a variable fails everything`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps", spec: "  postBuild: {substitute: {my-var: x}}"),
      "apps/x.yaml": GraphRepository.configMap("x"),
    ])
    #expect(repository.kustomization("apps")?.substitutionErrors.count == 1)
  }

  private static func repository(_ written: String, _ value: String) async throws -> GraphRepository {
    let quoted = "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    return try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps", spec: "  postBuild: {substitute: {v: \(quoted)}}"),
      "apps/x.yaml":
        "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x, namespace: apps}\ndata:\n  x: \(written)\n",
    ])
  }

  @Test(arguments: [
    // The parent substitutes nothing, or has the mark escaped: what is left in a value is text.
    ("postBuild: {substitute: {v: 'a${HOST}'}}", "'a${HOST}'"),
    ("postBuild: {substituteFrom: [{kind: ConfigMap, name: vars}]}", "'b${HOST}'"),
  ])
  func `an expression in a value is text`(spec: String, result: String) async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/vars.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {v: 'b${HOST}'}\n",
      "clusters/a/apps.yaml": GraphRepository.kustomization("apps", path: "./apps", spec: "  \(spec)"),
      "apps/x.yaml": GraphRepository.configMap("x", "x: ${v}"),
    ])
    let object = try #require(repository.object("ConfigMap", "x"))
    #expect(object.isKnown)
    #expect(repository.forest.value(object.root, "data", "x").map { repository.text($0) } == result)
  }

  @Test func `an expression in a value that the parent may replace leaves the object open`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync(
        "clusters/a", extra: "  postBuild: {substituteFrom: [{kind: Secret, name: elsewhere}]}"),
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps", spec: "  postBuild: {substitute: {v: 'a${HOST}'}}"),
      "apps/x.yaml": GraphRepository.configMap("x", "x: ${v}"),
    ])
    #expect(repository.object("ConfigMap", "x")?.isKnown == false)
  }

  @Test func `with only optional variables out of sight an object is as written or open, and no error`() async throws {
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps",
        spec: "  postBuild: {substituteFrom: [{kind: ConfigMap, name: gone, optional: true}]}"),
      "apps/x.yaml": GraphRepository.configMap("x", "x: '${arr[@]}'"),
      "apps/y.yaml": GraphRepository.configMap("y", "x: plain"),
    ])
    #expect(repository.object("ConfigMap", "x")?.isKnown == false)
    #expect(repository.object("ConfigMap", "y")?.isKnown == true)
    #expect(repository.kustomization("apps")?.substitutionErrors == [])
  }

  @Test(arguments: [
    String(repeating: "${v}", count: 2_000), "${v//a/" + String(repeating: "b", count: 50_000) + "}",
    "${none:-" + String(repeating: "${v}", count: 100) + "}",
  ])
  func `a text that becomes larger than any object is not made`(text: String) async throws {
    let value = String(repeating: "a", count: 100_000)
    let repository = try await GraphRepository([
      "clusters/a/gotk-sync.yaml": GraphRepository.sync("clusters/a"),
      "clusters/a/apps.yaml": GraphRepository.kustomization(
        "apps", path: "./apps", spec: "  postBuild: {substitute: {v: \(value)}}"),
      "apps/x.yaml": GraphRepository.configMap("x", "x: '\(text)'"),
      "apps/y.yaml": GraphRepository.configMap("y", "x: ${v}"),
    ])
    #expect(repository.object("ConfigMap", "x")?.isKnown == false)
    #expect(repository.object("ConfigMap", "y")?.isKnown == true)
  }
}
