import CEL
package import Diagnostics
import FluxGraph
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
  /// Those that the configuration sets; the others have their defaults.
  package var options: [String: RuleOption.Value]

  package init(
    _ rule: Rule, severity: Severity, tier: RuleTier = .default, options: [String: RuleOption.Value] = [:]
  ) {
    self.rule = rule
    self.severity = severity
    self.tier = tier
    self.options = options
  }

  /// An empty one for what it finds.
  var sink: FindingSink { FindingSink(rule: rule.id, severity: severity, tier: tier) }
}

/// Runs rules on one model, on as many workers as there are cores: rules look at the same model and change nothing.
package struct RuleRun: Sendable {
  private var rules: [ActiveRule]

  /// - Parameter rules: those that are on.
  package init(_ rules: [ActiveRule]) { self.rules = rules }

  /// What all rules report, a rule's findings together and in a fixed order.
  package func findings(on model: RepositoryModel) async -> [Finding] {
    let objects = DistinctObjects(model.graph, kinds: KindSelection(rules.lazy.map(\.rule)))
    let work = Work(run: self, model: model, objects: objects, jobs: jobs(objects))
    let results = await withTaskGroup(of: [(job: Int, sinks: [Int: FindingSink])].self) { group in
      for _ in 0..<max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
        group.addTask {
          var results: [(job: Int, sinks: [Int: FindingSink])] = []
          // Jobs differ much in what they cost, so a worker that is done takes the next one.
          while let job = work.take() { results.append((job, work.sinks(of: job))) }
          return results
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    // The order in which the workers were done is no order.
    var sinks = rules.map(\.sink)
    for result in results.sorted(by: { $0.job < $1.job }) {
      for (number, sink) in result.sinks { sinks[number].add(sink) }
    }
    return sinks.flatMap { $0.finish() }
  }

  private enum Job: Sendable {
    case rule(Int)
    /// A run of the distinct objects, handed to every rule that wants their kinds.
    case objects(Range<Int>)
  }

  private func jobs(_ objects: DistinctObjects) -> [Job] {
    var jobs: [Job] = []
    for number in rules.indices {
      if case .repository = rules[number].rule.check { jobs.append(.rule(number)) }
    }
    // Large enough that the bookkeeping does not count, small enough that all cores get some.
    let size = 256
    for start in stride(from: 0, to: objects.all.count, by: size) {
      jobs.append(.objects(start..<min(start + size, objects.all.count)))
    }
    return jobs
  }

  /// What the workers share. The model is not changed while rules run, and each job is taken once.
  private final class Work: @unchecked Sendable {
    private let run: RuleRun
    private let model: RepositoryModel
    private let objects: DistinctObjects
    private let jobs: [Job]
    private let rulesOfKind: [ObjectKind: [Int]]
    /// The clusters as values of expressions; empty when no rule looks at them.
    private let clusterValues: [Value]
    private let next = Atomic(0)

    init(run: RuleRun, model: RepositoryModel, objects: DistinctObjects, jobs: [Job]) {
      self.run = run
      self.model = model
      self.objects = objects
      self.jobs = jobs
      var rulesOfKind: [ObjectKind: [Int]] = [:]
      let selections = run.rules.map { KindSelection($0.rule.check) }
      for entry in objects.all where rulesOfKind[entry.kind] == nil {
        rulesOfKind[entry.kind] = selections.indices.filter { selections[$0].contains(entry.kind) }
      }
      self.rulesOfKind = rulesOfKind
      let needsClusters = run.rules.contains {
        if case .expressions(let rule) = $0.rule.check { rule.check.needsCluster } else { false }
      }
      clusterValues = needsClusters ? model.graph.clusters.map { ExpressionRule.value(of: $0) } : []
    }

    func take() -> Int? {
      let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return job < jobs.count ? job : nil
    }

    /// What the rules of a job report, by the rule's number.
    func sinks(of job: Int) -> [Int: FindingSink] {
      switch jobs[job] {
      case .rule(let number):
        guard case .repository(let check) = run.rules[number].rule.check else { return [:] }
        var sink = newSink(number)
        check(model, &sink)
        return [number: sink]
      case .objects(let range):
        var sinks: [Int: FindingSink] = [:]
        for entry in objects.all[range] {
          for number in rulesOfKind[entry.kind] ?? [] {
            var sink = sinks.removeValue(forKey: number) ?? newSink(number)
            sink.clusters = entry.places.map { model.graph.clusters[$0.cluster].name }.filter { !$0.isEmpty }
            check(entry, run.rules[number].rule.check, &sink)
            sinks[number] = sink
          }
        }
        return sinks
      }
    }

    private func check(_ entry: DistinctObjects.Entry, _ check: Rule.Check, _ sink: inout FindingSink) {
      func object(_ place: (cluster: Int, object: Int)) -> AppliedObject {
        model.graph.clusters[place.cluster].objects[place.object]
      }
      func subject(_ place: (cluster: Int, object: Int), in cluster: (number: Int, value: Value)?)
        -> ExpressionRule.Subject
      {
        let object = object(place)
        return ExpressionRule.Subject(
          object: object, graph: model.graph, cluster: cluster, file: model.sources.path(of: object.origin.file),
          forest: model.forest)
      }
      switch check {
      case .repository: break
      case .objects(_, let check): check(ObjectPass(object: object(entry.places[0]), forest: model.forest), &sink)
      case .expressions(let rule) where rule.check.needsCluster:
        guard rule.mayApply(subject(entry.places[0], in: nil)) else { return }
        for place in entry.places {
          rule.run(subject(place, in: (place.cluster, clusterValues[place.cluster])), &sink)
        }
      case .expressions(let rule): rule.run(subject(entry.places[0], in: nil), &sink)
      }
    }

    private func newSink(_ number: Int) -> FindingSink { run.rules[number].sink }
  }
}

/// The objects of some kinds, each once: clusters that share a base often have the very same.
struct DistinctObjects {
  struct Entry {
    var kind: ObjectKind
    /// Where it is in each cluster that has it, by their numbers in the graph.
    var places: [(cluster: Int, object: Int)]
  }

  private(set) var all: [Entry] = []

  init(_ graph: FluxGraph, kinds: KindSelection) {
    guard !kinds.isEmpty else { return }
    var numbers: [NodeRef: Int] = [:]
    for (cluster, number) in graph.clusters.indices.lazy.flatMap({ cluster in
      graph.clusters[cluster].objects.indices.lazy.map { (cluster, $0) }
    }) {
      let object = graph.clusters[cluster].objects[number]
      let kind = ObjectKind(object.id.kind, object.id.group)
      guard kinds.contains(kind) else { continue }
      if let known = numbers[object.root] {
        if all[known].places.last?.cluster != cluster { all[known].places.append((cluster, number)) }
      } else {
        numbers[object.root] = all.count
        all.append(Entry(kind: kind, places: [(cluster, number)]))
      }
    }
  }
}
