import Testing
import rulegen

private let sample = """
  name: rule-one
  severity: warning
  summary: Something is "wrong"
  why: >-
    Because it is.

    And for ever.
  fix: >-
    Correct it.
  guards:
    - When it is right.
    - Or when `x` is \\.
  references:
    - title: Page
      source: https://example.com/page
    - title: Code
      source: owner/project file.go
  examples:
    bad: bad-one
    good: good-one

  """

struct RuleFileTests {
  @Test func `a rule file gives all of its fields`() throws {
    let rule = try RuleFile(path: "rules/family/rule-one.yaml", text: sample)
    #expect([rule.family, rule.name, rule.severity] == ["family", "rule-one", "warning"])
    #expect(rule.why == "Because it is.\nAnd for ever.")
    #expect(rule.guards == ["When it is right.", "Or when `x` is \\."])
    #expect(rule.references.map(\.title) == ["Page", "Code"])
    #expect([rule.badExample, rule.goodExample] == ["bad-one", "good-one"])
  }

  @Test(arguments: [
    ("name: rule-one", "name: rule-two", "1:7: error: the name is 'rule-two' but the file's is 'rule-one'"),
    ("severity: warning", "severity: bad", "2:11: error: 'bad' is not a severity: error, warning or note"),
    ("summary: Some", "summary: some", "3:10: error: the summary does not start with a capital"),
    ("\"wrong\"", "wrong.", "3:10: error: the summary ends with a stop: it is a headline"),
    ("And for ever.", "And for ever", "4:6: error: this does not end with a stop"),
    ("  Correct it.", "  correct it.", "8:6: error: this does not start with a capital"),
    ("- When it is right.", "- When it is right", "11:5: error: this does not end with a stop"),
    ("    source: owner/project file.go\n", "", "16:5: error: an item of 'references' has no 'source'"),
    ("  bad: bad-one\n", "", "19:3: error: 'examples' has no 'bad'"),
    ("bad: bad-one", "bad: one", "19:8: error: 'one' is not 'bad-' and a reason in kebab case"),
    ("good: good-one", "good: good-One", "20:9: error: 'good-One' is not 'good-' and a reason in kebab case"),
    ("fix: >-\n  Correct it.\n", "", "1:1: error: the rule file has no 'fix'"),
    (
      "fix: >-", "fixed: >-",
      "8:1: error: unknown key 'fixed': the keys of the rule file are name, severity, summary, why, fix, guards, "
        + "references, examples"
    ),
  ])
  func `a mistake is reported at its place`(old: String, new: String, expected: String) {
    let text = sample.replacing(old, with: new)
    #expect(text != sample)
    let path = "rules/family/rule-one.yaml"
    #expect(message { try RuleFile(path: path, text: text) } == "\(path):\(expected)")
  }

  @Test func `a long summary is refused`() {
    let text = sample.replacing("Something is", with: "Something is" + String(repeating: " very", count: 20))
    #expect(message { try RuleFile(path: "rules/f/rule-one.yaml", text: text) }?.contains("100 is the limit") == true)
  }
}

struct VersionFactsTests {
  private static let table = """
    sources:
      - title: CRDs
        source: https://example.com
    releases:
      first: "0.1"
      lastPreview: "0.41"
      newest: "2.10"
    kinds:
      - group: helm.toolkit.fluxcd.io
        kinds:
          - HelmRelease
        versions:
          - name: v2beta1
            introduced: "0.1"
            removed: "2.7"
    others:
      - group: fluxcd.controlplane.io
        kinds:
          - ResourceSet
        versions:
          - name: v1

    """

  @Test func `the table becomes Swift`() throws {
    let text = try VersionFacts(path: "t.yaml", text: Self.table).swift
    #expect(text.contains("newestRelease = FluxVersion(major: 2, minor: 10)"))
    #expect(
      text.contains(
        #"Version("v2beta1", FluxVersion(major: 0, minor: 1), nil, FluxVersion(major: 2, minor: 7))"#))
  }

  @Test(arguments: [
    (
      #"removed: "2.7""#, #"removed: "2.11""#,
      "10:11: error: 'v2beta1' has releases out of order, or such as there are not"
    ),
    (#"removed: "2.7""#, #"gone: "2.7""#, "error: unknown key 'gone'"),
    (#"newest: "2.10""#, #"newest: "ten""#, "error: 'newest' is no release like \"2.9\""),
  ])
  func `a mistake in it stops the build with its place`(old: String, new: String, message: String) {
    do {
      _ = try VersionFacts(path: "t.yaml", text: Self.table.replacing(old, with: new))
      Issue.record("no error")
    } catch {
      #expect("\(error)".hasPrefix("t.yaml:") && "\(error)".contains(message.drop { $0 != "e" }), "\(error)")
    }
  }
}

struct SwiftEmitterTests {
  @Test(arguments: [
    ("depends-on-cycle", "DependsOnCycle", "dependsOnCycle"),
    ("invalid-yaml", "InvalidYAML", "invalidYAML"),
    ("deprecated-api-version", "DeprecatedAPIVersion", "deprecatedAPIVersion"),
    ("api-version", "APIVersion", "apiVersion"),
  ])
  func `names follow the Swift conventions`(name: String, type: String, constant: String) {
    #expect(SwiftEmitter.typeName(name) == type)
    #expect(SwiftEmitter.constantName(name) == constant)
  }

  @Test func `the registry names one type for each rule`() throws {
    let rules = [try RuleFile(path: "rules/family/rule-one.yaml", text: sample)]
    #expect(
      SwiftEmitter.registry(rules) == """
        // Generated from rules/ by rulegen.

        package import RuleEngine

        /// The rules, sorted by name.
        package let builtInRules: [any Rule.Type] = [
          RuleOne.self,
        ]

        """)
  }

  @Test func `the catalogue escapes what Swift literals need`() throws {
    let text = SwiftEmitter.catalogue([try RuleFile(path: "rules/family/rule-one.yaml", text: sample)])
    #expect(text.contains(#"  package static let ruleOne = RuleID("rule-one")"#))
    #expect(text.contains(#"summary: "Something is \"wrong\"","#))
    #expect(text.contains(#"why: "Because it is.\nAnd for ever.","#))
    #expect(text.contains(#"guards: ["When it is right.", "Or when `x` is \\."],"#))
  }
}
