package import CommandFailures
import Diagnostics
import Linting
import RuleEngine
import Sessions
import SourceText
import SourceTrees
import TextEdits

/// What `fluxlint baseline` does.
package enum BaselineUpdate {
  /// Writes all findings of the files of a repository down, over what was written before.
  ///
  /// - Returns: a sentence on what is done, and a line for each thing that the user ought to know about it.
  /// - Throws: when the repository cannot be checked as a whole, or the file not be written.
  package static func write(_ request: CheckRequest) async throws(CommandFailure) -> String {
    let checked = try await check(request)
    return ([try save(checked.report, in: checked.top)] + checked.remarks).joined(separator: "\n")
  }

  /// Writes all findings of a report down.
  static func save(_ report: Report, in top: String) throws(CommandFailure) -> String {
    try save(Baseline(report), in: top)
    let files = Set(report.findings.map(\.range.file)).count
    let rules = Set(report.findings.map(\.rule)).count
    return
      "\(Baseline.path): \(counted(report.findings.count, "finding")) of \(counted(rules, "rule")) in \(counted(files, "file"))"
  }

  /// Takes out of the baseline what is there no more.
  ///
  /// - Returns: a sentence on what is done.
  package static func prune(_ request: CheckRequest) async throws(CommandFailure) -> String {
    var (report, top, _, tree, running) = try await check(request)
    let known: Baseline?
    do throws(LinterError) { known = try Baseline(of: tree, as: FileID(report.files.count)) } catch {
      throw CommandFailure(error)
    }
    guard let baseline = known else { throw .noBaseline(path: Baseline.path, directory: top) }
    let outcome = baseline.apply(to: &report, running: running)
    let count = outcome.stale.reduce(0) { $0 + $1.count }
    guard count > 0 else { return "\(Baseline.path): nothing is fixed, \(counted(baseline.count, "finding")) left" }
    try save(outcome.pruned, in: top)
    return "\(Baseline.path): \(counted(count, "finding")) taken out, \(outcome.pruned.count) left"
  }

  private static func check(
    _ request: CheckRequest
  ) async throws(CommandFailure) -> (
    report: Report, top: String, remarks: [String], tree: any SourceTree, running: Set<RuleID>
  ) {
    let checked = try CheckedTree.choose(for: request.tree)
    guard let top = checked.topDirectory else { throw .bareRepository(path: request.tree.path ?? ".") }
    do {
      let loaded = try await Linter.load(checked.tree, options: LinterOptions(request, checked))
      let report = await Linter.report(on: loaded)
      if let failure = CheckOutcome.incompleteness(of: loaded.model, ruleMistakes: report.ruleMistakeCount) {
        throw failure
      }
      let running = Linter.running(Linter.activeRules(loaded), isCompared: false)
      return (report, top, loaded.remarks, checked.tree, running)
    } catch let failure as CommandFailure {
      throw failure
    } catch let error as LinterError {
      throw CommandFailure(error)
    } catch {
      throw .notReadable(path: request.tree.path ?? ".", reason: "\(error)")
    }
  }

  private static func save(_ baseline: Baseline, in directory: String) throws(CommandFailure) {
    do { try OutputFile.saveInTree(Array(baseline.text.utf8), to: "\(directory)/\(Baseline.path)") } catch {
      throw .output(error)
    }
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
