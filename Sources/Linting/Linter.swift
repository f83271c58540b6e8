import BuiltInRules
package import Diagnostics
import FluxGraph
package import FluxModel
package import Manifests
package import RuleCatalogue
package import RuleEngine
import RuleFiles
package import Sessions
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

  /// What the tree is compared with.
  package var base: BaseTree?

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
  package struct Loaded {
    package var model: RepositoryModel
    package var configuration: Configuration
    /// What the user ought to know, a sentence each.
    package var remarks: [String]
    /// What built the graph, with all that it remembers of its builds.
    var builder: GraphBuilder
    var userRules: UserRules
    /// The revision that this one is compared with.
    var base: BaseRevision?
    let pendingMigrations: PendingMigrations
    package var rules: KnownRules
    package var selection: RuleSelection
  }

  /// The same, and what the rules looked at.
  package static func inspect(
    _ tree: any SourceTree, _ known: SourceSet? = nil, options: LinterOptions = LinterOptions()
  ) async throws(LinterError) -> (report: Report, model: RepositoryModel) {
    let loaded = try await load(tree, known, options: options)
    return (await report(on: loaded), loaded.model)
  }

  /// Runs the rules that are on.
  package static func report(on loaded: Loaded) async -> Report {
    var model = loaded.model
    let rules = activeRules(loaded)
    let (outcome, reported, suppressed) = await findings(of: rules, on: &model, loaded)
    var report = report(
      model, loaded.base?.model, outcome, findings: reported, configuration: loaded.configuration)
    report.ruleMistakeCount = model.ruleMistakes.count + outcome.mistakes.count
    report.judgedCount = outcome.schemas?.judgedCount
    report.suppressed = suppressed
    report.suppressedCount = suppressed.count
    if let base = loaded.base, base.decides { await mark(&report, by: base, rules, loaded) }
    report.secrets = SecretPlaces.quoted(
      by: report, rules: loaded.rules, clusters: model.graph.clusters,
      sources: loaded.base?.model?.sources ?? model.sources)
    report.hideURLPasswords()
    report.hide(SecretPlaces.names(in: loaded.model))
    return report
  }

  /// What rules find, and which of it somebody suppresses.
  ///
  /// - Parameters:
  ///   - isComplete: whether these are all the rules that are on, so that what suppresses nothing is known.
  ///   - isOfChange: whether suppressions of rules about changes have had their chance.
  static func findings(
    of rules: [ActiveRule], on model: inout RepositoryModel, _ loaded: Loaded, isComplete: Bool = true,
    isOfChange: Bool? = nil
  ) async -> (RuleRun.Outcome, reported: [Finding], suppressed: [Finding]) {
    let sources = model.sources
    let outcome = await RuleRun(rules).outcome(on: model)
    var all = outcome.findings.filter {
      sources.isOwn($0.range.file) || loaded.userRules.files.contains($0.range.file)
    }
    all.removeRepetitions()
    var (reported, suppressed) = model.suppressions.settle(
      all, of: running(rules, isCompared: isOfChange ?? (model.comparison != nil)),
      complaints: isComplete ? rules.first { $0.rule.id == .invalidSuppression } : nil, path: sources.path)
    reported.removeWhatChangesTell()
    return (outcome, reported, suppressed)
  }

  /// Says of each finding whether the base has it, too. Only rules that found something now are asked again.
  private static func mark(
    _ report: inout Report, by base: BaseRevision, _ rules: [ActiveRule], _ loaded: Loaded
  ) async {
    report.isCompared = true
    guard var model = base.model else {
      for index in report.findings.indices { report.findings[index].age = .unchanged }
      return
    }
    let found = Set(report.findings.map(\.rule))
    // Which comments suppress nothing, only all rules together say; which rules fail, those do.
    let needsAll = found.contains(.invalidSuppression) || found.contains(.invalidRule)
    let (_, findings, _) = await findings(
      of: needsAll ? rules : rules.filter { found.contains($0.rule.id) }, on: &model, loaded, isComplete: needsAll,
      isOfChange: loaded.model.comparison != nil)
    var old = report
    old.findings = findings
    for (index, match) in report.matches(from: old).enumerated() {
      let isKnown = match.isKnown && !isOfNewEntry(report.findings[index], loaded.model.sources, model.sources)
      report.findings[index].age = isKnown ? .unchanged : .new
      if match.joined.isEmpty { continue }
      let names = match.joined.prefix(5).map(\.displayName).joined(separator: ", ")
      let more = match.joined.count > 5 ? " and \(match.joined.count - 5) more" : ""
      report.findings[index].notes.append("of these the change adds \(names)\(more)")
    }
  }

  /// Whether a finding is about an entry of the configuration that the base does not have: what is configured now holds for
  /// both.
  private static func isOfNewEntry(_ finding: Finding, _ sources: SourceSet, _ base: SourceSet) -> Bool {
    guard finding.rule == .invalidSuppression, sources.path(of: finding.range.file) == Configuration.path else {
      return false
    }
    guard let file = base.fileInRepository(at: Configuration.path) else { return true }
    return base.bytes(of: file).firstRange(of: sources.bytes(of: finding.range.file)[finding.range.bounds]) == nil
  }

  /// Reads `tree` and its configuration, and builds the graph.
  ///
  /// - Parameter known: the files of the tree, if they are read already; nothing was built on them.
  package static func load(
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
    let locations = RuleLocations(sources.fileInRepository(at: Configuration.path).map { sources.bytes(of: $0) })
    await Checkouts.add(locations.checkouts, nextTo: options.topDirectory, to: sources)
    let userRules = UserRules(sources, at: locations)
    for notice in UserRules.links(in: tree, locations) { sources.note(notice) }
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

    let others = configuration.checkouts.filter { other in !locations.checkouts.contains { $0.path == other.path } }
    await Checkouts.add(others, nextTo: options.topDirectory, to: sources)
    let version = options.fluxVersion ?? configuration.fluxVersion
    if options.fluxVersion != nil {
      // The command line wins over all of the file.
      for index in configuration.clusters.indices { configuration.clusters[index].fluxVersion = nil }
    }
    let terms = Suppressions.Terms(
      now: tree.commitTime ?? options.now, requiresReason: configuration.requiresReason,
      isCompared: options.base != nil)
    let entries = configuration.ignores
    let suppressions = Suppressions(sources, rules: rules, entries: entries, terms: terms)
    var builder = GraphBuilder(
      sources: sources,
      settings: GraphSettings(
        fluxVersion: version, clusters: configuration.clusters, provided: configuration.external),
      keepsResults: options.base != nil)
    options.progress("building the clusters")
    let graph = await builder.build()
    let keyFiles = KeyFile.all(in: builder.sources)
    let lostDefaults = LostDefaults(builder.sources)
    var model = RepositoryModel(
      sources: builder.sources, graph: graph, fallback: fallbackSettings(version, graph), suppressions: suppressions)
    let pendingMigrations = PendingMigrations()
    model.migrationSteps = { pendingMigrations.steps($0) }
    model.ruleMistakes = userRules.mistakes
    model.keyFiles = keyFiles
    model.lostDefaults = lostDefaults
    model.schemaDirectories = configuration.schemas
    model.unreadMarkers = unreadMarkers(model)
    var base: BaseRevision?
    if let tree = options.base {
      do {
        base = try await BaseRevision(
          tree, of: builder, model, locations: locations,
          suppressions: { Suppressions($0, rules: rules, entries: entries, terms: terms) })
      } catch {
        // Of a base that nobody asked for, the check does not depend.
        if tree.decides { throw .tree(error) }
      }
      model.comparison = base?.comparison
    }
    return Loaded(
      model: model, configuration: configuration, remarks: NewerReleases.remarks(graph.clusters, given: version),
      builder: builder, userRules: userRules, base: base, pendingMigrations: pendingMigrations,
      rules: rules, selection: selection)
  }

  /// Looks for image markers where an automation goes past them.
  static func unreadMarkers(_ model: RepositoryModel) -> [SourceRange] {
    let automations = model.clusters.filter { $0.cluster.index.has(kind: "ImageUpdateAutomation") }
      .flatMap(\.imageAutomations)
    return ImageMarkers.inOtherFiles(of: model.sources, below: automations.compactMap(\.directory))
  }

  /// The rules that are on.
  package static func activeRules(_ loaded: Loaded) -> [ActiveRule] {
    (builtInRules + loaded.userRules.rules).compactMap { rule in
      let decision = loaded.selection.decision(on: loaded.rules.all.rule(rule.id))
      guard decision.isOn else { return nil }
      return ActiveRule(
        rule, severity: decision.severity, tier: decision.tier, options: loaded.selection.options(of: rule.id))
    }
  }

  /// The names of the rules that say something: those about a change only where something is compared.
  package static func running(_ rules: [ActiveRule], isCompared: Bool) -> Set<RuleID> {
    Set(rules.filter { isCompared || !$0.rule.isAboutChange }.map(\.rule.id))
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
    _ model: RepositoryModel, _ base: RepositoryModel?, _ outcome: RuleRun.Outcome, findings: [Finding],
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
      notChecked: NotCheckedList.make(model, outcome.undecided)
        + NotCheckedList.unknownKinds(outcome.schemas?.unknownKinds ?? [])
        + (graph.clusters.isEmpty ? NewerReleases.notChecked([model.fallback]) : []),
      fileCount: sources.files.count { sources.isOwn($0.id) },
      objectCount: graph.objectCount,
      clusters: graph.clusters.map(\.name).filter { !$0.isEmpty }.sorted(),
      failOn: configuration.failOn)
  }

  package static func subject(_ revision: Revision) -> Subject {
    switch revision {
    case .workTree: Subject(kind: .workTree)
    case .index: Subject(kind: .index)
    case .commit(let id): Subject(kind: .commit, revision: id)
    case .directory: Subject(kind: .directory)
    }
  }
}
