import ArgumentParser
import FluxLintKit

/// What the commands that show the graph have in common.
struct ViewOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A repository, or a directory or file in one. (default: the repository you are in)"),
    completion: .file())
  var path: String?

  @Option(help: ArgumentHelp("Show one cluster: its name, or the last part of it.", valueName: "name"))
  var cluster: String?

  @OptionGroup var snapshotOptions: SnapshotOptions

  @Option(
    help: ArgumentHelp(
      "The Flux release of all clusters. (default: found out for each cluster, or 'fluxVersion' of .fluxlint.yaml)",
      valueName: "2.x"))
  var fluxVersion: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write it to a file, at once or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(help: "Colours in text.")
  var color: ColorMode = .auto

  /// Builds the graph, says what there is to say about it, and writes what `render` makes of it.
  ///
  /// - Parameter render: Gets the graph and whether colours are wanted.
  func show(_ render: (GraphOutcome, Bool) -> Document) async throws {
    let outcome = try await GraphOutcome(
      CheckRequest(
        path: path, snapshot: snapshotOptions.snapshot, fluxVersion: fluxVersion, environment: Terminal.environment),
      cluster: cluster)
    for remark in outcome.remarks { Terminal.talk(remark) }
    guard let output else { return Terminal.write(render(outcome, Terminal.usesColor(color))) }
    do {
      try OutputFile.save(render(outcome, color == .always).bytes, to: output)
    } catch {
      throw CommandFailure.output(error)
    }
  }
}
