import ArgumentParser
import CommandFailures
import Commands

struct MigrateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Move API versions, and the fields that go with them, to a Flux release.",
    discussion: """
      Changes the versions that the release does not serve or calls deprecated to the newest it serves, with the fields \
      that the new version has not, wherever a version is mentioned: objects, list items, patches and their targets, \
      health checks, selectors and replacements. Only the bytes that must change do. Versions are never lowered, and \
      what needs a person is left as it is and said with its line.

      Without --to each file moves to what all clusters serve that read it. What has to wait for a newer Flux is listed \
      with that release. Where nothing says which Flux a cluster runs, the newest is assumed.

      The repository is read again with the changes, in memory: the same objects, the same references and no new \
      finding, or a file is left alone.

      Examples:
        fluxlint migrate
            show the changes for the Flux that is installed as a diff
        fluxlint migrate --to 2.6 clusters/staging
            those of one directory, for this release
        fluxlint migrate --check
            list them; for a pipeline
        fluxlint migrate --write
            make them, in all files or in none
        fluxlint migrate --kustomize --write
            and replace deprecated fields of kustomization files, as long as builds stay the same

      Exit status: 0 nothing left to do, 1 something is, 2 a file could not be read or written. With --write, what has \
      to wait for a newer Flux leaves it at 0.
      """)

  @Argument(
    help: ArgumentHelp("Repositories' directories and files. (default: the repository you are in)"),
    completion: .file())
  var path: [String] = []

  @Option(help: ArgumentHelp("The Flux release to move to. (default: what each cluster runs)", valueName: "2.x"))
  var to: String?

  @Flag(help: "Print a unified diff and write nothing. This is the default.")
  var diff = false

  @Flag(help: "Change the files.")
  var write = false

  @Flag(help: "List what is left to do and write nothing.")
  var check = false

  @Flag(help: "Replace deprecated fields of kustomization files, too.")
  var kustomize = false

  @Flag(name: .customLong("from-v1"), help: "Convert objects of Flux v1, too, where that can be done.")
  var fromV1 = false

  @Option(name: .shortAndLong, help: "How the result is written: text is the diff or the list.")
  var format: ReportFormat = .text

  @Option(help: "Colours in messages.")
  var color: ColorMode = .auto

  func validate() throws {
    let choices = [("--diff", diff), ("--write", write), ("--check", check)].filter(\.1).map(\.0)
    if choices.count > 1 {
      throw ValidationError("\(choices.joined(separator: " and ")) exclude each other; give one of them")
    }
  }

  func run() async throws {
    var request = try MigrationRequest(paths: path, to: to, environment: Terminal.environment)
    request.rewritesKustomizations = kustomize
    request.convertsFluxV1 = fromV1
    request.writes = write
    let outcome = try await MigrationOutcome(request)
    for remark in outcome.remarks { Terminal.talk(remark) }
    var failure: CommandFailure?
    if write {
      do { try outcome.write() } catch { failure = error }
    }
    let isWritten = write && failure == nil
    if format != .text {
      Terminal.write(outcome.report(isWritten: isWritten).rendered(as: format))
    } else if check {
      Terminal.write(outcome.report(isWritten: false).rendered(as: .text, listStyle(.output)))
    } else {
      if !write { Terminal.write(Document(data: outcome.diff)) }
      Terminal.writeTalk(outcome.workList.rendered(as: .text, listStyle(.talk)))
    }
    if let failure { throw failure }
    Terminal.talk(outcome.summary(isWritten: write))
    if outcome.failedFileCount > 0 { throw CommandFailure.migrationIncomplete(fileCount: outcome.failedFileCount) }
    if outcome.hasWorkLeft || (!write && (outcome.hasChanges || outcome.hasWorkLater)) { throw FindingsFound() }
  }

  /// A list of what is left to do is no report on the repository: it has no numbers at its end.
  private func listStyle(_ stream: Terminal.Stream) -> ReportStyle {
    var style = Terminal.style(color, on: stream)
    style.hasSummary = false
    return style
  }
}
