import ArgumentParser
import Commands

struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook",
    abstract: "Check each commit before it is made.",
    subcommands: [Install.self, Uninstall.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have Git run 'fluxlint check --staged --base HEAD' before each commit and merge.",
      discussion: """
        Writes the hooks pre-commit and pre-merge-commit (a merge without conflicts runs only the latter). A hook \
        that is there already is kept and runs first. Doing it twice changes nothing. Only what a commit brings decides, \
        not what was there before.

        A commit can skip the check with 'git commit --no-verify'.
        """)

    @Argument(help: "A repository, or a directory in one. (default: the repository you are in)", completion: .directory)
    var path: String?

    func run() throws {
      for line in try HookSetup.install(at: path, environment: Terminal.environment) {
        Terminal.write(Document(ofText: line))
      }
    }
  }

  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take the hooks out again.",
      discussion: "Hooks that were there before are put back; hooks that are not from fluxlint are left alone.")

    @Argument(help: "A repository, or a directory in one. (default: the repository you are in)", completion: .directory)
    var path: String?

    func run() throws {
      for line in try HookSetup.uninstall(at: path, environment: Terminal.environment) {
        Terminal.write(Document(ofText: line))
      }
    }
  }
}
