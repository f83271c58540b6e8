import Diagnostics
import RuleEngine
import Synchronization

/// Runs rules on one model, on two workers: rules look at the same model and change nothing.
enum RuleRun {
  /// A rule and the sink for what it reports.
  struct Job: Sendable {
    var rule: any Rule.Type
    var sink: FindingSink
  }

  /// What all rules report, in no particular order.
  static func findings(of jobs: [Job], on model: RepositoryModel) async -> [Finding] {
    let shared = Shared(model: model)
    return await withTaskGroup(of: [Finding].self) { group in
      for _ in 0..<2 {
        group.addTask {
          var findings: [Finding] = []
          // Rules differ much in what they cost, so a worker that is done takes the next one.
          while let job = shared.takeJob(of: jobs) {
            var sink = job.sink
            job.rule.init().check(shared.model, &sink)
            findings += sink.finish()
          }
          return findings
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
  }

  /// The model is not changed while rules run, and each job is taken once.
  private final class Shared: @unchecked Sendable {
    let model: RepositoryModel
    private let next = Atomic(0)

    init(model: RepositoryModel) { self.model = model }

    func takeJob(of jobs: [Job]) -> Job? {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < jobs.count ? jobs[index] : nil
    }
  }
}
