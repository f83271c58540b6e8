import Diagnostics
import Linting
import SourceTrees
import Testing

@testable import RuleFiles

/// What made a wrong value, and that it is told once.
@Suite struct `causes of wrong values` {
  /// What a cluster says that applies `apps` with variables, without the paths.
  private static func report(
    _ objects: String, variables: String = "other: x", extra: String = ""
  ) async throws -> Report {
    let text = """
      === cluster clusters/production 2.8.0
      === clusters/production/apps.yaml
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: apps, namespace: flux-system}
      spec:
        interval: 10m
        path: ./apps
        prune: true
        sourceRef: {kind: GitRepository, name: flux-system}
        postBuild:
          substitute: {\(variables)}
      === apps/all.yaml
      \(objects)
      \(extra)
      """
    let files = try ExampleText.revisions(of: text).files
    let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, Array($0.text.utf8)) })
    return try await Linter.check(InMemoryTree(files: contents))
  }

  private static func told(_ report: Report, _ rules: Set<String>) -> [String] {
    zip(lines(of: report), report.findings).filter { rules.contains($1.rule.name) }.map {
      "\($0.0.rule) \($0.0.path):\($0.0.line)"
    }
  }

  @Test(
    arguments: [
      // The whole value, whatever becomes of it.
      ("a: ${v}", "v: '5'", "variable-changes-type"), ("a: ${v}", "v: '[x]'", "variable-changes-type"),
      ("a: ${v}", "v: '{x: y}'", "variable-changes-type"), ("a: x${v}", "v: ''", nil), ("a: ${v}", "v: x", nil),
      ("a: '${w:-5}'", "v: x", "variable-changes-type"),
    ] as [(String, String, String?)])
  func `a type that a variable makes is its own rule`(_ data: String, _ variable: String, _ rule: String?) async throws
  {
    let report = try await Self.report(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata:\n  \(data)\n",
      variables: variable)
    let found = report.findings.filter { $0.data["schemaError"] != nil }
    #expect(found.map(\.rule.name) == [rule].compactMap(\.self), "\(found)")
    if rule != nil { #expect(found.first?.related.count == (data.contains("w:-") ? 0 : 1)) }
  }

  @Test(arguments: [
    ("type: ${v}", "v: Nothing", "invalid-value"), ("type: Cluster${v}", "v: x", "invalid-value"),
    ("ports: [{port: '${v}'}]", "v: '99999'", "invalid-value"), ("'${v}': 1", "v: prots", "unknown-field"),
    ("selector: ${v}", "v: '{a: 5}'", "variable-changes-type"),
  ])
  func `a value that a variable makes is shown where it is written`(
    _ spec: String, _ variable: String, _ rule: String
  ) async throws {
    let report = try await Self.report(
      "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: default}\nspec:\n  \(spec)\n",
      variables: variable)
    let found = report.findings.filter { $0.data["schemaError"] != nil }
    #expect(found.map(\.rule.name) == [rule], "\(found)")
    #expect(found.first?.related.map(\.message) == ["the value of 'v' is written here"])
  }

  @Test(arguments: [
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata: {a: .inf}\n",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: default}\nimagePullSecrets: [x]\n",
  ])
  func `what the build fails for is not told again`(object: String) async throws {
    let report = try await Self.report(object)
    #expect(report.findings.filter { $0.severity == .error }.map(\.rule.name) == ["build-failed"], "\(report.findings)")
  }

  @Test func `what the substitution fails for is not told again`() async throws {
    let report = try await Self.report(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default}\ndata: {a: '${v}'}\n",
      variables: "v: '.inf'")
    #expect(report.findings.filter { $0.severity == .error }.map(\.rule.name) == ["substitution-failed"])
  }

  // MARK: ResourceSets

  private static func set(_ resource: String) -> String {
    """
    apiVersion: fluxcd.controlplane.io/v1
    kind: ResourceSet
    metadata: {name: set, namespace: flux-system}
    spec:
      inputs: [{name: one, port: 80}, {name: two, port: 81}]
      resources:
        - apiVersion: v1
          kind: ConfigMap
          metadata: {name: << inputs.name >>, namespace: flux-system}
    \(resource.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
    """
  }

  @Test func `what a ResourceSet makes is held against schemas, once for all inputs`() async throws {
    let report = try await Self.report(Self.set("data: {port: << inputs.port >>}"))
    let found = report.findings.filter { $0.data["schemaError"] != nil }
    #expect(found.map(\.rule.name) == ["string-expected"], "\(found)")
    #expect(found.first?.notes == ["2 objects have it from here"])
    #expect(found.first?.help == "quote what the template prints: '<< ... | quote >>'")
  }

  @Test(arguments: ["data: {port: << inputs.port | quote >>}", "data: {port: '<< inputs.name >>'}"])
  func `what its template quotes is right`(data: String) async throws {
    let report = try await Self.report(Self.set(data))
    #expect(report.findings.allSatisfy { $0.data["schemaError"] == nil }, "\(report.findings)")
    #expect(report.notChecked.allSatisfy { $0.kind != "template" })
  }

  @Test func `what its template computes is held against schemas`() async throws {
    let report = try await Self.report(Self.set("data: {port: << add inputs.port 1 >>}"))
    #expect(report.findings.filter { $0.data["schemaError"] != nil }.map(\.rule.name) == ["string-expected"])
    #expect(report.notChecked.allSatisfy { $0.kind != "template" })
  }

  @Test func `what cannot be computed of its template is not checked`() async throws {
    let report = try await Self.report(Self.set("data: {port: << sha256sum inputs.name >>}"))
    #expect(report.findings.allSatisfy { $0.data["schemaError"] == nil }, "\(report.findings)")
    #expect(report.notChecked.contains { $0.kind == "template" && $0.reason.contains("ResourceSet 'set'") })
  }

  @Test func `data that the operator copies over is not held against anything`() async throws {
    let text = Self.set("data: {port: 5}").replacing(
      "namespace: flux-system}\n      data",
      with: "namespace: flux-system, annotations: {fluxcd.controlplane.io/copyFrom: a/b}}\n      data")
    #expect(text.contains("copyFrom"))
    let report = try await Self.report(text)
    #expect(report.findings.allSatisfy { $0.data["schemaError"] == nil }, "\(report.findings)")
    let reasons = report.notChecked.map(\.reason).filter { $0.contains("copies data from 'a/b'") }
    #expect(reasons.count == 1, "\(report.notChecked)")
  }

  // MARK: Definitions

  private static let definition = """
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata: {name: gadgets.example.com}
    spec:
      group: example.com
      scope: Cluster
      names: {kind: Gadget, plural: gadgets}
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    a: {type: string, pattern: '(?=x)'}

    """
  private static let gadgets =
    "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: a}\nspec: {a: x}\n---\n"
    + "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: b}\nspec: {a: y}\n"

  @Test func `a pattern that is none is found in the definition, once`() async throws {
    let report = try await Self.report(Self.gadgets + "---\n" + Self.definition)
    #expect(Self.told(report, ["invalid-value", "validation-rule-failed"]) == ["invalid-value apps/all.yaml:29"])
    #expect(report.notChecked.allSatisfy { !$0.reason.contains("(?=x)") })
  }

  @Test func `that of a definition which the cluster does not apply is not checked`() async throws {
    let report = try await Self.report(
      Self.gadgets, extra: "=== schemas/gadgets.yaml\n\(Self.definition)\n=== .fluxlint.yaml\nschemas: [schemas]\n")
    #expect(report.findings.allSatisfy { $0.data["schemaError"] == nil }, "\(report.findings)")
    let entry = try #require(report.notChecked.first { $0.reason.contains("(?=x)") })
    #expect(entry.references.map(\.target).sorted() == ["invalid-value of Gadget a", "invalid-value of Gadget b"])
  }
}
