import Diagnostics
import RuleFiles
import Testing
import rulegen

private let path = "rules/family/rule-one.yaml"

private let sample = """
  name: rule-one
  severity: warning
  tier: opt-in
  formerly: [rule-zero]
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
  options:
    most:
      default: 3
      about: How many are too many.
  check:
    reference:
      fields: [providerRef]
      of: [Alert]
      label: its events are dropped
  examples:
    - bad: one
      expect:
        - 'a.yaml:1:1: warning: rule-one: it is wrong'
      files: |
        === cluster clusters/one 2.8.1
        === a.yaml
        x: 1

        === b.yaml (no line feed at the end)
        y
    - good: one
      files: |
        === a.yaml
        x: 2

  """

private func rule(_ text: String) throws -> RuleFile {
  try RuleFile(path: path, family: "family", bytes: Array(text.utf8))
}

private func message(of text: String) -> String? {
  do {
    _ = try rule(text)
    return nil
  } catch {
    return "\(error)"
  }
}

struct RuleFileTests {
  @Test func `a rule file gives all of its fields`() throws {
    let rule = try rule(sample)
    #expect([rule.family, rule.id.name] == ["family", "rule-one"])
    #expect(rule.severity == .warning && rule.tier == .optIn && rule.status == .stable && rule.since == "0.1")
    #expect(rule.formerNames == ["rule-zero"])
    #expect(rule.prose.why == "Because it is.\nAnd for ever.")
    #expect(rule.prose.guards == ["When it is right.", "Or when `x` is \\."])
    #expect(rule.prose.references.map(\.title) == ["Page", "Code"])
    #expect(
      rule.options == [RuleOption(name: "most", defaultValue: .integer(3), about: "How many are too many.")])
    guard case .reference(let checks) = rule.check else {
      Issue.record("the check is \(rule.check)")
      return
    }
    #expect(
      checks == [
        ReferenceCheck(
          fields: ["providerRef"], holders: ["Alert"], label: "its events are dropped", namesNamespace: true,
          unless: ["spec.suspend"], isOfFlux: false, judgement: .never)
      ])
  }

  @Test func `a template for values gives its key`() throws {
    let reference = "  reference:\n    fields: [providerRef]\n    of: [Alert]\n    label: its events are dropped\n"
    try #require(sample.contains(reference))
    let template = "  values: {fields: [valuesFrom], read-first: true, key: {field: valuesKey, default: a.yaml}}\n"
    let check = try rule(sample.replacing(reference, with: template)).check
    guard case .values(let values) = check else {
      Issue.record("the check is \(check)")
      return
    }
    #expect(values.fields == ["valuesFrom"] && values.isReadFirst)
    #expect(values.key == .init(field: "valuesKey", fallback: "a.yaml"))
  }

  @Test func `an example gives its files, with those of a cluster`() throws {
    let bad = try #require(try rule(sample).examples.first)
    #expect(bad.fullName == "bad-one")
    #expect(
      bad.files.map(\.path) == [
        "clusters/one/flux-system/gotk-components.yaml", "clusters/one/flux-system/gotk-sync.yaml",
        "clusters/one/flux-system/kustomization.yaml", "a.yaml", "b.yaml",
      ])
    #expect(bad.text(of: "a.yaml") == "x: 1\n\n")
    #expect(bad.text(of: "b.yaml") == "y")
    #expect(bad.files[0].text.contains("app.kubernetes.io/version: v2.8.1\n"))
    #expect(bad.files[1].text.contains("  path: ./clusters/one\n"))
    #expect(bad.expected.map(\.description) == ["a.yaml:1:1: warning: rule-one: it is wrong"])
  }

  @Test(arguments: [
    ("name: rule-one", "name: rule-two", "1:7: error: the name is 'rule-two' but the file's is 'rule-one'"),
    ("severity: warning", "severity: bad", "2:11: error: 'bad' is not one of note, warning, error"),
    ("tier: opt-in", "tier: all", "3:7: error: 'all' is not one of default, strict, opt-in"),
    ("summary: Some", "summary: some", "5:10: error: the summary does not start with a capital"),
    ("\"wrong\"", "wrong.", "5:10: error: the summary ends with a stop: it is a headline"),
    ("And for ever.", "And for ever", "6:6: error: this does not end with a stop"),
    ("  Correct it.", "  correct it.", "10:6: error: this does not start with a capital"),
    ("- When it is right.", "- When it is right", "13:5: error: this does not end with a stop"),
    ("    source: owner/project file.go\n", "", "18:5: error: an item of 'references' has no 'source'"),
    ("  - good: one\n    files: |\n      === a.yaml\n      x: 2\n", "", "30:3: error: there is no good example"),
    ("bad: one", "bad: One", "30:10: error: 'One' is not in kebab case"),
    (
      "expect:\n      - 'a", "expect:\n      - 'a.yaml: a",
      "32:9: error: this is not 'path:line:column: severity: rule: part"
    ),
    ("rule-one: it is", "rule-two: it is", "32:7: error: a bad example expects a finding of 'rule-one'"),
    (
      "=== b.yaml (no line feed at the end)", "=== a.yaml", "33:12: error: line 5 of this text: 'a.yaml' is there twice"
    ),
    (
      "check:\n  reference:", "check:\n  references:",
      "25:3: error: unknown key 'references': did you mean 'reference'?"
    ),
    (
      "    label: its", "    verbs: [waits]\n    label: its",
      "28:12: error: 'verbs' are two, of one and of several objects"
    ),
    (
      "    label: its", "    without-entry-point: perhaps\n    label: its",
      "28:26: error: 'perhaps' is not one of false, true, by-namespace"
    ),
    ("fix: >-\n  Correct it.\n", "", "1:1: error: a rule file has no 'fix'"),
    ("fix: >-", "fixed: >-", "10:1: error: unknown key 'fixed': the keys of a rule file are name, severity"),
    ("most:", "Most:", "22:5: error: 'Most' is not in kebab case"),
    ("name: rule-one", "name: [", "3:5: error: did not find expected"),
  ])
  func `a mistake is reported at its place`(old: String, new: String, expected: String) {
    let text = sample.replacing(old, with: new)
    #expect(text != sample)
    let message = message(of: text)
    #expect(message?.hasPrefix("\(path):\(expected)") == true, "\(message ?? "no error")")
  }

  @Test func `a long summary is refused`() {
    let text = sample.replacing("Something is", with: "Something is" + String(repeating: " very", count: 20))
    #expect(message(of: text)?.contains("100 is the limit") == true)
  }
}

struct ExpectedFindingTests {
  private let example = RuleExample(
    name: "x", isBad: true,
    expected: ["a.yaml:1:1: error: r: one", "a.yaml:2:1: error: other: two"].compactMap { ExpectedFinding($0) },
    files: [])

  private func difference(_ lines: [String]) -> [String] {
    example.difference(from: lines.compactMap { ExpectedFinding($0) }, rule: "r")
  }

  @Test func `a finding matches with a part of its message`() {
    #expect(difference(["a.yaml:1:1: error: r: all of one", "a.yaml:2:1: error: other: two"]) == [])
  }

  @Test func `what is missing and what is more is told`() {
    #expect(
      difference(["a.yaml:1:1: note: r: one", "a.yaml:2:1: error: other: two"])
        == ["- a.yaml:1:1: error: r: one", "+ a.yaml:1:1: note: r: one"])
  }

  @Test func `findings of other rules count only when they are expected`() {
    #expect(
      difference(["a.yaml:1:1: error: r: one", "b.yaml:2:1: error: third: x"]) == ["- a.yaml:2:1: error: other: two"])
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

  @Test func `the catalogue escapes what Swift literals need`() throws {
    let text = SwiftEmitter.catalogue([try rule(sample)], texts: ["a: \"b\"\n\\"])
    #expect(text.contains(#"  package static let ruleOne = RuleID("rule-one")"#))
    #expect(text.contains(#"summary: "Something is \"wrong\"","#))
    #expect(text.contains(#"text: .file("a: \"b\"\n\\")"#))
    #expect(text.contains(#"tier: .optIn,"#))
  }

  @Test func `of the examples, the program has those of the page`() throws {
    let more = sample + "  - good: two\n    files: |\n      === c.yaml\n"
    #expect(PageText.of(try rule(more), text: more).contains("=== c.yaml") == false)
    #expect(try rule(PageText.of(try rule(more), text: more)).examples == rule(sample).examples)
  }
}
