import ArgumentParser
import FluxLintKit

struct GraphCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Show what applies what, cluster by cluster, in the order in which it becomes ready.",
    discussion: """
      Each cluster is a tree: its Kustomizations in the order in which Flux makes them ready, with the sources and \
      Helm releases that they apply. What is missing, fails, or waits in a circle is marked.

      Examples:
        fluxlint graph
            the clusters of the repository around the current directory
        fluxlint graph --cluster production
            one of them
        fluxlint graph --format mermaid >> "$GITHUB_STEP_SUMMARY"
            Markdown with diagrams that GitHub and GitLab draw, one for each cluster
        fluxlint graph --format dot | dot -Tsvg > graph.svg
            one picture, with Graphviz
        fluxlint graph --format json --rev origin/main
            objects and references with their places, for programs

      Exit status: 0 shown, 2 nothing to show.
      """)

  @Argument(
    help: ArgumentHelp("A repository, or a directory or file in one. (default: the repository you are in)"),
    completion: .file())
  var path: String?

  @Option(help: ArgumentHelp("Show one cluster: its name, or the last part of it.", valueName: "name"))
  var cluster: String?

  @Option(name: .shortAndLong, help: "How it is written.")
  var format: GraphFormat = .text

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
      Terminal.write(outcome.graph(as: format, color: Terminal.usesColor(color)))
      return
    }
    do {
      try OutputFile.save(Array(outcome.graph(as: format, color: color == .always).utf8), to: output)
    } catch {
      throw CommandFailure.output(error)
    }
  }
}

extension GraphFormat: ExpressibleByArgument {}
