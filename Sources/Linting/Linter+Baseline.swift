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
    throws(LinterError)
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
    report.findings.append(
      Finding(
        rule: .invalidSuppression, severity: rule.severity, tier: rule.tier,
        message: count == 1 ? "a finding of the baseline is fixed" : "\(count) findings of the baseline are fixed",
        range: range, label: "would come back unseen",
        notes: [shown.joined(separator: ", ") + (stale.count > 3 ? " and \(stale.count - 3) more entries" : "")],
        help: "run 'fluxlint baseline prune'"))
  }
}
