import ArgumentParser
import Commands

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
        fluxlint inventory --only HelmRelease
            one list
        fluxlint inventory --format json --output inventory.json
            the same with places, for programs

      Exit status: 0 listed, 2 nothing to list.
      """)

  @OptionGroup var view: ViewOptions

  @Option(name: .shortAndLong, help: "How it is written.")
  var format: InventoryFormat = .text

  func run() async throws {
    try await view.show(showsParents: false) { outcome, color in outcome.inventory(as: format, color: color) }
  }
}

extension InventoryFormat: ExpressibleByArgument {}
