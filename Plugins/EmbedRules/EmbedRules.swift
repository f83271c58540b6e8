import Foundation
import PackagePlugin

/// Compiles the rule files in: `RuleCatalogue` gets their names and texts, `BuiltInRules` the list of their types. And the
/// tables of `facts`, for `FluxModel` and `Facts`.
///
/// The folders are inputs as well as the files: the build runs the plugin again only when Swift files come or go, but a
/// folder changes when a rule file comes or goes, and then the generator lists it anew.
@main
struct EmbedRules: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let command: String
    let output: URL
    switch target.name {
    case "FluxModel": return [try table("api-versions", by: "versions", into: "APIVersionTable", context)]
    case "Facts": return [try table("charts", by: "charts", into: "ChartTable", context)]
    case "RuleCatalogue":
      (command, output) = ("catalogue", context.pluginWorkDirectoryURL.appending(path: "Catalogue.swift"))
    case "BuiltInRules":
      (command, output) = ("registry", context.pluginWorkDirectoryURL.appending(path: "Registry.swift"))
    default:
      Diagnostics.error("nothing is generated for the target '\(target.name)'")
      return []
    }
    let rules = context.package.directoryURL.appending(path: "rules")
    let families = try contents(of: rules).filter(\.hasDirectoryPath)
    return [
      .buildCommand(
        displayName: "Embedding the rules in \(target.name)", executable: try context.tool(named: "rulegen").url,
        arguments: [command, rules.path(percentEncoded: false), output.path(percentEncoded: false)],
        inputFiles: try [rules] + families + families.flatMap(contents), outputFiles: [output])
    ]
  }

  private func table(
    _ name: String, by command: String, into file: String, _ context: PluginContext
  ) throws -> Command {
    let table = context.package.directoryURL.appending(path: "facts/\(name).yaml")
    let output = context.pluginWorkDirectoryURL.appending(path: "\(file).swift")
    return .buildCommand(
      displayName: "Embedding facts/\(name).yaml", executable: try context.tool(named: "rulegen").url,
      arguments: [command, table.path(percentEncoded: false), output.path(percentEncoded: false)],
      inputFiles: [table], outputFiles: [output])
  }

  private func contents(of folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
  }
}
