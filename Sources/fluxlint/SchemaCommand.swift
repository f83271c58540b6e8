import ArgumentParser
import Commands

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Say which fields a kind has: types, allowed values, and since which Flux release.",
    discussion: """
      Examples:
        fluxlint schema HelmRelease             what stands at the top
        fluxlint schema helmrelease.spec.install.remediation
        fluxlint schema source.toolkit.fluxcd.io/v1beta2/OCIRepository.spec
      """)

  @Argument(help: ArgumentHelp("A kind, with names of fields behind it.", valueName: "kind[.field]"))
  var subject: String

  func run() throws {
    Terminal.write(Document(ofText: try SchemaGuide.page(of: subject)))
  }
}
