import ArgumentParser
import Diagnostics
import FluxLintKit

struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a repository: its files, what is staged, or any revision.",
    discussion: """
      The whole repository is always read, because an object that is fine by itself may be missing, or defined \
      twice, elsewhere. With a PATH inside a repository only what concerns that directory or file is shown.

      Examples:
        fluxlint check
            the files of the repository around the current directory
        fluxlint check clusters/production
            the same, but show only what concerns this directory
        fluxlint check --staged
            what 'git commit' would commit; for a pre-commit hook
        fluxlint check --rev origin/main
            any branch, tag or commit; works in a bare repository
        fluxlint check --no-git build/fleet
            a directory as it is, wherever it lies
        fluxlint check --format sarif --output fluxlint.sarif
            a file for GitHub or GitLab; the summary goes to standard error
        fluxlint check --fail-on warning
            let warnings fail the build as well
        fluxlint check --enable strict --disable helm
            more rules, and none of a family; 'fluxlint rules' lists them
        fluxlint check --flux-version 2.9
            what would an upgrade to Flux 2.9 break?

      Exit status: 0 nothing at or above the threshold, 1 findings, 2 not checked.
      """)

  @Argument(
    help: ArgumentHelp("A repository, or a directory or file in one. (default: the repository you are in)"),
    completion: .file())
  var path: String?

  @OptionGroup var snapshotOptions: SnapshotOptions

  @Option(name: .shortAndLong, help: "How the report is written.")
  var format: ReportFormat = .text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the report to a file, at once or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "From which severity on the exit status is 1. (default: error, or 'failOn' of .fluxlint.yaml)",
      valueName: "severity"))
  var failOn: FailureThreshold?

  @Option(
    help: ArgumentHelp(
      "The Flux release of all clusters. (default: found out for each cluster, or 'fluxVersion' of .fluxlint.yaml)",
      valueName: "2.x"))
  var fluxVersion: String?

  @OptionGroup var ruleOptions: RuleOptions

  @Option(
    help: ArgumentHelp("Show so many findings of one rule in the text report; the others are counted.", valueName: "n"))
  var maxPerRule: Int?

  @Option(help: "Colours in the text report.")
  var color: ColorMode = .auto

  @Flag(name: .shortAndLong, help: "Say nothing but the findings.")
  var quiet = false

  func validate() throws {
    if let maxPerRule, maxPerRule < 1 { throw ValidationError("--max-per-rule needs a number from 1 on") }
  }

  func run() async throws {
    let outcome = try await CheckOutcome(
      CheckRequest(
        path: path, snapshot: snapshotOptions.snapshot, fluxVersion: fluxVersion, failOn: failOn,
        rules: ruleOptions.choice, environment: Terminal.environment))
    if !quiet {
      for remark in outcome.remarks { Terminal.talk(remark) }
    }
    try write(outcome)
    if let failure = outcome.incompleteness { throw failure }
    if outcome.hasFindings { throw FindingsFound() }
  }

  private func write(_ outcome: CheckOutcome) throws(CommandFailure) {
    let report = outcome.report
    guard let output else {
      Terminal.write(
        report.rendered(
          as: format, color: Terminal.usesColor(color), width: Terminal.isInteractive ? Terminal.width : nil,
          withSummary: !quiet, limit: maxPerRule, rules: outcome.rules))
      return
    }
    do {
      try OutputFile.save(
        report.rendered(as: format, color: color == .always, limit: maxPerRule, rules: outcome.rules).bytes, to: output)
    } catch {
      throw .output(error)
    }
    if !quiet { Terminal.talk(report.summary) }
  }
}

extension ReportFormat: ExpressibleByArgument {}
extension FailureThreshold: ExpressibleByArgument {}
extension ColorMode: ExpressibleByArgument {}
