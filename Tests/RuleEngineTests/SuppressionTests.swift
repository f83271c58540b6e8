import Diagnostics
import RuleCatalogue
import RuleEngine
import SourceTrees
import Testing

/// What comments, annotations and entries of the configuration suppress.
struct SuppressionTests {
  private static let rules = KnownRules([
    Sample.rule("first", family: "some"), Sample.rule("other", family: "more"), Sample.rule("second", family: "some"),
  ])
  private static let running: Set<RuleID> = [RuleID("first"), RuleID("second"), RuleID("other")]
  private static let complaints = ActiveRule(
    Rule(RuleID("invalid-suppression"), .repository { _, _ in }), severity: .warning)
  /// 2027-03-01T00:00:00Z.
  private static let now: Int64 = 1_803_859_200

  /// A file with findings: a line that ends with `!rule` has one of that rule at its start.
  private struct Repository {
    var sources: SourceSet
    var findings: [Finding] = []

    init(_ text: String, entries: String = "") async throws {
      var files = ["apps/x.yaml": Array(text.utf8)]
      if !entries.isEmpty { files[Configuration.path] = Array(entries.utf8) }
      sources = try await SourceSet.load(InMemoryTree(files: files))
      let file = try #require(sources.files.first { $0.path == "apps/x.yaml" }?.id)
      var start = 0
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if let rule = line.split(separator: "!").last, line.contains("!") {
          findings.append(
            Finding(
              rule: RuleID(String(rule)), severity: .error, message: "\(number + 1)",
              range: SourceRange(file: file, start..<(start + 1)),
              object: ObjectReference(apiVersion: "v1", kind: "ConfigMap", namespace: "apps", name: "web")))
        }
        start += line.utf8.count + 1
      }
    }

    /// The lines of findings that are left, and what is wrong with the suppressions.
    func result(
      _ terms: Suppressions.Terms = Suppressions.Terms(now: SuppressionTests.now)
    ) throws -> (left: [String], complaints: [String]) {
      let configuration = try Configuration.load(from: sources, rules: SuppressionTests.rules)
      var terms = terms
      terms.requiresReason = terms.requiresReason || configuration.requiresReason
      var suppressions = Suppressions(
        sources, rules: SuppressionTests.rules, entries: configuration.ignores, terms: terms)
      let (reported, _) = suppressions.settle(
        findings, of: SuppressionTests.running, complaints: SuppressionTests.complaints, path: sources.path)
      let isComplaint = { (finding: Finding) in finding.rule == SuppressionTests.complaints.rule.id }
      return (
        reported.filter { !isComplaint($0) }.map(\.message),
        suppressions.malformed.map(\.message) + reported.filter(isComplaint).map(\.message)
      )
    }
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var entries = ""
    var left: [String] = []
    var complaints: [String] = []
    var testDescription: String { text + entries }
  }

  @Test(arguments: [
    Case(text: "a: 1 # fluxlint: ignore[first] because !first"),
    Case(text: "# fluxlint: ignore[first] because\na: 1 # !first\nb: 2 # !first", left: ["3"]),
    Case(text: "# fluxlint: ignore[first] because\n# of this\na: 1 # !first"),
    Case(text: "# fluxlint: ignore-next[first]\na: 1 # !first"),
    Case(
      text: "# fluxlint: ignore-next[first]\na: 1 # !second", left: ["2"],
      complaints: ["this comment suppresses nothing"]),
    Case(text: "# fluxlint: ignore-next[first, second]\na: 1 # !second"),
    Case(text: "# fluxlint: ignore-next[some]\na: 1 # !second"),
    Case(
      text: "# fluxlint: ignore-next[more]\na: 1 # !second", left: ["2"],
      complaints: ["this comment suppresses nothing"]),
    Case(
      text:
        "a: 1 # !first\n# fluxlint: ignore-start[first] all of it\nb: 1 # !first\nc: 1 # !first\n# fluxlint: ignore-end\nd: 1 # !first",
      left: ["1", "6"]),
    Case(
      text:
        "# fluxlint: ignore-start[first]\n# fluxlint: ignore-start[second]\na: 1 # !first\nb: 1 # !second\n# fluxlint: ignore-end\nc: 1 # !second\nd: 1 # !first\n# fluxlint: ignore-end",
      left: ["6"]),
    Case(text: "# fluxlint: ignore-start[first]\na: 1 # !first", left: ["2"], complaints: ["no 'ignore-end' follows"]),
    Case(text: "# fluxlint: ignore-end\na: 1", complaints: ["no 'ignore-start' is before it"]),
    Case(text: "a: 1 # !first\n# fluxlint: ignore-file[first]\nb: 1 # !first"),
    Case(text: "a: 1 # fluxlint: ignore[firs] !first", left: ["1"], complaints: ["'firs' is no rule"]),
    Case(text: "a: 1 # fluxlint: ignore all !first", left: ["1"], complaints: ["'ignore' names no rule"]),
    Case(text: "# fluxlint: ignore-all[first]\na: 1", complaints: ["'ignore-all' is no directive of fluxlint"]),
    // The day counts as a whole.
    Case(text: "a: 1 # fluxlint: ignore[first] until=2027-03-01 because !first"),
    Case(
      text: "a: 1 # fluxlint: ignore[first] until=2027-02-28 because !first", left: ["1"],
      complaints: ["this suppression was good until 2027-02-28"]),
    Case(
      text: "a: 1 # fluxlint: ignore[first] until=2027-02-29 because !first", complaints: ["'2027-02-29' is no day"]),
    Case(text: "a: 1 # fluxlint: ignore[first] until=soon !first", complaints: ["'soon' is no day"]),
    // Annotations.
    Case(
      text:
        "kind: ConfigMap\nmetadata:\n  name: web\n  annotations: {fluxlint.dev/ignore: first because}\ndata: {} # !first\n---\nkind: Other # !second",
      left: ["7"]),
    Case(
      text:
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: web\n  annotations: {fluxlint.dev/ignore: 'some because'}\n---\nkind: Other # !second"
    ),
    Case(
      text:
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: db\n  annotations: {fluxlint.dev/ignore: 'some because'}\n---\nkind: Other # !second",
      left: ["7"], complaints: ["this annotation suppresses nothing"]),
    Case(
      text:
        "kind: ConfigMap\nmetadata: {name: web, annotations: {fluxlint.dev/ignore: 'first until=2027-01-01 x'}}\na: 1 # !first",
      left: ["3"], complaints: ["this suppression was good until 2027-01-01"]),
    // Entries of the configuration.
    Case(text: "a: 1 # !first\nb: 1 # !other", entries: "ignore: [{rule: some}]", left: ["2"]),
    Case(text: "a: 1 # !first\nb: 1 # !other", entries: "ignore: [{rule: [first, more]}]"),
    Case(
      text: "a: 1 # !first", entries: "ignore: [{rule: first, path: clusters}]", left: ["1"],
      complaints: ["this entry of 'ignore' suppresses nothing"]),
    Case(text: "a: 1 # !first", entries: "ignore: [{rule: first, object: ConfigMap apps/web}]"),
    Case(text: "a: 1 # !first", entries: "ignore: [{object: '* apps/*'}]"),
    Case(
      text: "a: 1 # !first", entries: "ignore: [{rule: first, object: Secret apps/web}]", left: ["1"],
      complaints: ["this entry of 'ignore' suppresses nothing"]),
    Case(
      text: "a: 1 # !first", entries: "ignore: [{rule: first, until: 2027-02-28}]", left: ["1"],
      complaints: ["this suppression was good until 2027-02-28"]),
    Case(
      text: "a: 1 # !first", entries: "{requireReason: true, ignore: [{rule: first}]}",
      complaints: ["this suppression gives no reason"]),
    Case(text: "a: 1 # !first", entries: "{requireReason: true, ignore: [{rule: first, reason: known}]}"),
    Case(
      text: "# fluxlint: ignore[first] until=2028-01-01\na: 1 # !first", entries: "requireReason: true",
      complaints: ["this suppression gives no reason"]),
  ])
  func `cover what they say, and say when they do not`(given: Case) async throws {
    let (left, complaints) = try await Repository(given.text, entries: given.entries).result()
    #expect(left == given.left)
    #expect(complaints == given.complaints)
  }

  @Test(arguments: [
    ("ignore: [{object: ConfigMap apps/one}]", false), ("ignore: [{object: ConfigMap apps/*}]", true),
    ("ignore: [{object: ConfigMap apps/one}, {object: ConfigMap apps/old}]", true),
    ("ignore: [{object: ConfigMap apps/one}, {object: ConfigMap apps/two, path: infra}]", false),
    ("ignore: [{object: Secret apps/along}]", false), ("ignore: [{rule: first}]", true),
    ("ignore: [{rule: first, path: apps}]", true),
  ])
  func `accept what a change does to several objects only when each of them is named`(
    entries: String, isCovered: Bool
  ) async throws {
    func name(_ name: String, kind: String = "ConfigMap") -> ObjectReference {
      ObjectReference(apiVersion: "v1", kind: kind, namespace: "apps", name: name)
    }
    var repository = try await Repository("a: 1 # !first", entries: entries)
    repository.findings[0].object = name("one")
    repository.findings[0].objects = [name("one"), name("two"), name("along", kind: "Secret")]
    repository.findings[0].subjects = [[name("one")], [name("two"), name("old")]]
    #expect(try repository.result().left.isEmpty == isCovered)
  }

  @Test(arguments: [(false, 0), (true, 1)])
  func `of objects that may be gone only a comparison says whether they are unused`(
    isCompared: Bool, count: Int
  ) async throws {
    let repository = try await Repository("a: 1", entries: "ignore: [{object: ConfigMap apps/gone}]")
    let complaints = try repository.result(Suppressions.Terms(isCompared: isCompared)).complaints
    #expect(complaints.count == count)
  }

  @Test func `never end where nobody knows the day`() async throws {
    let text = "a: 1 # fluxlint: ignore[first] until=1999-12-31 because !first"
    #expect(try await Repository(text).result(Suppressions.Terms()).left.isEmpty)
  }

  @Test func `of rules that did not run nobody knows whether they are unused`() async throws {
    let sources = try await Repository("a: 1 # fluxlint: ignore[first, second] because").sources
    for (running, count) in [(Self.running, 1), ([RuleID("first")], 0), ([], 0)] as [(Set<RuleID>, Int)] {
      var suppressions = Suppressions(sources, rules: Self.rules)
      let (reported, _) = suppressions.settle(
        [], of: running, complaints: Self.complaints, path: sources.path)
      #expect(reported.count == count)
    }
  }

  @Test(arguments: [
    (
      "ignore: [{rule: first, object: web}]",
      "'web' is no object; write kind, namespace and name, as in 'Deployment apps/web'"
    ),
    ("ignore: [{rule: first, until: soon}]", "'soon' is no day; write one like 2027-03-01"),
    ("ignore: [{rule: firs}]", "'firs' is no rule; did you mean 'first'?"),
    ("ignore: [{reason: known}]", "an entry of 'ignore' needs a rule, a path or an object"),
    ("requireReason: please", "'requireReason' must be true or false"),
  ])
  func `entries with a mistake are errors of the file`(text: String, expected: String) async throws {
    let repository = try await Repository("a: 1", entries: text)
    let error = #expect(throws: ConfigurationError.self) { try repository.result() }
    #expect(error?.message == expected)
  }
}
