import ArgumentParser
import CommandFailures
import Commands

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say what a rule is about, why it matters and what to do.",
    discussion: """
      Examples:
        fluxlint explain depends-on-missing     the name stands in brackets in each finding
        fluxlint explain depends-on-missing | less
      """)

  @Argument(
    help: ArgumentHelp("The name of a rule; 'fluxlint rules' lists them.", valueName: "rule"),
    completion: .list(RuleGuide.names))
  var rule: String

  func run() throws {
    // Prose is read best in lines that are not too long.
    let page = try RuleGuide.page(of: rule, width: min(Terminal.width, 100), environment: Terminal.environment)
    Terminal.write(Document(ofText: ProgramName.spelled(page)))
  }
}

struct RulesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List all rules with their severities; begin a new one.",
    discussion: """
      Examples:
        fluxlint rules                          one line for each rule, by family
        fluxlint rules --family helm --tier default
        fluxlint rules --format json | jq -r '.rules[].name'
        fluxlint rules test                     run the examples of the rules in .fluxlint/rules
        fluxlint rules --schema                 the JSON Schema of rule files
        fluxlint rules new team-missing         a file to begin with
      """,
    subcommands: [RulesListCommand.self, RulesNewCommand.self, RulesTestCommand.self],
    defaultSubcommand: RulesListCommand.self)
}

struct RulesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List all rules with their severities: what 'fluxlint rules' does.")

  @Option(help: ArgumentHelp("Only rules of this family.", valueName: "family"), completion: .list(RuleGuide.families))
  var family: String?

  @Option(help: ArgumentHelp("Only rules of this tier: default, strict or opt-in.", valueName: "tier"))
  var tier: String?

  @Option(help: "How to print them.")
  var format = RuleListFormat.text

  @Flag(help: "Print the JSON Schema of rule files instead, for editors.")
  var schema = false

  func run() throws {
    if schema { return Terminal.write(Document(ofText: RuleFileSchema.text)) }
    Terminal.write(
      Document(
        ofText:
          try RuleGuide.list(family: family, tier: tier, format: format, environment: Terminal.environment)))
  }
}

struct RulesTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the examples inside the rule files of a directory.",
    discussion: """
      Each example is checked as a repository that has the rule. What differs is printed: '-' is expected and missing, \
      '+' is reported and not expected.

      Exit status: 0 all as expected, 1 differences, 2 a file is no rule.
      """)

  @Argument(
    help: ArgumentHelp("The directory of the rules; usually .fluxlint/rules.", valueName: "directory"),
    completion: .directory)
  var directory: String?

  func run() async throws {
    let tests = try await RuleTests(directory: directory, environment: Terminal.environment)
    Terminal.write(Document(ofText: tests.text))
    if tests.mistakeCount > 0 { throw CommandFailure.rulesInvalid(count: tests.mistakeCount) }
    if tests.isDifferent { throw FindingsFound() }
  }
}

struct RulesNewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Write a rule file to begin with.",
    discussion: "The name is the bad pattern in kebab case. Nothing that is there is overwritten.")

  @Argument(
    help: ArgumentHelp("The name: 'team-missing'; of a rule for fluxlint itself 'helm/no-retries'.", valueName: "name"))
  var name: String

  @Option(
    help: ArgumentHelp("The directory of the rules; usually .fluxlint/rules.", valueName: "directory"),
    completion: .directory)
  var directory: String?

  func run() throws {
    Terminal.write(Document(ofText: try RuleScaffold.write(name, in: directory, environment: Terminal.environment)))
  }
}

extension RuleListFormat: ExpressibleByArgument {}
