import ArgumentParser
import FluxLintKit

@main
struct FluxLint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fluxlint")
  mutating func run() async throws {}
}
