import ArgumentParser
import CommandFailures
import Commands
import TextEdits

/// What the commands that show the graph have in common.
struct ViewOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("A repository, or a directory or file in one. (default: the repository you are in)"),
    completion: .file())
  var path: String?

  @Option(help: ArgumentHelp("Show one cluster: its name, or the last part of it.", valueName: "name"))
  var cluster: String?

  @Option(
    help: ArgumentHelp("Show so many levels of what applies what; the entry point is the first.", valueName: "levels"))
  var depth: Int?

  @Option(
    help: ArgumentHelp("Show objects of a kind only, as in --only HelmRelease; may be repeated.", valueName: "kind"))
  var only: [String] = []

  @Flag(inversion: .prefixedNo, help: "Show text that is longer than the terminal in $FLUXLINT_PAGER, $PAGER or less.")
  var pager = true

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

  func validate() throws {
    if let output { try OutputPath.validate(output, instead: "no --output") }
    if let depth, depth < 1 { throw ValidationError("--depth begins at 1, the entry point") }
  }

  /// Builds the graph, says what there is to say about it, and writes what `render` makes of it.
  ///
  /// - Parameters:
  ///   - showsParents: whether what applies a wanted object is shown, too.
  ///   - render: Gets the graph and whether colours are wanted.
  func show(showsParents: Bool, _ render: (GraphOutcome, Bool) -> Document) async throws {
    let progress = Progress.start(isWanted: true)
    defer { progress?.stop() }
    var request = CheckRequest(
      path: path, snapshot: snapshotOptions.snapshot, fluxVersion: fluxVersion, environment: Terminal.environment)
    request.progress = { progress?.show($0) }
    var outcome = try await GraphOutcome(request, cluster: cluster)
    progress?.stop()
    try outcome.restrict(depth: depth, kinds: only, showsParents: showsParents)
    for remark in outcome.remarks { Terminal.talk(remark) }
    guard let output else { return Pager.write(render(outcome, Terminal.usesColor(color)), isWanted: pager) }
    do {
      try OutputFile.save(render(outcome, color == .always).bytes, to: output)
    } catch {
      throw CommandFailure.output(error)
    }
  }
}
