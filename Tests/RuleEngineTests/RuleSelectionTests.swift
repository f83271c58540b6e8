import Diagnostics
import RuleCatalogue
import RuleEngine
import RuleFiles
import SourceTrees
import Testing

/// Which rules run.
struct RuleSelectionTests {
  private static let rules = KnownRules(
    [
      Sample.rule("by-default", severity: .error),
      Sample.rule(
        "changed", severity: .error,
        earlier: [
          EarlierJudgement(before: FluxlintVersion(major: 0, minor: 3), severity: .warning, tier: .default),
          EarlierJudgement(before: FluxlintVersion(major: 0, minor: 2), severity: .note, tier: .strict),
        ]),
      Sample.rule("in-preview", status: .preview),
      Sample.rule("new", since: "0.2"),
      Sample.rule("of-user", family: "user", since: "0.2"),
      Sample.rule(
        "on-demand", family: "other", tier: .optIn,
        options: [
          RuleOption(name: "limit", defaultValue: .integer(3), about: "A number."),
          RuleOption(name: "names", defaultValue: .strings([]), about: "Some names."),
          RuleOption(name: "is-strict", defaultValue: .boolean(false), about: "A flag."),
          RuleOption(name: "prefix", defaultValue: .string("x"), about: "A text."),
        ]),
      Sample.rule("strictly", family: "other", tier: .strict, formerly: ["once-strict"]),
    ], version: FluxlintVersion(major: 0, minor: 3))

  private static func configuration(_ text: String) async throws -> Configuration {
    let sources = try await SourceSet.load(InMemoryTree(files: [Configuration.path: Array(text.utf8)]))
    return try Configuration.load(from: sources, rules: rules)
  }

  private static func selection(_ text: String, _ choice: RuleChoice = RuleChoice()) async throws -> RuleSelection {
    try RuleSelection(choice, try await configuration(text), rules)
  }

  /// Names of the rules that run.
  private static func names(_ selection: RuleSelection) -> [String] {
    rules.all.filter { selection.decision(on: $0).isOn }.map(\.id.name)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var configuration = ""
    var enable: [String] = []
    var disable: [String] = []
    var preview = false
    var expected: Set<String>
    var testDescription: String { "\(configuration) +\(enable) -\(disable)\(preview ? " preview" : "")" }
  }

  private static let defaults: Set = ["by-default", "changed", "new", "of-user"]

  @Test(arguments: [
    Case(expected: defaults),
    Case(configuration: "extends: default", expected: defaults),
    Case(configuration: "extends: strict", expected: defaults.union(["strictly"])),
    Case(configuration: "extends: all", expected: defaults.union(["strictly", "on-demand"])),
    Case(enable: ["strict"], expected: defaults.union(["strictly"])),
    Case(enable: ["opt-in"], expected: defaults.union(["on-demand"])),
    Case(enable: ["all"], expected: defaults.union(["strictly", "on-demand"])),
    Case(enable: ["all"], preview: true, expected: defaults.union(["strictly", "on-demand", "in-preview"])),
    Case(preview: true, expected: defaults.union(["in-preview"])),
    Case(enable: ["in-preview"], preview: true, expected: defaults.union(["in-preview"])),
    Case(enable: ["other"], expected: defaults.union(["strictly", "on-demand"])),
    Case(enable: ["once-strict"], expected: defaults.union(["strictly"])),
    Case(disable: ["some"], expected: ["of-user"]),
    Case(disable: ["all"], expected: []),
    // A name is more precise than a family, and that than a tier.
    Case(enable: ["by-default"], disable: ["some"], expected: ["by-default", "of-user"]),
    Case(enable: ["strictly"], disable: ["all"], expected: ["strictly"]),
    Case(enable: ["all"], disable: ["other"], expected: defaults),
    Case(enable: ["new"], disable: ["new"], expected: defaults.subtracting(["new"])),
    // What is named in the file runs as it says, whatever the tier; the command line wins by name.
    Case(configuration: "rules: {on-demand: error}", expected: defaults.union(["on-demand"])),
    Case(configuration: "rules: {on-demand: on}", expected: defaults.union(["on-demand"])),
    Case(configuration: "rules: {on-demand: {options: {limit: 1}}}", expected: defaults),
    Case(
      configuration: "rules: {new: off}", enable: ["all"],
      expected: ["by-default", "changed", "of-user", "strictly", "on-demand"]),
    Case(configuration: "rules: {new: off}", enable: ["some"], expected: defaults.subtracting(["new"])),
    Case(configuration: "rules: {new: off}", enable: ["new"], expected: defaults),
    Case(configuration: "rules: {strictly: note}", disable: ["strictly"], expected: defaults),
    Case(configuration: "rules: {once-strict: note}", expected: defaults.union(["strictly"])),
    Case(configuration: "rules: {in-preview: note}", expected: defaults),
    Case(configuration: "rules: {in-preview: note}", preview: true, expected: defaults.union(["in-preview"])),
    // An old version has its own rules; those of users go with none.
    Case(configuration: "rulesVersion: '0.1'", expected: ["by-default", "of-user"]),
    Case(
      configuration: "{rulesVersion: '0.1', extends: strict}",
      expected: ["by-default", "changed", "of-user", "strictly"]),
    Case(configuration: "rulesVersion: '0.2'", expected: defaults),
    Case(configuration: "{rulesVersion: '0.1', rules: {new: on}}", expected: ["by-default", "new", "of-user"]),
    Case(configuration: "rulesVersion: '0.1'", enable: ["some"], expected: ["by-default", "changed", "of-user"]),
  ])
  func `the more precise word counts`(given: Case) async throws {
    let choice = RuleChoice(enabled: given.enable, disabled: given.disable, withPreview: given.preview)
    let selection = try await Self.selection(given.configuration, choice)
    #expect(Set(Self.names(selection)) == given.expected)
  }

  @Test(arguments: [
    ("", Severity.error, RuleTier.default), ("rulesVersion: '0.3'", .error, .default),
    ("rulesVersion: '0.2'", .warning, .default), ("rulesVersion: '0.1'", .note, .strict),
    ("rules: {changed: warning}", .warning, .default),
    ("{rulesVersion: '0.1', rules: {changed: error}}", .error, .strict),
  ])
  func `severity and tier are those of the version, and the file wins`(
    text: String, severity: Severity, tier: RuleTier
  ) async throws {
    let decision = try await Self.selection(text).decision(
      on: try #require(Self.rules.all.first { $0.id.name == "changed" }))
    #expect(decision.severity == severity)
    #expect(decision.tier == tier)
  }

  @Test func `options are of the type of their default`() async throws {
    let text = "rules: {on-demand: {severity: error, options: {limit: 5, names: [a, b], is-strict: true, prefix: y}}}"
    let selection = try await Self.selection(text)
    #expect(
      selection.options(of: RuleID("on-demand"))
        == ["limit": .integer(5), "names": .strings(["a", "b"]), "is-strict": .boolean(true), "prefix": .string("y")])
    #expect(selection.options(of: RuleID("new")).isEmpty)
  }

  @Test(arguments: [
    ("extends: everything", "'everything' is no set of rules; write default, strict or all"),
    ("rules: {strictli: off}", "'strictli' is no rule; did you mean 'strictly'?"),
    ("rules: {strictly: loud}", "'loud' is no level; write off, note, warning or error, or on for the rule's own"),
    ("rules: {strictly: off, once-strict: off}", "'strictly' is set twice"),
    ("rules: {on-demand: {level: off}}", "unknown key 'level'; known are severity and options"),
    ("rules: {on-demand: {options: {limits: 1}}}", "'on-demand' has no option 'limits'; did you mean 'limit'?"),
    (
      "rules: {on-demand: {options: {zzz: 1}}}",
      "'on-demand' has no option 'zzz'; it has limit, names, is-strict, prefix"
    ),
    ("rules: {new: {options: {limit: 1}}}", "'new' has no option 'limit'; it has none"),
    ("rules: {on-demand: {options: {limit: many}}}", "'limit' must be an integer"),
    ("rules: {on-demand: {options: {names: a}}}", "'names' must be a list of texts"),
    ("rules: {on-demand: {options: {prefix: 1}}}", "'prefix' must be a text"),
    ("rulesVersion: one", "'one' is no version of fluxlint; write one like \"0.1\""),
    ("rulesVersion: '0.4'", "this is fluxlint 0.3, which does not know the rules of 0.4"),
  ])
  func `a mistake in the file is said`(text: String, expected: String) async throws {
    let error = await #expect(throws: ConfigurationError.self) { try await Self.configuration(text) }
    #expect(error?.message == expected)
  }

  @Test(arguments: [
    ("strictli", RuleChoiceError.unknown("strictli", suggestion: "strictly")),
    ("othr", .unknown("othr", suggestion: "other")), ("optin", .unknown("optin", suggestion: "opt-in")),
    ("zzzzz", .unknown("zzzzz", suggestion: nil)), ("in-preview", .preview("in-preview")),
  ])
  func `a word of the command line that chooses nothing is said`(word: String, expected: RuleChoiceError) async throws {
    let configuration = Configuration()
    #expect(throws: expected) { try RuleSelection(RuleChoice(enabled: [word]), configuration, Self.rules) }
  }
}
