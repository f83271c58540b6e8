import BuiltInRules
package import Diagnostics
import FluxGraph
package import FluxModel
import Manifests
package import RuleCatalogue
package import RuleEngine
import RuleFiles
import SourceText
package import SourceTrees

/// What a user may set on the command line; it wins over the configuration file.
package struct LinterOptions: Sendable {
  /// The Flux release that all clusters run; nil to find it out for each cluster.
  package var fluxVersion: FluxVersion?
  /// Which rules run, and which do not.
  package var rules: RuleChoice

  /// The directory of the repository, which other checkouts lie next to; nil when it is nowhere on disk.
  package var topDirectory: String?

  /// Seconds since 1970, for a tree that is of no commit; nil: no suppression has ended.
  package var now: Int64?

  /// Is told what is being done, in a few words.
  package var progress: @Sendable (String) -> Void = { _ in }

  package init(fluxVersion: FluxVersion? = nil, rules: RuleChoice = RuleChoice()) {
    self.fluxVersion = fluxVersion
    self.rules = rules
  }
}

/// Why nothing was checked.
package enum LinterError: Error, Sendable {
  case tree(SourceTreeError)
  /// The configuration is wrong; `place` is `path:line:column`.
  case configuration(message: String, place: String)
  case rules(RuleChoiceError)
}

/// The whole job: a tree in, a report out.
package enum Linter {
  /// Checks `tree` with every rule. What cannot be read or decided is part of the report.
  package static func check(
    _ tree: any SourceTree, options: LinterOptions = LinterOptions()
  ) async throws(LinterError) -> Report {
    try await inspect(tree, options: options).report
  }

  /// What the rules look at, and how it came about.
  struct Loaded {
    var model: RepositoryModel
    var configuration: Configuration
    /// What the user ought to know, a sentence each.
    var remarks: [String]
    /// What built the graph, with all that it remembers of its builds.
    var builder: GraphBuilder
    var userRules: UserRules
    var rules: KnownRules
    var selection: RuleSelection
  }

  /// The same, and what the rules looked at.
  static func inspect(
    _ tree: any SourceTree, options: LinterOptions = LinterOptions()
  ) async throws(LinterError) -> (report: Report, model: RepositoryModel) {
    let loaded = try await load(tree, options: options)
    return (await report(on: loaded), loaded.model)
  }

  /// Runs the rules that are on.
  static func report(on loaded: Loaded) async -> Report {
    var model = loaded.model
    let rules = activeRules(loaded)
    let running = Set(rules.map(\.rule.id))
    let outcome = await RuleRun(rules).outcome(on: model)
    let sources = model.sources
    let (reported, suppressed) = model.suppressions.settle(
      outcome.findings.filter { sources.isOwn($0.range.file) }, of: running,
      complaints: rules.first { $0.rule.id == .invalidSuppression }, path: sources.path)
    var report = report(model, findings: reported, outcome.schemas, configuration: loaded.configuration)
    report.suppressed = suppressed
    report.suppressedCount = suppressed.count
    return report
  }

  /// Reads `tree` and its configuration, and builds the graph.
  static func load(
    _ tree: any SourceTree, options: LinterOptions
  ) async throws(LinterError) -> Loaded {
    options.progress("reading the files")
    let sources: SourceSet
    do { sources = try await SourceSet.load(tree) } catch { throw .tree(error) }
    sources.parseListedFiles()
    if let problem = ConfigurationFile.problem(in: tree, sources) { throw problem }
    let userRules = UserRules(sources)
    // A rule that cannot be read has a name all the same: the configuration that names it is not wrong.
    let rules = KnownRules(
      userRules.metadata.isEmpty ? ruleCatalogue : (ruleCatalogue + userRules.metadata).sorted { $0.id < $1.id },
      unreadable: userRules.mistakes.map { UserRules.name(of: sources.path(of: $0.range.file)) },
      version: FluxlintVersion(fluxlintVersion))
    var configuration: Configuration
    do {
      configuration = try Configuration.load(from: sources, rules: rules)
    } catch {
      throw .configuration(message: error.message, place: place(of: error.range, in: sources))
    }
    let selection: RuleSelection
    do { selection = try RuleSelection(options.rules, configuration, rules) } catch { throw .rules(error) }

    await Checkouts.add(configuration.checkouts, nextTo: options.topDirectory, to: sources)
    let version = options.fluxVersion ?? configuration.fluxVersion
    if options.fluxVersion != nil {
      // The command line wins over all of the file.
      for index in configuration.clusters.indices { configuration.clusters[index].fluxVersion = nil }
    }
    let suppressions = Suppressions(
      sources, rules: rules, entries: configuration.ignores,
      terms: Suppressions.Terms(now: tree.commitTime ?? options.now, requiresReason: configuration.requiresReason))
    var builder = GraphBuilder(
      sources: sources,
      settings: GraphSettings(
        fluxVersion: version, clusters: configuration.clusters, provided: configuration.external))
    options.progress("building the clusters")
    let graph = await builder.build()
    var model = RepositoryModel(
      sources: builder.sources, graph: graph, fallback: fallbackSettings(version, graph), suppressions: suppressions)
    model.ruleMistakes = userRules.mistakes
    model.schemaDirectories = configuration.schemas
    return Loaded(
      model: model, configuration: configuration, remarks: NewerReleases.remarks(graph.clusters, given: version),
      builder: builder, userRules: userRules, rules: rules, selection: selection)
  }

  /// The rules that are on.
  static func activeRules(_ loaded: Loaded) -> [ActiveRule] {
    (builtInRules + loaded.userRules.rules).compactMap { rule in
      let decision = loaded.selection.decision(on: loaded.rules.all.rule(rule.id))
      guard decision.isOn else { return nil }
      return ActiveRule(
        rule, severity: decision.severity, tier: decision.tier, options: loaded.selection.options(of: rule.id))
    }
  }

  /// For files that no cluster reads: what the user says, else the newest release that a cluster of the repository runs,
  /// which is the newest of all where one does not say.
  private static func fallbackSettings(_ version: FluxVersion?, _ graph: FluxGraph) -> ClusterSettings {
    let clusters = graph.clusters.filter(\.hasEntryPoint)
    let isKnown = version != nil || !clusters.isEmpty && clusters.allSatisfy { $0.settings.versionOrigin != .assumed }
    return ClusterSettings(
      fluxVersion: version ?? clusters.map(\.settings.fluxVersion).max() ?? APIVersions.newestRelease,
      versionOrigin: isKnown ? .given : .assumed)
  }

  private static func place(of range: SourceRange, in sources: SourceSet) -> String {
    let bytes = sources.bytes(of: range.file)
    let position = LineIndex(bytes).position(of: Int(range.lowerBound), in: bytes)
    return "\(sources.path(of: range.file)):\(position.line):\(position.column)"
  }

  private static func report(
    _ model: RepositoryModel, findings: [Finding], _ schemas: SchemaVerdicts?,
    configuration: Configuration
  ) -> Report {
    let sources = model.sources
    let graph = model.graph
    return Report(
      subject: subject(sources.revision),
      files: sources.files.map { SourceFile(path: $0.path, bytes: sources.bytes(of: $0.id)) }, findings: findings,
      notChecked: NotCheckedList.make(model) + NotCheckedList.unknownKinds(schemas?.unknownKinds ?? [])
        + (graph.clusters.isEmpty ? NewerReleases.notChecked([model.fallback]) : []),
      fileCount: sources.files.count { sources.isOwn($0.id) },
      objectCount: graph.clusters.reduce(0) { $0 + $1.objects.count { $0.kustomization != nil } },
      clusters: graph.clusters.map(\.name).filter { !$0.isEmpty }.sorted(),
      failOn: configuration.failOn)
  }

  static func subject(_ revision: Revision) -> Subject {
    switch revision {
    case .workTree: Subject(kind: .workTree)
    case .index: Subject(kind: .index)
    case .commit(let id): Subject(kind: .commit, revision: id)
    case .directory: Subject(kind: .directory)
    }
  }
}
