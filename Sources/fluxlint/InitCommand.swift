import ArgumentParser
import Commands
import Diagnostics

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a configuration to begin with, from what is found in a repository.",
    discussion: """
      Writes '.fluxlint.yaml' with the clusters that are found, their releases, and the Secrets and ConfigMaps that \
      nothing in the repository makes; and, if there are findings, '.fluxlint-baseline.json' with them, so that only what \
      is new is reported. Nothing that is there is overwritten.
      """)

  @Argument(help: "A repository, or a directory in one. (default: the repository you are in)", completion: .directory)
  var path: String?

  @Flag(help: "Write no baseline.")
  var noBaseline = false

  @Flag(help: "Install the Git hooks as well, as 'fluxlint hook install' does.")
  var hook = false

  func run() async throws {
    let sentences = try await ConfigurationScaffold.write(
      CheckRequest(path: path, environment: Terminal.environment), withBaseline: !noBaseline)
    for line in sentences { Terminal.write(Document(ofText: line)) }
    if hook || Terminal.confirms("check each commit with a Git hook?") {
      for line in try HookSetup.install(at: path, environment: Terminal.environment) {
        Terminal.write(Document(ofText: line))
      }
    } else {
      Terminal.talk("'fluxlint hook install' lets Git check each commit")
    }
  }
}

struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Print the configuration that is in effect, with the origin of each value.",
    discussion: """
      Examples:
        fluxlint config                     as YAML; behind each value the file and line, or the option, it is from
        fluxlint config --enable strict     what an option changes
        fluxlint config --schema            the JSON Schema of .fluxlint.yaml, for editors
      """)

  @Argument(help: "A repository, or a directory in one. (default: the repository you are in)", completion: .directory)
  var path: String?

  @OptionGroup var snapshotOptions: SnapshotOptions

  @OptionGroup var ruleOptions: RuleOptions

  @Option(help: "As for 'fluxlint check'.")
  var failOn: FailureThreshold?

  @Option(help: ArgumentHelp("As for 'fluxlint check'.", valueName: "2.x"))
  var fluxVersion: String?

  @Flag(help: "Print the JSON Schema of .fluxlint.yaml instead, for editors.")
  var schema = false

  func run() async throws {
    if schema { return Terminal.write(Document(ofText: ConfigurationSchema.text)) }
    let configuration = try await EffectiveConfiguration(
      CheckRequest(
        path: path, snapshot: snapshotOptions.snapshot, fluxVersion: fluxVersion, failOn: failOn,
        rules: ruleOptions.choice, environment: Terminal.environment))
    Terminal.write(Document(ofText: configuration.text))
  }
}
