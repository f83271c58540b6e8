import Foundation
import PackagePlugin

/// Compiles the facts on kinds into `Schemas`.
@main
struct EmbedSchemas: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let facts = context.package.directoryURL.appending(path: "facts")
    let files = ["flux.json", "kubernetes.json"].map { facts.appending(path: $0) }
    let output = context.pluginWorkDirectoryURL.appending(path: "CompiledTable.swift")
    return [
      .buildCommand(
        displayName: "Embedding the schemas", executable: try context.tool(named: "schemagen").url,
        arguments: [output.path(percentEncoded: false)] + files.map { $0.path(percentEncoded: false) },
        inputFiles: files, outputFiles: [output])
    ]
  }
}
