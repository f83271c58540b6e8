import BuiltInRules
package import Diagnostics
import RuleCatalogue
import RuleEngine
import SourceText
package import SourceTrees

extension Linter {
  /// Takes out of a report what the baseline of the tree knows, and says what of the baseline is there no more: as long as
  /// that stands there, a finding that was fixed could come back unseen.
  package static func applyBaseline(of tree: any SourceTree, to report: inout Report, _ loaded: Loaded)
    async throws(LinterError)
  {
    let file = FileID(report.files.count)
    guard let baseline = try Baseline(of: tree, as: file) else { return }
    let rules = activeRules(loaded)
    let stale = baseline.apply(to: &report, running: running(rules, isCompared: loaded.base != nil)).stale
    guard let range = stale.compactMap(\.range).min(),
      let rule = rules.first(where: { $0.rule.id == .invalidSuppression })
    else { return }
    let count = stale.reduce(0) { $0 + $1.count }
    report.files.append(SourceFile(path: Baseline.path, bytes: baseline.bytes))
    let shown = stale.prefix(3).map { "\($0.rule.name) in '\($0.entry.path)'" }
    var finding = Finding(
      rule: .invalidSuppression, severity: rule.severity, tier: rule.tier,
      message: count == 1 ? "a finding of the baseline is fixed" : "\(count) findings of the baseline are fixed",
      range: range, label: "would come back unseen",
      notes: [shown.joined(separator: ", ") + (stale.count > 3 ? " and \(stale.count - 3) more entries" : "")],
      help: "run 'fluxlint baseline prune'")
    if report.isCompared {
      let known = await stalePart(of: baseline, stale, in: report, loaded, rules)
      finding.age = known == count ? .unchanged : .new
    }
    report.findings.append(finding)
  }

  /// How many of the findings that a baseline still has and that are gone were gone in the base already.
  private static func stalePart(
    of baseline: Baseline, _ stale: [Baseline.Stale], in report: Report, _ loaded: Loaded, _ rules: [ActiveRule]
  ) async -> Int {
    let count = stale.reduce(0) { $0 + $1.count }
    // The same tree.
    guard var model = loaded.base?.model else { return count }
    let asked = Set(stale.map(\.rule))
    var old = report
    (_, old.findings, _) = await findings(
      of: rules.filter { asked.contains($0.rule.id) }, on: &model, loaded, isComplete: false)
    let before = Dictionary(
      baseline.apply(to: &old, running: asked).stale.map { ($0.entry, $0.count) }
    ) { first, _ in first }
    return stale.reduce(0) { $0 + min($1.count, before[$1.entry] ?? 0) }
  }
}
