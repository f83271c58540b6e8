import CEL
package import Diagnostics
import FluxGraph
import RuleCatalogue
package import RuleFiles
import Synchronization
import YAMLSyntax

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A rule that is on.
package struct ActiveRule: Sendable {
  package var rule: Rule
  /// As the catalogue or the configuration says.
  package var severity: Severity
  package var tier: RuleTier
  /// Those that the configuration sets; the others have their defaults. Expressions see all of them.
  package var options: [String: RuleOption.Value]

  package init(
    _ rule: Rule, severity: Severity, tier: RuleTier = .default, options: [String: RuleOption.Value] = [:]
  ) {
    self.rule = rule
    self.severity = severity
    self.tier = tier
    self.options = options
    if case .expressions(let own) = rule.check, !options.isEmpty {
      self.rule.check = .expressions(own.setting(options))
    }
  }

  /// An empty one for what it finds.
  var sink: FindingSink { FindingSink(rule: rule.id, severity: severity, tier: tier) }
}

/// Runs rules on one model, on as many workers as there are cores: rules look at the same model and change nothing.
package struct RuleRun: Sendable {
  private var rules: [ActiveRule]

  /// - Parameter rules: those that are on.
  package init(_ rules: [ActiveRule]) { self.rules = rules }

  /// What became of a run.
  package struct Outcome: Sendable {
    /// A rule's findings together and in a fixed order.
    package var findings: [Finding]
    /// Nil where no rule asked for it.
    package var schemas: SchemaVerdicts?
    /// What rules in expressions could not decide, in the order of the rules.
    package var undecided: [Undecided] = []
    /// Rules of the user that fail, each once.
    package var mistakes: [RuleMistake] = []
  }

  package func findings(on model: RepositoryModel) async -> [Finding] { await outcome(on: model).findings }

  package func outcome(on model: RepositoryModel) async -> Outcome {
    let (graph, kinds) = (model.graph, KindSelection(rules.lazy.map(\.rule)))
    async let wanted = Self.distinctObjects(graph, kinds)
    let groups = rules.contains(where: \.rule.needsSchemas) ? SchemaGroups(model) : nil
    let objects = await wanted
    let jobs = jobs(objects, groups, isComparing: model.comparison != nil)
    let work = Work(run: self, model: model, objects: objects, groups: groups, jobs: jobs)
    var results = await withTaskGroup(of: [(job: Int, result: JobResult)].self) { group in
      for _ in 0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
        group.addTask {
          var worker = Worker(work)
          var results: [(job: Int, result: JobResult)] = []
          // Jobs differ much in what they cost, so a worker that is done takes the next one.
          while let job = work.take() { results.append((job, worker.result(of: jobs[job]))) }
          return results
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    // The order in which the workers were done is no order.
    results.sort { $0.job < $1.job }
    var sinks = rules.map(\.sink)
    for (_, result) in results {
      for (number, sink) in result.sinks { sinks[number].add(sink) }
    }
    let schemas = groups.map { SchemaVerdicts($0, told: results.flatMap(\.result.verdicts)) }
    if let schemas {
      for number in rules.indices {
        if case .schemas(let check) = rules[number].rule.check { check(schemas, model, &sinks[number]) }
      }
      for value in (groups?.copies ?? []) + results.flatMap(\.result.undecided) {
        if let number = rules.firstIndex(where: { $0.rule.id == value.rule }) { sinks[number].leaveOpen(value) }
      }
    }
    let mistakes = sinks.compactMap(\.mistake)
    if let number = rules.firstIndex(where: { $0.rule.id == .invalidRule }) {
      for mistake in mistakes { sinks[number].report(mistake) }
    }
    return Outcome(
      findings: sinks.flatMap { $0.finish() }, schemas: schemas, undecided: sinks.flatMap(\.undecided),
      mistakes: mistakes)
  }

  @concurrent private static func distinctObjects(_ graph: FluxGraph, _ kinds: KindSelection) async -> DistinctObjects {
    DistinctObjects(graph, kinds: kinds)
  }

  private enum Job: Sendable {
    case rule(Int)
    /// A run of the distinct objects, handed to every rule that wants their kinds.
    case objects(Range<Int>)
    /// A run of the objects that schemas describe.
    case schemas(Range<Int>)
  }

  private struct JobResult {
    /// What the rules of a job report, by the rule's number.
    var sinks: [Int: FindingSink] = [:]
    var verdicts: [(RuleID, SchemaVerdicts.Verdict)] = []
    /// Of objects that schemas describe.
    var undecided: [Undecided] = []
  }

  private func jobs(_ objects: DistinctObjects, _ groups: SchemaGroups?, isComparing: Bool) -> [Job] {
    var jobs: [Job] = []
    for number in rules.indices {
      switch rules[number].rule.check {
      case .repository: jobs.append(.rule(number))
      case .change: if isComparing { jobs.append(.rule(number)) }
      case .objects, .expressions, .schemas: break
      }
    }
    // Large enough that the bookkeeping does not count, small enough that all cores get some.
    jobs += Self.runs(objects.all.count, by: 256).map { .objects($0) }
    jobs += Self.runs(groups?.all.count ?? 0, by: 128).map { .schemas($0) }
    return jobs
  }

  private static func runs(_ count: Int, by size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }

  /// One of the workers, with what it must not share.
  private struct Worker {
    private let work: Work
    private var judge: SchemaJudge?

    init(_ work: Work) {
      self.work = work
      judge = work.groups.map { SchemaJudge(model: work.model, groups: $0, compiled: work.compiled) }
    }

    mutating func result(of job: Job) -> JobResult {
      switch job {
      case .rule(let number): return JobResult(sinks: work.sink(ofRule: number))
      case .objects(let range): return JobResult(sinks: work.sinks(ofObjects: range))
      case .schemas(let range):
        guard let groups = work.groups, var judge else { return JobResult() }
        self.judge = nil
        judge.beginRun()
        let verdicts = groups.all[range].flatMap { judge.verdicts(on: $0) }
        self.judge = judge
        return JobResult(verdicts: verdicts, undecided: judge.undecided)
      }
    }
  }

  /// What the workers share. The model is not changed while rules run, and each job is taken once.
  private final class Work: @unchecked Sendable {
    private let run: RuleRun
    let model: RepositoryModel
    let groups: SchemaGroups?
    private let objects: DistinctObjects
    private let jobCount: Int
    /// Of each rule whether it wants a kind, by the number of the kind; empty when it wants none.
    private let wantedKinds: [[Bool]]
    /// Of each kind what its rules ask for first.
    private let filters: [FieldFilter]
    /// What expressions look things up in: for rules that look at no cluster, and for each cluster.
    private let contexts: (shared: ExpressionContext, clusters: [ExpressionContext])?
    let compiled = CompiledRules()
    private let next = Atomic(0)
    /// Rules that did not come to an end, by their numbers, with the first object that was so. They are not asked about
    /// later ones; about those before it each is, so that what is said does not depend on who was first.
    private let ended = Mutex<[Int: Int]>([:])
    private let hasEnded = Atomic(false)

    init(run: RuleRun, model: RepositoryModel, objects: DistinctObjects, groups: SchemaGroups?, jobs: [Job]) {
      self.run = run
      self.model = model
      self.groups = groups
      self.objects = objects
      jobCount = jobs.count
      wantedKinds = run.rules.map { rule in
        let selection = KindSelection(rule.rule.check)
        let wanted = objects.kinds.map(selection.contains)
        return wanted.contains(true) ? wanted : []
      }
      filters = FieldFilter.all(run.rules, wantedKinds, kindCount: objects.kinds.count)
      let hasExpressions = run.rules.contains { if case .expressions = $0.rule.check { true } else { false } }
      contexts = hasExpressions ? ExpressionContext.all(of: model) : nil
    }

    func take() -> Int? {
      let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return job < jobCount ? job : nil
    }

    func sink(ofRule number: Int) -> [Int: FindingSink] {
      var sink = newSink(number)
      switch run.rules[number].rule.check {
      case .repository(let check): check(model, &sink)
      case .change(let check): if let comparison = model.comparison { check(comparison, &sink) }
      case .objects, .expressions, .schemas: break
      }
      return [number: sink]
    }

    func sinks(ofObjects range: Range<Int>) -> [Int: FindingSink] {
      var sinks = run.rules.indices.map(newSink)
      for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.batch) {
        check(objects.all[start..<min(start + Self.batch, range.upperBound)], &sinks)
      }
      return Dictionary(
        uniqueKeysWithValues: sinks.indices.lazy.filter { !sinks[$0].isEmpty }.map { ($0, sinks[$0]) })
    }

    /// How many objects a rule looks at in turn: few enough that all of them stay near, for the next rule to look at.
    private static let batch = 16

    /// Hands some objects to one rule after the other. Workers that take the same rule for each object anew wait for
    /// each other's counts of who uses it.
    private func check(_ entries: ArraySlice<DistinctObjects.Entry>, _ sinks: inout [FindingSink]) {
      let clusters = entries.map { entry in
        entry.places.map { model.graph.clusters[$0.cluster].name }.filter { !$0.isEmpty }
      }
      var subjects = entries.map { Subjects($0, contexts) }
      var fields = entries.map { entry in
        let (place, filter) = (entry.places[0], filters[entry.kind])
        return ObjectFields(model.graph.clusters[place.cluster].objects[place.object], filter, model.forest)
      }
      for number in run.rules.indices {
        let (check, kinds) = (run.rules[number].rule.check, wantedKinds[number])
        if kinds.isEmpty { continue }
        for (offset, entry) in entries.enumerated() where kinds[entry.kind] {
          if filters[entry.kind].rejects(&fields[offset], number) { continue }
          if isEnded(number, before: entries.startIndex + offset) { break }
          sinks[number].clusters = clusters[offset]
          self.check(entry, check, &subjects[offset], &sinks[number])
          if sinks[number].isEnded { end(number, at: entries.startIndex + offset) }
        }
      }
    }

    private func isEnded(_ rule: Int, before object: Int) -> Bool {
      guard hasEnded.load(ordering: .relaxed) else { return false }
      return ended.withLock { ended in ended[rule].map { $0 < object } ?? false }
    }

    private func end(_ rule: Int, at object: Int) {
      ended.withLock { ended in ended[rule] = min(ended[rule] ?? object, object) }
      hasEnded.store(true, ordering: .relaxed)
    }

    private func check(
      _ entry: DistinctObjects.Entry, _ check: Rule.Check, _ subjects: inout Subjects, _ sink: inout FindingSink
    ) {
      switch check {
      case .repository, .schemas, .change: break
      case .objects(_, let check):
        let place = entry.places[0]
        let object = model.graph.clusters[place.cluster].objects[place.object]
        check(ObjectPass(object: object, forest: model.forest), &sink)
      case .expressions(let rule) where rule.check.needsCluster:
        if entry.places.count > 1, !(subjects.withShared { rule.mayApply(&$0) } ?? false) { return }
        for number in entry.places.indices { subjects.withPlace(number) { rule.run(&$0, &sink) } }
      case .expressions(let rule) where rule.check.looksAtWritten: subjects.withWritten { rule.run(&$0, &sink) }
      case .expressions(let rule): subjects.withShared { rule.run(&$0, &sink) }
      }
    }

    private func newSink(_ number: Int) -> FindingSink { run.rules[number].sink }
  }
}

/// One object as expressions see it: apart from clusters, before substitution, and in each that has it. Made when a rule
/// first asks.
private struct Subjects {
  private let entry: DistinctObjects.Entry
  private let contexts: (shared: ExpressionContext, clusters: [ExpressionContext])?
  private var made: [ExpressionSubject] = []
  /// Where in `made` the shared one is, the written one, and that of each place; nil until it is asked for.
  private var shared: Int?
  private var written: Int?
  private var placed: [Int?] = []

  init(_ entry: DistinctObjects.Entry, _ contexts: (shared: ExpressionContext, clusters: [ExpressionContext])?) {
    self.entry = entry
    self.contexts = contexts
  }

  /// Nil when there are no rules in expressions.
  @discardableResult
  mutating func withShared<R>(_ body: (inout ExpressionSubject) -> R) -> R? {
    guard let contexts else { return nil }
    let index = shared ?? made.count
    if index == made.count { made.append(ExpressionSubject(entry.places[0], in: contexts.shared)) }
    shared = index
    return body(&made[index])
  }

  /// With its variables as they are written.
  mutating func withWritten(_ body: (inout ExpressionSubject) -> Void) {
    guard let contexts else { return }
    let place = entry.places[0]
    let object = contexts.shared.model.graph.clusters[place.cluster].objects[place.object]
    // Most objects have none.
    if object.isKnown, object.built == object.root { return withShared(body) ?? () }
    let index = written ?? made.count
    if index == made.count { made.append(ExpressionSubject(place, in: contexts.shared, isWritten: true)) }
    written = index
    body(&made[index])
  }

  mutating func withPlace(_ number: Int, _ body: (inout ExpressionSubject) -> Void) {
    guard let contexts else { return }
    if placed.isEmpty { placed = Array(repeating: nil, count: entry.places.count) }
    let place = entry.places[number]
    let index = placed[number] ?? made.count
    if index == made.count { made.append(ExpressionSubject(place, in: contexts.clusters[place.cluster])) }
    placed[number] = index
    body(&made[index])
  }
}

/// The objects of some kinds, each once: clusters that share a base often have the very same.
struct DistinctObjects {
  struct Entry {
    /// Among `kinds`.
    var kind: Int
    /// Where it is in each cluster that has it, by their numbers in the graph.
    var places: [(cluster: Int, object: Int)]
  }

  private(set) var all: [Entry] = []
  /// Those that somebody asks for and that there are.
  private(set) var kinds: [ObjectKind] = []

  init(_ graph: FluxGraph, kinds selection: KindSelection) {
    guard !selection.isEmpty else { return }
    // Nil for a kind that nobody asks for.
    var kindNumbers: [ObjectKind: Int?] = [:]
    var numbers: [NodeRef: Int] = [:]
    for (cluster, number) in graph.clusters.indices.lazy.flatMap({ cluster in
      graph.clusters[cluster].objects.indices.lazy.map { (cluster, $0) }
    }) {
      let root = graph.clusters[cluster].objects[number].root
      if let known = numbers[root] {
        if all[known].places.last?.cluster != cluster { all[known].places.append((cluster, number)) }
        continue
      }
      let id = graph.clusters[cluster].objects[number].id
      let kind = ObjectKind(id.kind, id.group)
      if kindNumbers[kind] == nil {
        let isWanted = selection.contains(kind)
        kindNumbers[kind] = .some(isWanted ? kinds.count : nil)
        if isWanted { kinds.append(kind) }
      }
      guard let kind = kindNumbers[kind] ?? nil else { continue }
      numbers[root] = all.count
      all.append(Entry(kind: kind, places: [(cluster, number)]))
    }
  }
}
