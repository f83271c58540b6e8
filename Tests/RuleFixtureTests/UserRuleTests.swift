import CommandFailures
import Commands
import Diagnostics
import Foundation
import Linting
import RuleCatalogue
import RuleFiles
import SourceTrees
import Testing

/// A repository with one Kustomization, and rules of its own.
private func repository(
  rules: [String: String], configuration: String = "", spec: String = "", labels: String = ""
) -> InMemoryTree {
  var files = [
    "clusters/production/apps.yaml": """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata:
      name: apps
      namespace: flux-system
    \(labels)spec:
      interval: 10m
      path: ./apps
    \(spec)  sourceRef:
        kind: GitRepository
        name: flux-system

    """
  ]
  for (path, text) in rules { files[path] = text }
  if !configuration.isEmpty { files[".fluxlint.yaml"] = configuration }
  return InMemoryTree(files: files.mapValues { Array($0.utf8) })
}

private func rule(_ name: String, assert: String, more: String = "") -> String {
  """
  name: \(name)
  summary: Something is not as we want it
  check:
    match: Kustomization.kustomize.toolkit.fluxcd.io
    assert: \(assert)
    message: "{displayName(object)} is not as we want it"
  \(more)
  """
}

/// Applies the Kustomization of `repository`, with variables that nobody knows.
private let substituting = """
  apiVersion: kustomize.toolkit.fluxcd.io/v1
  kind: Kustomization
  metadata:
    name: all
    namespace: flux-system
    labels: {}
  spec:
    interval: 10m
    path: ./clusters/production
    postBuild:
      substituteFrom:
        - {kind: ConfigMap, name: made-elsewhere}
    sourceRef:
      kind: GitRepository
      name: flux-system

  """

private let teamRule = [".fluxlint/rules/team.yaml": rule("team", assert: "has(object.metadata.labels)")]

private func lines(_ tree: InMemoryTree, _ rule: String) async throws -> [String] {
  try await findings(in: tree).filter { $0.rule == rule }.map(\.description)
}

struct UserRuleTests {
  @Test func `a rule of the repository finds what it is about`() async throws {
    #expect(
      try await lines(repository(rules: teamRule), "team") == [
        "clusters/production/apps.yaml:3:1: warning: team: Kustomization flux-system/apps is not as we want it"
      ])
    #expect(try await lines(repository(rules: teamRule, labels: "  labels: {team: web}\n"), "team").isEmpty)
  }

  @Test(arguments: [
    ("rules: {team: error}", "error"), ("rules: {team: off}", nil),
    ("ignore: [{rule: team, path: clusters, reason: known}]", nil),
  ])
  func `the configuration speaks of it as of any other`(configuration: String, severity: String?) async throws {
    let found = try await findings(in: repository(rules: teamRule, configuration: configuration))
    #expect(found.filter { $0.rule == "team" }.map(\.severity) == [severity].compactMap(\.self))
  }

  @Test func `a comment suppresses it`() async throws {
    let tree = repository(rules: teamRule, labels: "  # fluxlint: ignore-file[team] not yet\n")
    #expect(try await findings(in: tree).filter { ["team", "invalid-suppression"].contains($0.rule) }.isEmpty)
  }

  @Test func `the configuration names other directories`() async throws {
    let rules = ["policies/flux/team.yaml": rule("team", assert: "has(object.metadata.labels)")]
    #expect(try await lines(repository(rules: rules), "team").isEmpty)
    let tree = repository(rules: rules, configuration: "rulesDirectories: [./policies]")
    #expect(try await lines(tree, "team").count == 1)
  }

  @Test(arguments: [
    ("objekt.kind == 'x'", "5:11: error: invalid-rule: 'objekt' is not declared"),
    ("object.kind ==", "5:25: error: invalid-rule: the end is not expected, but an expression"),
    (
      "\"object.kind == 'a' ? 'b' : 'c'\"",
      "5:12: error: invalid-rule: the expression is 'string', but 'bool' is expected"
    ),
    ("\"\\\"a\\\" == objekt\"", "5:21: error: invalid-rule: 'objekt' is not declared"),
  ])
  func `a mistake has its place and the other rules run`(expression: String, expected: String) async throws {
    var rules = teamRule
    rules[".fluxlint/rules/broken.yaml"] = rule("broken", assert: expression)
    let tree = repository(rules: rules, configuration: "rules: {broken: error}")
    #expect(try await lines(tree, "invalid-rule").first?.hasPrefix(".fluxlint/rules/broken.yaml:\(expected)") == true)
    #expect(try await lines(tree, "team").count == 1)
  }

  /// The check of a rule, what is wrong with it, and where.
  static let mistakes: [(check: String, expected: String)] = [
    ("assert: 'false', message: m, at: 1 + 1", "3:64: error: invalid-rule: this is no place in a file"),
    ("assert: 'false', message: m, at: \"'x'\"", "3:65: error: invalid-rule: this is no place in a file"),
    ("assert: 'false', message: m, severity: \"{'fatal'}\"", "3:71: error: invalid-rule: 'severity' is error"),
    ("assert: 'false', message: m, severity: fatal", "3:70: error: invalid-rule: 'severity' is error"),
    ("assert: options.limit > 1, message: m", "3:47: error: invalid-rule: the rule has no option 'limit'; it has none"),
    ("assert: '\"a\" in options[\"limit\"]', message: m", "3:55: error: invalid-rule: the rule has no option 'limit'"),
    ("assert: item == 1, message: m", "3:39: error: invalid-rule: there is no 'item' without 'each'"),
    (
      "when: item == 1, each: '[1]', assert: 'true', message: m",
      "3:37: error: invalid-rule: 'when' is looked at before there is an 'item'"
    ),
    (
      "let: {a: item}, when: a == 1, each: '[1]', assert: 'true', message: m",
      "3:53: error: invalid-rule: 'when' is looked at before there is an 'item'"
    ),
    ("assert: 'object.spec.?x', message: m", "3:40: error: invalid-rule: the expression is 'optional_type(dyn)'"),
    ("assert: dyn(1), message: m", "3:39: error: invalid-rule: the expression always fails"),
    ("assert: object.a + object.b, message: m", "3:48: error: invalid-rule: the expression always fails"),
    (
      "assert: 'false', message: '{quantity(\"1\")}'",
      "3:59: error: invalid-rule: a 'kubernetes.Quantity' cannot be shown"
    ),
  ]

  @Test(arguments: mistakes)
  func `what can never be of use is a mistake before anything runs`(check: String, expected: String) async throws {
    let text = "name: team\nsummary: Something is wrong\ncheck: {match: Kustomization, \(check)}\n"
    let found = try await lines(repository(rules: [".fluxlint/rules/team.yaml": text]), "invalid-rule")
    #expect(found.count == 1 && found[0].hasPrefix(".fluxlint/rules/team.yaml:\(expected)"), "\(found)")
  }

  @Test(arguments: ["a value is not x", "A value is not x.", String(repeating: "long ", count: 40)])
  func `how a summary is written is no mistake`(summary: String) async throws {
    let text =
      "name: team\nsummary: '\(summary)'\nwhy: because\nguards: [none]\ncheck: {match: Kustomization, assert: 'false', message: m}\n"
    let rules = [".fluxlint/rules/team.yaml": text]
    #expect(try await lines(repository(rules: rules), "invalid-rule").isEmpty)
    #expect(try await !lines(repository(rules: rules), "team").isEmpty)
  }

  /// The lines of a check, and what fails, where: in the expression that does.
  static let failures: [(check: [String], expected: String)] = [
    (["assert: object.spec.nothing == 1", "message: m"], "5:23: error: invalid-rule: rule 'team' fails for "),
    (["when: object.spec.nothing == 1", "assert: 'false'", "message: m"], "5:21: error: invalid-rule: rule 'team'"),
    (
      [
        "let:", "  a: 1 / size(object.spec.sourceRef.name.replace('flux-system', ''))", "  b: a", "assert: b == 1",
        "message: m",
      ],
      "6:10: error: invalid-rule: rule 'team' fails for Kustomization flux-system/apps: divi"
    ),
    (["each: object.spec.sourceRef", "assert: 'false'", "message: m"], "5:9: error: invalid-rule: rule 'team' fails"),
    (["assert: object.spec.path", "message: m"], "5:11: error: invalid-rule: rule 'team' fails"),
    (["assert: 'false'", "message: 'is {object.spec.nothing}!'"], "6:29: error: invalid-rule: rule 'team' fails"),
    (["assert: 'false'", "message: m", "notes: ['x', 'is {object.spec.nothing}!']"], "7:33: error: invalid-rule"),
    (["assert: 'false'", "message: m", "severity: '{object.kind}'"], "7:14: error: invalid-rule: rule 'team' fails"),
  ]

  @Test(arguments: failures)
  func `an expression that fails while it runs is said where it stands`(check: [String], expected: String) async throws
  {
    let text =
      "name: team\nsummary: Something is wrong\ncheck:\n  match: Kustomization\n"
      + check.map { "  \($0)\n" }.joined()
    let found = try await lines(repository(rules: [".fluxlint/rules/team.yaml": text]), "invalid-rule")
    #expect(found.count == 1 && found[0].hasPrefix(".fluxlint/rules/team.yaml:\(expected)"), "\(found)")
  }

  @Test func `a rule that fails for many objects is said once, and still finds in others`() async throws {
    var files = [".fluxlint/rules/team.yaml": rule("team", assert: "object.metadata.labels.team == 'web'")]
    for name in ["a", "b", "c"] {
      files["clusters/production/\(name).yaml"] = substituting.replacing("name: all", with: "name: \(name)")
        .replacing("./clusters/production", with: "./\(name)").replacing("{}", with: name == "c" ? "{team: x}" : "{}")
    }
    let report = try await Linter.check(repository(rules: files))
    #expect(report.findings.filter { $0.rule == .invalidRule }.count == 1 && report.ruleMistakeCount == 1)
    #expect(report.findings.filter { $0.rule.name == "team" }.map(\.object?.name) == ["c"])
  }

  @Test func `an expression that never ends is a mistake too, and nothing else of the rule counts`() async throws {
    let list = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
    let endless = (0..<8).reduce("true") { inner, level in "\(list).all(x\(level), \(inner))" }
    let expression = "object.metadata.name == \"all\" ? false : \(endless)"
    let tree = repository(rules: [
      "fleet/all.yaml": substituting, ".fluxlint/rules/team.yaml": rule("team", assert: "'\(expression)'"),
    ])
    let mistakes = try await lines(tree, "invalid-rule")
    #expect(mistakes.count == 1 && mistakes[0].contains("too many steps"), "\(mistakes)")
    #expect(try await lines(tree, "team").isEmpty)
  }

  @Test(arguments: ["all", "default", "opt-in", "helm", "user"])
  func `a word that people write for several rules is no name`(name: String) async throws {
    let found = try await lines(
      repository(rules: [".fluxlint/rules/\(name).yaml": rule(name, assert: "'true'")]), "invalid-rule")
    #expect(
      found.count == 1 && found[0].contains("1:7: error: invalid-rule: '\(name)' is no name for a rule"), "\(found)")
  }

  @Test func `a name that another rule has or had is taken`() async throws {
    let rules = [
      ".fluxlint/rules/a-team.yaml": rule("a-team", assert: "'true'", more: "formerly: [path-missing]"),
      ".fluxlint/rules/b-team.yaml": rule("b-team", assert: "'true'", more: "formerly: [c-team]"),
      ".fluxlint/rules/c-team.yaml": rule("c-team", assert: "'true'"),
    ]
    let found = try await lines(repository(rules: rules), "invalid-rule")
    #expect(found.count == 2, "\(found)")
    #expect(found.contains { $0.contains("a-team.yaml:7:12") && $0.contains("there is a rule 'path-missing' already") })
    #expect(
      found.contains { $0.contains("c-team.yaml:1:7") && $0.contains("already, in '.fluxlint/rules/b-team.yaml'") })
  }

  @Test func `a name that a rule of fluxlint once had is taken`() {
    let known = [
      RuleMetadata(
        id: RuleID("new-name"), family: "helm", severity: .error, formerNames: ["old-name"], summary: "A thing",
        text: .read(RuleProse(summary: "A thing")))
    ]
    #expect(known.problem(withName: "old-name") == "'old-name' is what fluxlint once called its rule 'new-name'")
    #expect(known.problem(withName: "other-name") == nil)
  }

  @Test(arguments: [
    ("5.5", "1.5 < options.limit", ""), ("5.5", "6 == options.limit", "rules: {team: {options: {limit: 6}}}"),
    ("''", "options.limit == \"\"", ""), ("5", "options.limit == 7", "rules: {team: {options: {limit: 7}}}"),
  ])
  func `an option has the type of its default`(value: String, assert: String, configuration: String) async throws {
    let text = rule("team", assert: "'\(assert)'", more: "options: {limit: {default: \(value), about: The limit.}}")
    let tree = repository(rules: [".fluxlint/rules/team.yaml": text], configuration: configuration)
    #expect(try await findings(in: tree).filter { ["team", "invalid-rule"].contains($0.rule) }.isEmpty)
  }

  @Test(arguments: [
    ("'object.spec.timeout == \"5m\"'", "  timeout: ${TIMEOUT}\n", 0),
    ("'object.spec.timeout == \"5m\"'", "  timeout: 6m\n", 1),
    ("'object.spec.?wait.orValue(false)'", "  wait: null\n", 1),
    ("'size(object.spec.postBuild.substitute) == 2'", "  postBuild: {substitute: {A: a, B: b, C: null}}\n", 0),
  ])
  func `what is not known gives no finding, and null is as absent`(
    expression: String, spec: String, count: Int
  ) async throws {
    var rules = ["fleet/all.yaml": substituting]
    rules[".fluxlint/rules/team.yaml"] = rule("team", assert: expression).replacingOccurrences(
      of: "  assert:", with: "  when: object.metadata.name == 'apps'\n  assert:")
    let tree = repository(rules: rules, configuration: "clusters: [{path: fleet}]", spec: spec)
    #expect(try await lines(tree, "team").count == count)
  }

  @Test(arguments: ["team-missing", "helm/team-missing"])
  func `a new rule works as it is written`(name: String) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    #expect(try RuleScaffold.write(name, in: directory) == "\(directory)/\(name).yaml")
    let tests = try await RuleTests(directory: directory)
    #expect(tests.text == "1 rule, 2 examples: as expected\n")
    #expect(throws: CommandFailure.self) { try RuleScaffold.write(name, in: directory) }
  }

  @Test func `what a rule does not know is said once for each cause`() async throws {
    let rules = Dictionary(
      uniqueKeysWithValues: ["a", "b"].map {
        (".fluxlint/rules/\($0).yaml", rule($0, assert: "object.spec.?timeout.orValue('') != 'x'"))
      })
    let tree = repository(
      rules: rules.merging(["fleet/all.yaml": substituting]) { first, _ in first },
      configuration: "clusters: [{path: fleet}]", spec: "  timeout: ${TIMEOUT}\n")
    let report = try await Linter.check(tree)
    #expect(report.findings.filter { ["a", "b"].contains($0.rule.name) }.isEmpty)
    let unknown = report.notChecked.filter { $0.references.contains { $0.target.hasPrefix("a of") } }
    #expect(unknown.map(\.kind) == ["variables"])
    #expect(
      unknown.flatMap(\.references).map(\.target) == [
        "a of Kustomization flux-system/apps", "b of Kustomization flux-system/apps", "variable TIMEOUT",
      ])
  }

  @Test func `the policies of the cookbook do what they say`() async throws {
    let tests = try await RuleTests(directory: Repository.root + "/docs/rules-of-your-own")
    #expect(!tests.isDifferent && tests.mistakeCount == 0, "\(tests.text)")
    #expect(tests.text == "12 rules, 26 examples: as expected\n")
  }

  @Test func `the guide shows every policy of the cookbook`() throws {
    let guide = try String(contentsOfFile: Repository.root + "/docs/rules-of-your-own.md", encoding: .utf8)
    for name in Repository.names(in: Repository.root + "/docs/rules-of-your-own") {
      let text = try String(contentsOfFile: "\(Repository.root)/docs/rules-of-your-own/\(name)", encoding: .utf8)
      let shown = text.components(separatedBy: "examples:\n")[0]
      #expect(guide.contains(shown), "\(name)")
    }
  }

  @Test func `the schema of rule files is the one in the documentation`() throws {
    let documented = try String(contentsOfFile: Repository.root + "/docs/rule.schema.json", encoding: .utf8)
    #expect(documented.trimmingCharacters(in: .newlines) == RuleFileSchema.text.trimmingCharacters(in: .newlines))
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(RuleFileSchema.text.utf8)) }
  }
}
