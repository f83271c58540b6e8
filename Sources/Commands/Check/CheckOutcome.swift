package import CommandFailures
package import Diagnostics
import FluxGraph
import Linting
import Manifests
package import RuleCatalogue
import RuleEngine
import Sessions
import SourceText

/// What came out of a check.
package struct CheckOutcome {
  /// What is shown and counted.
  package var report: Report
  /// What the user ought to know about how it was done, a sentence each.
  package var remarks: [String]
  /// The releases of Flux that are newer than this program knows, a sentence each; in the report they are among what is
  /// not checked.
  package var newerReleases: [String]
  package var failOn: FailureThreshold
  /// All rules that there are in the repository, sorted by name.
  package var rules: [RuleMetadata]
  /// The directory that the paths of the report are relative to; nil when it is not what lies on disk that was checked.
  package var topDirectory: String?
  /// Files that could not be read: nobody knows what they hold, so "no findings" would not be the answer.
  package var incompleteness: CommandFailure?

  /// What the report was made of, with all that was built for it. To take that apart takes as long as several rules: who
  /// ends the process with the outcome keeps it until then.
  private let origin: Linter.Loaded

  /// Whether there is a finding at or above the threshold.
  package var hasFindings: Bool {
    report.findings.contains { $0.age != .unchanged && failOn.isReached(by: $0.severity) }
  }

  /// Chooses the tree, checks it, and keeps what the request is about.
  ///
  /// - Throws: when it could not be checked at all. What is wrong with single files is part of the report.
  package init(_ request: CheckRequest) async throws(CommandFailure) {
    var checked = try CheckedTree.choose(for: request.tree)
    topDirectory = request.tree.snapshot == .files || request.tree.snapshot == .directory ? checked.topDirectory : nil
    var options = try LinterOptions(request, checked)
    options.base = try BaseTree.choose(for: request.tree, &checked)
    do {
      let loaded = try await Linter.load(checked.tree, options: options)
      request.progress("running the rules")
      var whole = await Linter.report(on: loaded)
      if request.usesBaseline { try await Linter.applyBaseline(of: checked.tree, to: &whole, loaded) }
      report = whole.restricted(to: checked.scope)
      MigrationRepairs.add(to: &report.findings, loaded)
      // What else there is to remark stands in the report, among what is not checked.
      remarks = checked.remarks
      newerReleases = loaded.remarks
      incompleteness = Self.incompleteness(of: loaded.model, ruleMistakes: whole.ruleMistakeCount)
      rules = loaded.rules.all
      report.isComplete = incompleteness == nil
      if let remark = Self.remark(on: loaded.model.graph), incompleteness == nil { remarks.append(remark) }
      origin = loaded
    } catch {
      throw CommandFailure(error)
    }
    failOn = request.failOn ?? report.failOn ?? .error
  }

  /// What there is to say of a repository without a cluster and without a Kustomization.
  private static func remark(on graph: FluxGraph) -> String? {
    if !graph.groups.isEmpty { return nil }
    return graph.written.isEmpty
      ? "no Flux objects here" : "no entry point here: nothing in this repository says which cluster reads it"
  }

  /// Why nobody knows what a whole check would find.
  ///
  /// - Parameter ruleMistakes: how many rules of the user have mistakes.
  static func incompleteness(of model: RepositoryModel, ruleMistakes: Int) -> CommandFailure? {
    let sources = model.sources
    let failures = sources.unread.filter { $0.value.isFailure && sources.isOwn($0.key) }
    guard let first = failures.min(by: { $0.key < $1.key }) else {
      return ruleMistakes == 0 ? nil : .rulesInvalid(count: ruleMistakes)
    }
    return .filesUnread(path: sources.path(of: first.key), reason: first.value.reason, count: failures.count)
  }
}
