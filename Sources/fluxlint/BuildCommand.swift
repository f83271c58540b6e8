import ArgumentParser
import FluxLintKit

struct BuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build a kustomization and print its objects.",
    discussion: """
      Prints what 'kustomize build' prints, byte for byte, without the network: from the files, from what is staged, \
      or from any revision. What would have to be fetched or executed is named on standard error.

      A directory without a kustomization file cannot be built; 'fluxlint check' builds it as Flux does.

      Examples:
        fluxlint build apps/production
            the objects as YAML
        fluxlint build apps/production --provenance
            say of each object and each changed value in which file and line it is written
        fluxlint build apps/production --rev origin/main
            as it was; compare it with 'diff'
        fluxlint build apps/production --staged --output production.yaml
            a file, written at once or not at all

      Exit status: 0 built, 1 the build fails or is incomplete, 2 nothing to build.
      """)

  @Argument(
    help: ArgumentHelp("The directory of a kustomization file.", valueName: "dir"), completion: .directory)
  var directory: String = "."

  @Flag(help: "Build from the index: what 'git commit' would commit.")
  var staged = false

  @Option(help: ArgumentHelp("Build from a revision: a branch, a tag, a commit, HEAD~1.", valueName: "rev"))
  var rev: String?

  @Flag(name: .customLong("no-git"), help: "Read the files as they are on disk; ask no Git.")
  var ignoresGit = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the objects to a file, at once or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Say in comments where each object and each changed value is written.")
  var provenance = false

  @Flag(help: "Print what can be built when other parts would have to be fetched or executed.")
  var allowIncomplete = false

  @Option(
    help: ArgumentHelp("Whether kustomizations may read files above their own directory.", valueName: "restrictor"))
  var loadRestrictor: LoadRestrictor = .rootOnly

  @Option(
    help: ArgumentHelp(
      "The order of the objects where 'sortOptions' says none: by kind, or as Flux applies them.", valueName: "order"))
  var reorder: DocumentOrder = .legacy

  @Option(help: "Colours in messages.")
  var color: ColorMode = .auto

  func validate() throws {
    let choices = [("--staged", staged), ("--rev", rev != nil), ("--no-git", ignoresGit)].filter(\.1).map(\.0)
    if choices.count > 1 {
      throw ValidationError("\(choices.joined(separator: " and ")) exclude each other; give one of them")
    }
  }

  func run() throws {
    var request = DirectoryBuildRequest(path: directory, snapshot: snapshot, environment: Terminal.environment)
    request.loadRestrictor = loadRestrictor
    request.order = reorder
    request.withProvenance = provenance
    request.allowsIncomplete = allowIncomplete
    let build = try DirectoryBuild(
      request, color: Terminal.colorsTalk(color), width: Terminal.isTalkInteractive ? Terminal.width : nil)
    for gap in build.gaps { Terminal.talk("not built: \(gap)") }
    Terminal.writeTalk(build.failures)
    guard build.isBuilt else {
      if build.failures.isEmpty { Terminal.talk("nothing is printed; --allow-incomplete prints what can be built") }
      throw FindingsFound()
    }
    try write(build.bytes)
  }

  private var snapshot: CheckRequest.Snapshot {
    if staged { return .staged }
    if let rev { return .revision(rev) }
    return ignoresGit ? .directory : .files
  }

  private func write(_ bytes: [UInt8]) throws(CommandFailure) {
    guard let output else { return Terminal.write(bytes) }
    do {
      try OutputFile.save(bytes, to: output)
    } catch {
      throw .output(error)
    }
  }
}

extension LoadRestrictor: ExpressibleByArgument {}
extension DocumentOrder: ExpressibleByArgument {}
