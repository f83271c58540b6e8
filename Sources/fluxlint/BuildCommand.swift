import ArgumentParser
import CommandFailures
import Commands
import TextEdits

struct BuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Build a kustomization, or what Flux would apply, and print the objects.",
    discussion: """
      With --kustomization or --all: prints what Flux would apply, from the entry points of the clusters down, with \
      every patch, namespace and variable. A value that is not in the repository is not guessed.

      Prints what 'kustomize build' prints, byte for byte, without the network: from the files, from what is staged, \
      or from any revision. What would have to be fetched or executed is named on standard error.

      A directory without a kustomization file cannot be built; 'fluxlint check' builds it as Flux does.

      --all writes everything and then names what fails. A Kustomization whose source is another repository is no \
      failure; its status in the output is 'external'.

      Examples:
        fluxlint build apps/production
            the objects as YAML
        fluxlint build apps/production --provenance
            say of each object and each changed value in which file and line it is written
        fluxlint build apps/production --provenance --format json
            the same for other programs, with the path of each changed value
        fluxlint build apps/production --rev origin/main
            as it was; compare it with 'diff'
        fluxlint build apps/production --staged --output production.yaml
            a file, written at once or not at all
        fluxlint build --kustomization flux-system/apps --cluster clusters/production
            what Flux would apply for this Kustomization
        fluxlint build --all --format json
            every Kustomization of every cluster

      Exit status: 0 built, 1 the build (with --all any of them) fails or is incomplete, 2 nothing to build.
      """)

  @Argument(
    help: ArgumentHelp(
      "The directory of a kustomization file; with --kustomization and --all a repository.", valueName: "dir"),
    completion: .directory)
  var directory: String = "."

  @Option(help: ArgumentHelp("Build what a Flux Kustomization applies.", valueName: "namespace/name"))
  var kustomization: String?

  @Option(
    help: ArgumentHelp(
      "The cluster of --kustomization, if several have one: its name, or the last part of it.", valueName: "name"))
  var cluster: String?

  @Flag(help: "With --kustomization: print the objects before variables are substituted.")
  var beforeSubstitution = false

  @Flag(help: "Build what every Flux Kustomization of every cluster applies; needs --format json.")
  var all = false

  @Option(
    name: .shortAndLong,
    help: "How objects are written; those of a directory as the items of a List. (default: yaml)")
  var format: BuildFormat?

  @Option(
    help: ArgumentHelp("With --kustomization or --all: the Flux release of all clusters.", valueName: "2.x"))
  var fluxVersion: String?

  @OptionGroup var snapshotOptions: SnapshotOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the objects to a file, at once or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Say where each object and each changed value is written: in comments, or beside the object.")
  var provenance = false

  @Flag(help: "Print what can be built when other parts would have to be fetched or executed.")
  var allowIncomplete = false

  @Option(
    help: ArgumentHelp(
      "Whether kustomizations may read files above their own directory. (default: LoadRestrictionsRootOnly)",
      valueName: "restrictor"))
  var loadRestrictor: LoadRestrictor?

  @Option(
    help: ArgumentHelp(
      "The order of the objects where 'sortOptions' says none: by kind, or as Flux applies them. (default: legacy)",
      valueName: "order"))
  var reorder: DocumentOrder?

  @Option(help: "Colours in messages.")
  var color: ColorMode = .auto

  func validate() throws {
    if let output { try OutputPath.validate(output, instead: "no --output") }
    if all, kustomization != nil {
      throw ValidationError("--all and --kustomization exclude each other; give one of them")
    }
    if all, format != .json { throw ValidationError("--all needs --format json") }
    if kustomization != nil, format == .json {
      throw ValidationError("--kustomization prints YAML; --all and directories can be JSON")
    }
    try forbid(
      kustomization == nil, "--kustomization",
      [("--cluster", cluster != nil), ("--before-substitution", beforeSubstitution)])
    try forbid(kustomization == nil && !all, "--kustomization or --all", [("--flux-version", fluxVersion != nil)])
    let isFlux = all || kustomization != nil
    let ofDirectories = [
      ("--load-restrictor", loadRestrictor != nil), ("--reorder", reorder != nil),
      ("--allow-incomplete", allowIncomplete),
    ]
    if isFlux, let option = ofDirectories.first(where: \.1)?.0 {
      throw ValidationError("\(option) is for directories; Flux decides that for its Kustomizations")
    }
    if all, provenance { throw ValidationError("--provenance is for YAML; JSON says file and line of each object") }
  }

  /// Refuses options that need another one.
  private func forbid(_ isMissing: Bool, _ needed: String, _ options: [(name: String, isGiven: Bool)]) throws {
    guard isMissing, let option = options.first(where: \.isGiven) else { return }
    throw ValidationError("\(option.name) needs \(needed)")
  }

  func run() async throws {
    if all { return try await buildAll() }
    if let kustomization { return try await build(kustomization) }
    try buildDirectory()
  }

  private func fluxBuild() async throws(CommandFailure) -> FluxBuild {
    let build = try await FluxBuild(
      CheckRequest(
        path: directory == "." ? nil : directory, snapshot: snapshotOptions.snapshot, fluxVersion: fluxVersion,
        environment: Terminal.environment))
    for remark in build.remarks { Terminal.talk(remark) }
    return build
  }

  private func buildAll() async throws {
    let build = try await fluxBuild()
    let failures: [String]
    if output == nil {
      failures = build.writeJSON { Terminal.write(Document(data: $0)) }
    } else {
      var bytes: [UInt8] = []
      failures = build.writeJSON { bytes += $0 }
      try write(bytes)
    }
    for failure in failures { Terminal.talk(failure) }
    if !failures.isEmpty { throw FindingsFound() }
  }

  private func build(_ kustomization: String) async throws {
    var selection = FluxBuild.Selection(kustomization, cluster: cluster)
    selection.isBeforeSubstitution = beforeSubstitution
    selection.withProvenance = provenance
    let text = try await fluxBuild().text(selection)
    for unknown in text.unknowns { Terminal.talk("not substituted: \(unknown)") }
    if let failure = text.failure {
      Terminal.talk("'\(kustomization)' applies nothing: \(failure)")
      throw FindingsFound()
    }
    try write(text.bytes)
  }

  private func buildDirectory() throws {
    var request = DirectoryBuildRequest(
      path: directory, snapshot: snapshotOptions.snapshot, environment: Terminal.environment)
    request.loadRestrictor = loadRestrictor ?? .rootOnly
    request.order = reorder ?? .legacy
    request.format = format ?? .yaml
    request.withProvenance = provenance
    request.allowsIncomplete = allowIncomplete
    let build = try DirectoryBuild(
      request, color: Terminal.usesColor(color, on: .talk), width: Terminal.isInteractive(.talk) ? Terminal.width : nil)
    for gap in build.gaps { Terminal.talk("not built: \(gap)") }
    if let failures = build.failures { Terminal.writeTalk(failures) }
    guard build.isBuilt else {
      if build.failures == nil { Terminal.talk("nothing is printed; --allow-incomplete prints what can be built") }
      throw FindingsFound()
    }
    try write(build.bytes)
  }

  private func write(_ bytes: [UInt8]) throws(CommandFailure) {
    guard let output else { return Terminal.write(Document(data: bytes)) }
    do {
      try OutputFile.save(bytes, to: output)
    } catch {
      throw .output(error)
    }
  }
}

extension BuildFormat: ExpressibleByArgument {}
extension LoadRestrictor: ExpressibleByArgument {}
extension DocumentOrder: ExpressibleByArgument {}
