import ArgumentParser
import FluxLintKit

/// The command line: parses arguments, hands the work to `FluxLintKit`, writes what comes back. No logic.
@main
struct FluxLint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fluxlint",
    abstract: "Find what Flux would trip over, before it is pushed.",
    discussion: """
      Reads a Flux CD repository as the Flux controllers do, with every kustomization built and every variable \
      substituted, and says at which line something will fail, never become ready or be deleted. It needs no \
      cluster, no network and no other program.

      Try:
        fluxlint                     check the repository around the current directory
        fluxlint check --staged      check what 'git commit' would commit
        fluxlint explain RULE        say what a rule is about and what to do
        fluxlint hook install        check each commit before it is made

      Exit status: 0 nothing found, 1 findings, 2 the check could not be done.
      """,
    version: fluxlintVersion,
    subcommands: [CheckCommand.self, ExplainCommand.self, RulesCommand.self, HookCommand.self],
    defaultSubcommand: CheckCommand.self)

  /// Runs the command that the arguments name. Replaces the library's `main` because there wrong arguments end with
  /// status 64 and failures with 1, which means findings here.
  static func main() async {
    Terminal.ignoreBrokenPipe()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let status as ExitCode {
      exit(withStatus: status.rawValue)
    } catch let failure as CommandFailure {
      Terminal.talk(failure.message)
      exit(withStatus: Status.couldNotCheck)
    } catch {
      // Help, version, completion scripts: the library ends these by throwing them.
      if exitCode(for: error).isSuccess {
        Terminal.write(fullMessage(for: error) + "\n")
        exit(withStatus: Status.clean)
      }
      Terminal.complain(fullMessage(for: error))
      exit(withStatus: Status.couldNotCheck)
    }
  }
}

/// The exit statuses, the same for every command.
enum Status {
  static let clean: Int32 = 0
  static let findings: Int32 = 1
  static let couldNotCheck: Int32 = 2
}
