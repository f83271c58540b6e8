import ArgumentParser
import FluxLintKit

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
    let page = try RuleGuide.page(of: rule, width: min(Terminal.width, 100))
    Terminal.write(Document(ofText: ProgramName.spelled(page)))
  }
}

struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "List all rules with their severities.",
    discussion: """
      Examples:
        fluxlint rules                          one line for each rule, by family
        fluxlint rules | grep helm
      """)

  func run() throws {
    Terminal.write(Document(ofText: RuleGuide.list()))
  }
}
