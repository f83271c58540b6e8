import ArgumentParser
import Commands

struct GraphCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graph",
    abstract: "Show what applies what, cluster by cluster, in the order in which it becomes ready.",
    discussion: """
      Each cluster is a tree: its Kustomizations in the order in which Flux makes them ready, with the sources and \
      Helm releases that they apply. What is missing, fails, or waits in a cycle is marked.

      Examples:
        fluxlint graph
            the clusters of the repository around the current directory
        fluxlint graph --cluster production
            one of them
        fluxlint graph --depth 2 --only Kustomization
            the upper levels of a large one
        fluxlint graph --format mermaid >> "$GITHUB_STEP_SUMMARY"
            Markdown with diagrams that GitHub and GitLab draw, one for each cluster
        fluxlint graph --format dot | dot -Tsvg > graph.svg
            one picture, with Graphviz
        fluxlint graph --format json --rev origin/main
            objects and references with their places, for programs

      Exit status: 0 shown, 2 nothing to show.
      """)

  @OptionGroup var view: ViewOptions

  @Option(name: .shortAndLong, help: "How it is written.")
  var format: GraphFormat = .text

  func run() async throws {
    try await view.show(showsParents: true) { outcome, color in outcome.graph(as: format, color: color) }
  }
}

extension GraphFormat: ExpressibleByArgument {}
