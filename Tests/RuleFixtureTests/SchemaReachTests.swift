import Diagnostics
import FluxModel
import Foundation
import Linting
import SourceTrees
import Testing

@testable import RuleFiles

/// A cluster with objects, in one text as rule files have them.
private func checked(_ text: String, in topDirectory: String? = nil) async throws -> Report {
  let files = try ExampleText.revisions(of: "=== cluster clusters/production 2.8.0\n" + text).files
  var options = LinterOptions()
  options.topDirectory = topDirectory
  let contents = Dictionary(uniqueKeysWithValues: files.map { ($0.path, Array($0.text.utf8)) })
  return try await Linter.check(InMemoryTree(files: contents), options: options)
}

extension Report {
  /// `rule path:line`, of what the schemas say.
  fileprivate var schemaFindings: [String] {
    zip(lines(of: self), findings).filter { $1.data["schemaError"] != nil }.map {
      "\($0.0.rule) \($0.0.path):\($0.0.line)"
    }
  }

  fileprivate func reasons(_ kind: String) -> [String] { notChecked.filter { $0.kind == kind }.map(\.reason) }
}

private func definition(_ schema: String, group: String = "example.com") -> String {
  """
  apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: gadgets.\(group)}
  spec:
    group: \(group)
    scope: Cluster
    names: {kind: Gadget, plural: gadgets}
    versions:
      - name: v1
        served: true
        storage: true
        schema: {openAPIV3Schema: {type: object, properties: {spec: \(schema)}}}

  """
}

private let gadget = """
  apiVersion: example.com/v1
  kind: Gadget
  metadata: {name: a}
  spec: {size: large}

  """

/// Where schemas come from.
@Suite struct `schemas that lie elsewhere` {
  private static let size = "{type: object, properties: {size: {type: integer}}}"
  private static let json = """
    {"type": "object", "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer"}}}}}
    """

  @Test(arguments: [
    ("schemas/example.com/gadget_v1.json", Self.json), ("schemas/gadget-example-v1.json", Self.json),
    ("schemas/crds/gadgets.yaml", definition(Self.size)), ("schemas/a.yml", "a: b\n---\n" + definition(Self.size)),
  ])
  func `a directory of schemas describes kinds`(path: String, text: String) async throws {
    let objects = "=== clusters/production/a.yaml\n\(gadget)=== \(path)\n\(text)\n"
    let without = try await checked(objects)
    #expect(without.schemaFindings.isEmpty)
    #expect(without.reasons("no-schema").count == 1)
    for directory in ["schemas", "./schemas/"] {
      let with = try await checked(objects + "=== .fluxlint.yaml\nschemas: ['\(directory)']\n")
      #expect(with.schemaFindings == ["wrong-type clusters/production/a.yaml:4"], "\(directory)")
      #expect(with.reasons("no-schema").isEmpty)
    }
  }

  @Test(arguments: [
    // Another version, another group, another directory, and a name in upper case.
    "schemas/example.com/gadget_v2.json", "schemas/example.org/gadget_v1.json", "other/example.com/gadget_v1.json",
    "schemas/example.com/Gadget_v1.json",
  ])
  func `a schema of something else describes nothing`(path: String) async throws {
    let result = try await checked(
      "=== clusters/production/a.yaml\n\(gadget)=== \(path)\n\(Self.json)\n=== .fluxlint.yaml\nschemas: [schemas]\n")
    #expect(result.schemaFindings.isEmpty)
    #expect(result.reasons("no-schema").count == 1)
  }

  @Test func `a schema that cannot be read describes nothing`() async throws {
    let result = try await checked(
      "=== clusters/production/a.yaml\n\(gadget)=== schemas/gadget-example-v1.json\n{\"type\": [\n=== .fluxlint.yaml\nschemas: [schemas]\n"
    )
    #expect(result.schemaFindings.isEmpty)
    #expect(result.reasons("no-schema").count == 1)
  }

  @Test func `what the cluster applies wins over a directory`() async throws {
    let text = definition("{type: object, properties: {size: {type: string}}}")
    let result = try await checked(
      "=== clusters/production/a.yaml\n\(gadget)---\n\(text)=== schemas/gadget-example-v1.json\n\(Self.json)\n=== .fluxlint.yaml\nschemas: [schemas]\n"
    )
    #expect(result.schemaFindings.isEmpty)
  }

  @Test func `a version that is not served is told as such`() async throws {
    let text = definition(Self.size).replacing("served: true", with: "served: false")
    for version in ["v1", "v2"] {
      let object = gadget.replacing("/v1", with: "/\(version)")
      let result = try await checked("=== clusters/production/a.yaml\n\(object)---\n\(text)")
      #expect(result.schemaFindings.isEmpty)
      #expect(result.reasons("no-schema").isEmpty)
      #expect(
        result.reasons("not-served").map { $0.hasPrefix("1 object is in a version that the definition here does not") }
          == [true])
    }
  }

  @Test func `as many objects are held against a schema as there are, and no more`() async throws {
    let result = try await checked(
      """
      === clusters/production/set.yaml
      apiVersion: fluxcd.controlplane.io/v1
      kind: ResourceSet
      metadata: {name: apps, namespace: default}
      spec:
        resources:
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: default}}
          - {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: default}}

      """)
    let judged = try #require(result.judgedCount)
    #expect(judged == result.objectCount)
  }

  @Test func `definitions of a neighbouring checkout describe kinds`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "schema-reach-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let crds = folder.appending(path: "infra/crds")
    for path in [crds, folder.appending(path: "fleet")] {
      try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
    }
    try definition(Self.size).write(to: crds.appending(path: "gadgets.yaml"), atomically: false, encoding: .utf8)
    let result = try await checked(
      "=== clusters/production/a.yaml\n\(gadget)=== .fluxlint.yaml\nsources: {'https://h/infra': ../infra}\n",
      in: folder.appending(path: "fleet").path)
    #expect(result.schemaFindings == ["wrong-type clusters/production/a.yaml:4"])
  }
}

/// One cause is one finding.
@Suite struct `mistakes that many objects share` {
  private static func cluster(_ name: String, path: String) -> String {
    """
    === cluster clusters/\(name) 2.8.0
    === clusters/\(name)/apps.yaml
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: apps, namespace: flux-system}
    spec:
      interval: 10m
      path: \(path)
      prune: true
      sourceRef: {kind: GitRepository, name: flux-system}

    """
  }

  @Test func `a wrong field in a base of twelve clusters is one finding with all of them`() async throws {
    let clusters = (1...12).map { Self.cluster("c\($0)", path: "./overlays/c\($0)") }.joined()
    let overlays = (1...12).map {
      "=== overlays/c\($0)/kustomization.yaml\nresources: [../../base]\nnamePrefix: c\($0)-\n"
    }.joined()
    let base = """
      === base/kustomization.yaml
      resources: [web.yaml]
      === base/web.yaml
      apiVersion: v1
      kind: Service
      metadata: {name: web, namespace: flux-system}
      spec:
        ports: [{port: eighty}]

      """
    let result = try await checked(clusters + overlays + base)
    #expect(result.schemaFindings == ["wrong-type base/web.yaml:5"])
    #expect(result.findings.first { $0.rule.name == "wrong-type" }?.clusters.count == 12)
  }

  @Test func `a patch that reaches forty objects is one finding`() async throws {
    let objects = (1...40).map {
      "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d\($0), namespace: flux-system}\n"
        + "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}\n"
    }.joined(separator: "---\n")
    let result = try await checked(
      Self.cluster("apps", path: "./apps") + """
        === apps/kustomization.yaml
        resources: [all.yaml]
        patches:
          - target: {kind: Deployment}
            patch: |
              - {op: add, path: /spec/replicas, value: many}
        === apps/all.yaml
        \(objects)
        """)
    #expect(result.schemaFindings == ["wrong-type apps/kustomization.yaml:5"])
    let finding = try #require(result.findings.first { $0.rule.name == "wrong-type" })
    #expect(finding.notes == ["40 objects have it from here"], "\(finding)")
  }
}

/// An object with no end of mistakes.
@Suite struct `mistakes that one object has` {
  @Test func `are fifty, and a note how many more`() async throws {
    let fields = (0..<80).map { "p\($0): 1" }.joined(separator: ", ")
    let result = try await checked(
      "=== clusters/production/a.yaml\n\(definition("{type: object, properties: {a: {type: string}}}"))---\napiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: a}\nspec: {\(fields)}\n"
    )
    #expect(result.schemaFindings.count == 50)
    #expect(result.findings.contains { $0.notes == ["30 more mistakes of the object are not shown"] })
  }
}

/// Flux 2.10 is 2.9 and what came since.
@Suite struct `releases whose definitions are not known` {
  private static let objects = """
    === clusters/production/apps.yaml
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: apps, namespace: flux-system}
    spec:
      interval: 10m
      prune: true
      newThing: true
      deletionPolicy: Sometimes
      sourceRef: {kind: GitRepository, name: flux-system}
      path: 5

    """

  private func report(release: String) async throws -> Report {
    try await checked(Self.objects + "=== .fluxlint.yaml\nfluxVersion: '\(release)'\n")
  }

  @Test func `what the newest known release has not is an error in that one`() async throws {
    let result = try await report(release: "2.9")
    #expect(
      Set(result.findings.filter { $0.data["schemaError"] != nil }.map(\.rule.name)) == [
        "unknown-field", "invalid-value", "wrong-type",
      ])
  }

  @Test func `in a newer one it is not checked, and the rest is`() async throws {
    let result = try await report(release: "2.10")
    #expect(Set(result.findings.filter { $0.data["schemaError"] != nil }.map(\.rule.name)) == ["wrong-type"])
    let entry = try #require(result.notChecked.first { $0.reason.contains("2.9 does not have") })
    #expect(entry.kind == "newer-release")
    #expect(entry.reason.contains("Flux 2.10"))
    #expect(entry.references.count == 2)
  }
}

/// Definitions that try to keep the linter busy.
@Suite struct `hostile definitions` {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var schema: String
    var spec = "{a: x}"
    /// The kind of the entry that says what is not checked, and a part of it.
    var expected: (kind: String, text: String)?
    var findings: [String] = []
  }

  private static func properties(_ count: Int) -> String {
    "{type: object, properties: {" + (0..<count).map { "p\($0): {type: string}" }.joined(separator: ", ") + "}}"
  }

  private static func recursive() -> String {
    // A schema cannot hold itself in YAML; what comes nearest doubles with each step.
    var text = "{type: object, properties: {a: &a0 {type: string}}}"
    for step in 1...40 {
      text = "{type: object, properties: {a: &a\(step) {type: object, properties: {x: \(text), y: *a\(step - 1)}}}}"
    }
    return text
  }

  static let cases = [
    Case(
      testDescription: "a schema that refers to itself", schema: "{type: object, properties: {a: {$ref: '#'}}}",
      findings: ["invalid-value"]),
    Case(
      testDescription: "a schema in a schema in a schema",
      schema: String(repeating: "{type: object, properties: {a: ", count: 300) + "{type: string}"
        + String(repeating: "}}", count: 300)),
    Case(testDescription: "aliases that double", schema: recursive(), expected: ("no-schema", "Gadget")),
    Case(
      testDescription: "10,000 properties", schema: properties(10_000), spec: "{p9999: 1, q: x}",
      findings: ["unknown-field", "wrong-type"]),
    Case(
      testDescription: "more than 100,000 properties", schema: properties(110_000),
      expected: ("no-schema", "Gadget, whose definition is too large (1)")),
    Case(
      testDescription: "10 MB of text",
      schema: "{type: object, description: '\(String(repeating: "x", count: 10 << 20))'}",
      spec: "{}"),
    Case(
      testDescription: "a rule without an end",
      schema:
        "{type: object, properties: {a: {type: array, items: {type: integer}}}, x-kubernetes-validations: [{rule: 'self.a.all(x, self.a.all(y, self.a.all(z, x + y + z >= 0)))'}]}",
      spec: "{a: [\((0..<300).map(String.init).joined(separator: ", "))]}",
      expected: ("unfinished", "takes too long")),
    Case(
      testDescription: "a thousand rules that each take their time",
      schema: "{type: object, properties: {a: {type: array, items: {type: integer}}}, x-kubernetes-validations: ["
        + (0..<1_000).map { "{rule: 'self.a.all(x, self.a.all(y, x + y >= -\($0)))'}" }.joined(separator: ", ") + "]}",
      spec: "{a: [\((0..<300).map(String.init).joined(separator: ", "))]}",
      expected: ("unfinished", "takes too long")),
    Case(
      testDescription: "a rule that is none",
      schema: "{type: object, properties: {a: {type: string}}, x-kubernetes-validations: [{rule: 'self.a ==='}]}",
      expected: ("unfinished", "cannot be evaluated")),
    Case(
      testDescription: "a pattern that is none",
      schema: "{type: object, properties: {a: {type: string, pattern: '(('}}}", findings: ["invalid-value"]),
    Case(
      testDescription: "a pattern that others take forever for",
      schema: "{type: object, properties: {a: {type: string, pattern: '^(a+)+$'}}}",
      spec: "{a: \(String(repeating: "a", count: 5_000))!}", findings: ["invalid-value"]),
    Case(
      testDescription: "a pattern of a great size",
      schema: "{type: object, properties: {a: {type: string, pattern: '((((a{1,1000}){1,1000}){1,1000}){1,1000})'}}}",
      expected: ("unfinished", "cannot be read")),
    Case(
      testDescription: "many forms for many entries",
      schema:
        "{type: object, properties: {a: {type: array, items: {type: string}, anyOf: [\((0..<1_500).map { "{items: {enum: [x\($0)]}}" }.joined(separator: ", "))]}}}",
      spec: "{a: [\((0..<1_500).map { "y\($0)" }.joined(separator: ", "))]}",
      expected: ("unfinished", "too large to be held against its schema")),
  ]

  @Test(arguments: cases)
  func `come to an end, and what was not checked is said`(_ example: Case) async throws {
    let object = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: a}\nspec: \(example.spec)\n"
    let result = try await checked(
      "=== clusters/production/a.yaml\n\(object)---\n\(definition(example.schema))")
    let found = result.findings.filter { $0.object?.kind == "Gadget" && $0.data["schemaError"] != nil }.map(\.rule.name)
    #expect(found.sorted() == example.findings, "\(found)")
    if let expected = example.expected {
      #expect(
        result.notChecked.contains { $0.kind.hasPrefix(expected.kind) && $0.reason.contains(expected.text) },
        "\(result.notChecked.map { "\($0.kind): \($0.reason)" })")
    }
  }
}
