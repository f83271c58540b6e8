package import Diagnostics
import FluxGraph
import Synchronization
import YAMLSyntax

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Runs rules on one model, on as many workers as there are cores: rules look at the same model and change nothing.
package struct RuleRun: Sendable {
  private var rules: [(rule: Rule, severity: Severity)]

  /// - Parameter rules: those that are on, with the severity that the catalogue or the configuration says.
  package init(_ rules: [(rule: Rule, severity: Severity)]) { self.rules = rules }

  /// What all rules report, a rule's findings together and in a fixed order.
  package func findings(on model: RepositoryModel) async -> [Finding] {
    let objects = DistinctObjects(model.graph, kinds: kinds)
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
    var sinks = rules.map { FindingSink(rule: $0.rule.id, severity: $0.severity) }
    for result in results.sorted(by: { $0.job < $1.job }) {
      for (number, sink) in result.sinks { sinks[number].add(sink) }
    }
    return sinks.flatMap { $0.finish() }
  }

  private var kinds: Set<ObjectKind> {
    var kinds: Set<ObjectKind> = []
    for (rule, _) in rules { if case .objects(let wanted, _) = rule.check { kinds.formUnion(wanted) } }
    return kinds
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
    private let next = Atomic(0)

    init(run: RuleRun, model: RepositoryModel, objects: DistinctObjects, jobs: [Job]) {
      self.run = run
      self.model = model
      self.objects = objects
      self.jobs = jobs
      var rulesOfKind: [ObjectKind: [Int]] = [:]
      for (number, entry) in run.rules.enumerated() {
        if case .objects(let kinds, _) = entry.rule.check {
          for kind in kinds { rulesOfKind[kind, default: []].append(number) }
        }
      }
      self.rulesOfKind = rulesOfKind
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
          let object = model.graph.clusters[entry.clusters[0]].objects[entry.object]
          let pass = ObjectPass(object: object, forest: model.forest)
          for number in rulesOfKind[entry.kind] ?? [] {
            guard case .objects(_, let check) = run.rules[number].rule.check else { continue }
            var sink = sinks.removeValue(forKey: number) ?? newSink(number)
            sink.clusters = entry.clusters.map { model.graph.clusters[$0].name }.filter { !$0.isEmpty }
            check(pass, &sink)
            sinks[number] = sink
          }
        }
        return sinks
      }
    }

    private func newSink(_ number: Int) -> FindingSink {
      FindingSink(rule: run.rules[number].rule.id, severity: run.rules[number].severity)
    }
  }
}

/// The objects of some kinds, each once: clusters that share a base often have the very same.
struct DistinctObjects {
  struct Entry {
    var kind: ObjectKind
    /// By their number in the graph; the object is that of the first.
    var clusters: [Int]
    var object: Int
  }

  private(set) var all: [Entry] = []

  init(_ graph: FluxGraph, kinds: Set<ObjectKind>) {
    guard !kinds.isEmpty else { return }
    var numbers: [NodeRef: Int] = [:]
    for (cluster, number) in graph.clusters.indices.lazy.flatMap({ cluster in
      graph.clusters[cluster].objects.indices.lazy.map { (cluster, $0) }
    }) {
      let object = graph.clusters[cluster].objects[number]
      let kind = ObjectKind(object.id.kind, object.id.group)
      guard kinds.contains(kind) else { continue }
      if let known = numbers[object.root] {
        if all[known].clusters.last != cluster { all[known].clusters.append(cluster) }
      } else {
        numbers[object.root] = all.count
        all.append(Entry(kind: kind, clusters: [cluster], object: number))
      }
    }
  }
}
