import Diagnostics
import Linting
import SourceTrees
import Testing

@testable import RuleFiles

/// What is said of a field that a kind does not have.
@Suite struct `fields that are not there` {
  private static func help(_ text: String) async throws -> [String] {
    let files = try ExampleText.revisions(of: "=== cluster clusters/p 2.8.0\n=== clusters/p/a.yaml\n" + text).files
    let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, Array($0.text.utf8)) })
    let report = try await Linter.check(InMemoryTree(files: contents), options: LinterOptions())
    return report.findings.filter { $0.data["schemaError"] == .string("unknown-field") }.map { $0.help ?? "" }
  }

  /// A HelmRelease with one field more: in `spec`, `spec.chart`, `spec.chart.spec` or `spec.install`.
  @Test(arguments: [
    ("spec", "version: 1.0.0", "'version' is a field of 'spec.chart.spec'"),
    ("chart", "version: 1.0.0", "'version' is a field of 'spec.chart.spec'"),
    ("spec", "createNamespace: true", "'createNamespace' is a field of 'spec.install'"),
    ("spec", "cleanupOnFail: true", "'cleanupOnFail' is a field of 'spec.rollback' and 'spec.upgrade'"),
    ("install", "retries: 3", "'retries' is a field of 'spec.install.remediation'"),
    ("install", "cleanupOnFail: true", "'cleanupOnFail' is a field of 'spec.rollback' and 'spec.upgrade'"),
    ("chart.spec", "values: {}", "'values' is a field of 'spec'"),
    // What names an object is everywhere.
    ("spec", "name: web", ""), ("spec", "namespace: web", ""), ("chart.spec", "namespace: web", ""),
    ("spec", "a: b", ""), ("spec", "is: b", ""),
    ("chart.spec", "valuesFile: a.yaml", "write 'valuesFiles', a list"),
    ("spec", "valuesFile: a.yaml", "write 'valuesFiles', a list; the place is 'spec.chart.spec'"),
    ("spec", "intervall: 5m", "did you mean 'interval'?"), ("spec", "validation: client", ""),
  ])
  func `a hint says where the field is, or what it is called`(place: String, field: String, hint: String) async throws {
    func line(_ other: String, _ indent: Int) -> String {
      place == other ? String(repeating: " ", count: indent) + field + "\n" : ""
    }
    let text = """
      apiVersion: helm.toolkit.fluxcd.io/v2
      kind: HelmRelease
      metadata: {name: web, namespace: default}
      spec:
        interval: 10m
      \(line("spec", 2))  install:
          disableWait: true
      \(line("install", 4))  chart:
      \(line("chart", 4))    spec:
      \(line("chart.spec", 6))      chart: web
            sourceRef: {kind: HelmRepository, name: acme}

      """
    #expect(try await Self.help(text) == [hint])
  }

  @Test func `what is gone from Flux is no matter of other kinds`() async throws {
    let schema = "{type: object, properties: {spec: {type: object, properties: {size: {type: string}}}}}"
    let text = """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: gadgets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {kind: Gadget, plural: gadgets}
        versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: \(schema)}}]
      ---
      apiVersion: example.com/v1
      kind: Gadget
      metadata: {name: web, namespace: default}
      spec: {validation: client}

      """
    #expect(try await Self.help(text) == [""])
  }
}
