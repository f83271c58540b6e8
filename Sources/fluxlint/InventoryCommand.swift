import ArgumentParser
import FluxLintKit

struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory",
    abstract: "List what is in a repository, and what cannot be known of it.",
    discussion: """
      For each cluster: its Flux release, how many objects it gets and of which kinds, its Kustomizations, Helm \
      releases and sources, and what was not checked and why.

      Examples:
        fluxlint inventory
            the repository around the current directory
        fluxlint inventory --cluster production
            one cluster
        fluxlint inventory --format json --output inventory.json
            the same with places, for programs

      Exit status: 0 listed, 2 nothing to list.
      """)

  @Argument(
    help: ArgumentHelp("A repository, or a directory or file in one. (default: the repository you are in)"),
    completion: .file())
  var path: String?

  @Option(help: ArgumentHelp("Show one cluster: its name, or the last part of it.", valueName: "name"))
  var cluster: String?

  @Option(name: .shortAndLong, help: "How it is written.")
  var format: InventoryFormat = .text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write it to a file, at once or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Read the index: what 'git commit' would commit.")
  var staged = false

  @Option(help: ArgumentHelp("Read a revision: a branch, a tag, a commit, HEAD~1.", valueName: "rev"))
  var rev: String?

  @Flag(name: .customLong("no-git"), help: "Take PATH, with all files below it, for what Flux reads; ask no Git.")
  var ignoresGit = false

  @Option(
    help: ArgumentHelp(
      "The Flux release of all clusters. (default: found out for each cluster, or 'fluxVersion' of .fluxlint.yaml)",
      valueName: "2.x"))
  var fluxVersion: String?

  @Option(help: "Colours in text.")
  var color: ColorMode = .auto

  func validate() throws {
    let choices = [("--staged", staged), ("--rev", rev != nil), ("--no-git", ignoresGit)].filter(\.1).map(\.0)
    if choices.count > 1 {
      throw ValidationError("\(choices.joined(separator: " and ")) exclude each other; give one of them")
    }
  }

  func run() async throws {
    let snapshot: CheckRequest.Snapshot =
      staged ? .staged : rev.map { .revision($0) } ?? (ignoresGit ? .directory : .files)
    let outcome = try await GraphOutcome(
      CheckRequest(path: path, snapshot: snapshot, fluxVersion: fluxVersion, environment: Terminal.environment),
      cluster: cluster)
    for remark in outcome.remarks { Terminal.talk(remark) }
    guard let output else {
      Terminal.write(outcome.inventory(as: format, color: Terminal.usesColor(color)))
      return
    }
    do {
      try OutputFile.save(Array(outcome.inventory(as: format, color: color == .always).utf8), to: output)
    } catch {
      throw CommandFailure.output(error)
    }
  }
}

extension InventoryFormat: ExpressibleByArgument {}
