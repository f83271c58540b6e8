import ArgumentParser
import CommandFailures
import Commands
import Linting
import SourceText

/// The command line: parses arguments, hands the work to `Commands`, writes what comes back. No logic.
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
        fluxlint                   check the repository you are in
        fluxlint check --staged    check what 'git commit' would commit
        fluxlint build DIR         print the objects of a kustomization
        fluxlint explain RULE      say what a rule is about and what to do
        fluxlint migrate           show what to change for the Flux that runs
        fluxlint hook install      check each commit before it is made

      'fluxlint help check' has all options.

      Exit status: 0 nothing found, 1 findings, 2 not checked.
      """,
    version: (["\(ProgramName.current) \(fluxlintVersion)"] + ProgramFacts.lines).joined(separator: "\n"),
    subcommands: [
      CheckCommand.self, BuildCommand.self, GraphCommand.self, InventoryCommand.self, MigrateCommand.self,
      ExplainCommand.self, RulesCommand.self, SchemaCommand.self, BaselineCommand.self, InitCommand.self,
      ConfigCommand.self,
      HookCommand.self,
    ],
    defaultSubcommand: CheckCommand.self)

  /// Runs the command that the arguments name. Replaces the library's `main` because there wrong arguments end with
  /// status 64 and failures with 1, which means findings here.
  static func main() async {
    Terminal.ignoreBrokenPipe()
    if let shortage = Means.shortage() {
      Terminal.talk(shortage)
      Status.notDone.endProcess()
    }
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      switch failure {
      case .noSuchPath(let path) where !hint.isEmpty: Terminal.talk("no such file or directory: '\(path)'\(hint)")
      case .notInSnapshot: Terminal.talk(failure.message + hint)
      default: Terminal.talk(failure.message)
      }
      Status.notDone.endProcess()
    } catch is FindingsFound {
      Status.findings.endProcess()
    } catch {
      // Help, version, completion scripts: the library ends these by throwing them.
      if exitCode(for: error).isSuccess {
        let text = fullMessage(for: error) + "\n"
        let isScript = CommandLine.arguments.contains { $0.hasPrefix("--generate-completion-script") }
        Terminal.write(Document(data: isScript ? text : ProgramName.spelled(text)))
      } else {
        Terminal.complain(hint.isEmpty ? fullMessage(for: error) : message(for: error) + hint)
        Status.notDone.endProcess()
      }
    }
  }

  /// The command that was probably meant, when a word is none: without a command the first one is a path to check.
  private static var hint: String {
    var (commands, path) = (configuration.subcommands, "fluxlint")
    for word in CommandLine.arguments.dropFirst() {
      let names = commands.map(name)
      guard !word.hasPrefix("-"), !names.isEmpty else { return "" }
      guard let known = commands.first(where: { name(of: $0) == word }) else {
        return Suggestion.nearest(to: word, in: names).map { "; did you mean '\(path) \($0)'?" } ?? ""
      }
      commands = known.configuration.subcommands
      path += " \(word)"
    }
    return ""
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }
}
