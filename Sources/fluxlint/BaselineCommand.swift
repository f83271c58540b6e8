import ArgumentParser
import Commands

struct BaselineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline",
    abstract: "Accept what a repository has, so that only what is new is reported.",
    discussion: """
      Writes the findings down in '.fluxlint-baseline.json' at the top of the repository. 'fluxlint check' finds the \
      file by itself and leaves out what it knows, however lines move and files are renamed. A finding that is fixed is \
      to be taken out of it, or it could come back unseen: 'fluxlint check' says so.

      Examples:
        fluxlint baseline write       all findings of the files
        fluxlint baseline prune       take out what is fixed; nothing is added
        fluxlint check --no-baseline  report all of them
      """,
    subcommands: [Write.self, Prune.self])

  struct Options: ParsableArguments {
    @Argument(help: "A repository, or a directory in one. (default: the repository you are in)", completion: .directory)
    var path: String?

    @OptionGroup var ruleOptions: RuleOptions

    var request: CheckRequest {
      CheckRequest(path: path, rules: ruleOptions.choice, environment: Terminal.environment)
    }
  }

  struct Write: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write all findings down, over what was written before.")

    @OptionGroup var options: Options

    func run() async throws {
      Terminal.write(Document(ofText: try await BaselineUpdate.write(options.request)))
    }
  }

  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take out what is fixed.")

    @OptionGroup var options: Options

    func run() async throws {
      Terminal.write(Document(ofText: try await BaselineUpdate.prune(options.request)))
    }
  }
}
