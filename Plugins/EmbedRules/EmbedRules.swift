import Foundation
import PackagePlugin

/// Compiles the rule files in: `RuleCatalogue` gets their names and texts, `BuiltInRules` the list of their types. And the
/// table of API versions, for `FluxModel`.
///
/// The folders are inputs as well as the files: the build runs the plugin again only when Swift files come or go, but a
/// folder changes when a rule file comes or goes, and then the generator lists it anew.
@main
struct EmbedRules: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let command: String
    let output: URL
    switch target.name {
    case "FluxModel": return [try versionTable(context)]
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

  private func versionTable(_ context: PluginContext) throws -> Command {
    let table = context.package.directoryURL.appending(path: "facts/api-versions.yaml")
    let output = context.pluginWorkDirectoryURL.appending(path: "APIVersionTable.swift")
    return .buildCommand(
      displayName: "Embedding the API versions", executable: try context.tool(named: "rulegen").url,
      arguments: ["versions", table.path(percentEncoded: false), output.path(percentEncoded: false)],
      inputFiles: [table], outputFiles: [output])
  }

  private func contents(of folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
  }
}
