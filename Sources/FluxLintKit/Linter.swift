import BuiltInRules
package import Diagnostics
import FluxGraph
package import FluxModel
import Manifests
import RuleCatalogue
import RuleEngine
import SourceText
package import SourceTrees

/// What a user may set on the command line; it wins over the configuration file.
package struct LinterOptions: Sendable {
  /// The Flux release that all clusters run; nil to find it out for each cluster.
  package var fluxVersion: FluxVersion?

  /// The directory of the repository, which other checkouts lie next to; nil when it is nowhere on disk.
  package var topDirectory: String?

  /// What the tree is compared with.
  package var base: BaseTree?

  /// Is told what is being done, in a few words.
  package var progress: @Sendable (String) -> Void = { _ in }

  package init(fluxVersion: FluxVersion? = nil) { self.fluxVersion = fluxVersion }
}

/// Why nothing was checked.
package enum LinterError: Error, Sendable {
  case tree(SourceTreeError)
  /// The configuration is wrong; `place` is `path:line:column`.
  case configuration(message: String, place: String)
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
    /// The revision that this one is compared with.
    var base: BaseRevision?
    /// All rules there are, sorted by name.
    var catalogue: [RuleMetadata]
  }

  /// The same, and what the rules looked at.
  static func inspect(
    _ tree: any SourceTree, _ known: SourceSet? = nil, options: LinterOptions = LinterOptions()
  ) async throws(LinterError) -> (report: Report, model: RepositoryModel) {
    let loaded = try await load(tree, known, options: options)
    return (await report(on: loaded), loaded.model)
  }

  /// Runs every rule.
  static func report(on loaded: Loaded) async -> Report {
    var model = loaded.model
    let configuration = loaded.configuration
    let rules = (builtInRules + loaded.userRules.rules).compactMap { rule in
      severity(of: rule.id, loaded).map { (rule: rule, severity: $0) }
    }
    var ignores = IgnoreList(configuration.ignores, model.sources)
    var (findings, schemas, suppressedCount) = await findings(of: rules, on: &model, &ignores)
    findings += unusedSuppressions(model.suppressions, &ignores, loaded)
    findings.sort(by: Finding.inReportOrder)
    var report = report(
      model, loaded.base?.model, findings: findings, schemas, suppressedCount: suppressedCount,
      configuration: configuration)
    if let base = loaded.base, base.decides { await mark(&report, by: base, rules, loaded) }
    return report
  }

  /// What rules find and nobody suppresses, and how much somebody does.
  private static func findings(
    of rules: [(rule: Rule, severity: Severity)], on model: inout RepositoryModel, _ ignores: inout IgnoreList
  ) async -> ([Finding], SchemaVerdicts?, suppressedCount: Int) {
    let sources = model.sources
    if rules.contains(where: { $0.rule.id == .migrationPending }) {
      model.migrationSteps = PendingMigrations.steps(model)
    }
    let outcome = await RuleRun(rules).outcome(on: model)
    var all = outcome.findings.filter { sources.isOwn($0.range.file) }
    all.removeRepeatedMigrationSteps()
    // Of a finding that both cover, both are used.
    let isIgnored = all.map { ignores.cover($0) }
    let kept = model.suppressions.apply(to: all)
    let findings = zip(kept, isIgnored).filter { !$1 }.compactMap(\.0)
    return (findings, outcome.schemas, all.count - findings.count)
  }

  /// Says of each finding whether the base has it, too. Only rules that found something now are asked again.
  private static func mark(
    _ report: inout Report, by base: BaseRevision, _ rules: [(rule: Rule, severity: Severity)], _ loaded: Loaded
  ) async {
    report.isCompared = true
    guard var model = base.model else {
      for index in report.findings.indices { report.findings[index].age = .unchanged }
      return
    }
    let found = Set(report.findings.map(\.rule))
    // Which comments suppress nothing, only all rules together say.
    let needsAll = found.contains(.invalidSuppression)
    var ignores = IgnoreList(loaded.configuration.ignores, model.sources)
    var (findings, _, _) = await findings(
      of: needsAll ? rules : rules.filter { found.contains($0.rule.id) }, on: &model, &ignores)
    if needsAll { findings += unusedSuppressions(model.suppressions, &ignores, loaded) }
    var old = report
    old.findings = findings
    var known = KnownFindings(old)
    for (index, isKnown) in known.match(report).enumerated() {
      report.findings[index].age = isKnown ? .unchanged : .new
    }
  }

  /// Reads `tree` and its configuration, and builds the graph.
  ///
  /// - Parameter known: the files of the tree, if they are read already; nothing was built on them.
  static func load(
    _ tree: any SourceTree, _ known: SourceSet? = nil, options: LinterOptions
  ) async throws(LinterError) -> Loaded {
    options.progress("reading the files")
    let sources: SourceSet
    if let known {
      sources = known
    } else {
      do { sources = try await Session(tree).sources } catch { throw .tree(error) }
    }
    if let problem = ConfigurationFile.problem(in: tree, sources) { throw problem }
    let userRules = UserRules(sources)
    let catalogue =
      userRules.metadata.isEmpty ? ruleCatalogue : (ruleCatalogue + userRules.metadata).sorted { $0.id < $1.id }
    // A rule that cannot be read has a name all the same: the configuration that names it is not wrong.
    let names =
      catalogue.map(\.id.name) + userRules.mistakes.map { UserRules.name(of: sources.path(of: $0.range.file)) }
    var configuration: Configuration
    do {
      configuration = try Configuration.load(from: sources, isRule: names.contains)
    } catch {
      throw .configuration(message: error.message, place: place(of: error.range, in: sources))
    }

    await Checkouts.add(configuration.checkouts, nextTo: options.topDirectory, to: sources)
    let version = options.fluxVersion ?? configuration.fluxVersion
    if options.fluxVersion != nil {
      // The command line wins over all of the file.
      for index in configuration.clusters.indices { configuration.clusters[index].fluxVersion = nil }
    }
    let suppressions = Suppressions(sources, ruleNames: names)
    var builder = GraphBuilder(
      sources: sources,
      settings: GraphSettings(
        fluxVersion: version, clusters: configuration.clusters, provided: configuration.external),
      keepsResults: options.base != nil)
    options.progress("building the clusters")
    let graph = await builder.build()
    var model = RepositoryModel(
      sources: builder.sources, graph: graph, fallback: fallbackSettings(version, graph), suppressions: suppressions)
    model.ruleMistakes = userRules.mistakes
    model.schemaDirectories = configuration.schemas
    model.unreadMarkers = unreadMarkers(model)
    var base: BaseRevision?
    if let tree = options.base {
      do {
        base = try await BaseRevision(tree, of: builder, model, ruleNames: names)
      } catch {
        // Of a base that nobody asked for, the check does not depend.
        if tree.decides { throw .tree(error) }
      }
      model.comparison = base?.comparison
    }
    return Loaded(
      model: model, configuration: configuration, remarks: NewerReleases.remarks(graph.clusters, given: version),
      builder: builder, userRules: userRules, base: base, catalogue: catalogue)
  }

  /// Looks for image markers where an automation goes past them.
  static func unreadMarkers(_ model: RepositoryModel) -> [SourceRange] {
    let automations = model.clusters.filter { $0.cluster.index.has(kind: "ImageUpdateAutomation") }
      .flatMap(\.imageAutomations)
    return ImageMarkers.inOtherFiles(of: model.sources, below: automations.compactMap(\.directory))
  }

  /// The severity of a rule as the configuration or else the catalogue says; nil when the rule is off.
  private static func severity(of rule: RuleID, _ loaded: Loaded) -> Severity? {
    switch loaded.configuration.levels[rule] {
    case .off: nil
    case .severity(let severity): severity
    case nil: loaded.catalogue.rule(rule).severity
    }
  }

  /// Comments and entries of the configuration that suppress nothing.
  private static func unusedSuppressions(
    _ suppressions: Suppressions, _ ignores: inout IgnoreList, _ loaded: Loaded
  ) -> [Finding] {
    guard let severity = severity(of: .invalidSuppression, loaded) else { return [] }
    var sink = FindingSink(rule: .invalidSuppression, severity: severity)
    for (range, rules) in suppressions.unused {
      sink.report(
        "this comment suppresses nothing", at: range,
        label: "no finding of \(rules.map { "'\($0.name)'" }.joined(separator: ", ")) here",
        help: "remove it, or put it on the line of the finding")
    }
    let ofComments = sink.finish().filter { !ignores.cover($0) }
    var entries = FindingSink(rule: .invalidSuppression, severity: severity)
    for entry in ignores.unused {
      entries.report(
        "this entry of 'ignore' suppresses nothing", at: entry.range,
        label: entry.rule.map { "no finding of '\($0.name)' there" } ?? "no finding there",
        help: "remove it, or correct its rule or path")
    }
    return ofComments + entries.finish()
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
    _ model: RepositoryModel, _ base: RepositoryModel?, findings: [Finding], _ schemas: SchemaVerdicts?,
    suppressedCount: Int,
    configuration: Configuration
  ) -> Report {
    let sources = model.sources
    let graph = model.graph
    // Numbers of files mean the same in both, and the base has more of them.
    let known = sources.allFiles.count
    let files = (base?.sources ?? sources).allFiles.map { file in
      SourceFile(
        path: file.path, bytes: (base?.sources ?? sources).bytes(of: file.id),
        isOfBase: Int(file.id.index) >= known)
    }
    return Report(
      subject: subject(sources.revision),
      files: files, findings: findings,
      notChecked: NotCheckedList.make(model) + NotCheckedList.unknownKinds(schemas?.unknownKinds ?? [])
        + (graph.clusters.isEmpty ? NewerReleases.notChecked([model.fallback]) : []),
      fileCount: sources.files.count { sources.isOwn($0.id) },
      objectCount: graph.clusters.reduce(0) { $0 + $1.objects.count { $0.kustomization != nil } },
      clusters: graph.clusters.map(\.name).filter { !$0.isEmpty }.sorted(), suppressedCount: suppressedCount,
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
