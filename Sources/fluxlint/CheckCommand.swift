import ArgumentParser
import CommandFailures
import Commands
import Diagnostics
import Sessions

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
        fluxlint check --base origin/main
            what is new since the branch left main, and what the change does to the clusters
        fluxlint check --rev origin/main
            any branch, tag or commit; works in a bare repository
        fluxlint check --no-git build/fleet
            a directory as it is, wherever it lies
        fluxlint check --output sarif=fluxlint.sarif --output junit=report.xml
            files for other programs, beside the text on the screen
        fluxlint check --format concise
            a line for each finding, in the form of compilers
        fluxlint check --stdin --stdin-filename apps/web.yaml < buffer
            a file as an editor has it, before it is saved
        fluxlint check --fail-on warning
            let warnings fail the build as well
        fluxlint check --enable strict --disable helm
            more rules, and none of a family; 'fluxlint rules' lists them
        fluxlint check --flux-version 2.9
            what would an upgrade to Flux 2.9 break?

      Exit status: 0 nothing at or above the threshold, 1 findings, 2 not checked. With --base only new ones count.
      """)

  @Argument(
    help: ArgumentHelp("A repository, or a directory or file in one. (default: the repository you are in)"),
    completion: .file())
  var path: String?

  @OptionGroup var snapshotOptions: SnapshotOptions

  @Option(
    help: ArgumentHelp(
      "Compare with the last commit that this one has in common with a revision; with 'REV..' with that revision itself.",
      valueName: "rev"))
  var base: String?

  @Flag(help: "Read a file from standard input, as an editor has it; all others are read from disk.")
  var stdin = false

  @Option(
    help: ArgumentHelp(
      "The file that standard input takes the place of. Only what concerns it is shown.", valueName: "file"),
    completion: .file())
  var stdinFilename: String?

  @OptionGroup var ruleOptions: RuleOptions

  @Flag(help: "Report what the baseline knows as well.")
  var noBaseline = false

  @OptionGroup var reportOptions: ReportOptions

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

  func validate() throws {
    if stdin != (stdinFilename != nil) { throw ValidationError("--stdin and --stdin-filename go together; give both") }
    if base != nil, snapshotOptions.ignoresGit {
      throw ValidationError("--base and --no-git exclude each other; give one of them")
    }
    if stdin, snapshotOptions.staged || snapshotOptions.rev != nil {
      throw ValidationError("--stdin is about the files on disk; give neither --staged nor --rev with it")
    }
  }

  func run() async throws {
    let progress = Progress.start(isWanted: !reportOptions.quiet)
    defer { progress?.stop() }
    var request = CheckRequest(
      path: path, snapshot: snapshotOptions.snapshot, fluxVersion: fluxVersion, failOn: failOn,
      rules: ruleOptions.choice, environment: Terminal.environment)
    request.usesBaseline = !noBaseline
    if let stdinFilename {
      request.tree.buffer = TreeRequest.Buffer(path: stdinFilename, bytes: try Terminal.readInput())
    }
    request.tree.base = base
    request.progress = { progress?.show($0) }
    let outcome = try await CheckOutcome(request)
    progress?.stop()
    // What the report was made of is left to the end of the process: to take a large graph apart takes longer than rules.
    try withExtendedLifetime(outcome) {
      try write(outcome)
      (outcome.hasFindings ? Status.findings : .clean).endProcess()
    }
  }

  /// Writes the reports, and what there is to say beside them.
  private func write(_ outcome: CheckOutcome) throws(CommandFailure) {
    if !reportOptions.quiet {
      for remark in outcome.remarks { Terminal.talk(remark) }
      if !reportOptions.saysWhatIsNotChecked { outcome.newerReleases.forEach { Terminal.talk($0) } }
    }
    try reportOptions.write(outcome)
    if let failure = outcome.incompleteness { throw failure }
  }
}

extension FailureThreshold: ExpressibleByArgument {}
