package import Diagnostics
package import Manifests
import SourceText

/// The entries of `ignore` in the configuration, and which of them have suppressed something.
package struct IgnoreList {
  private let entries: [IgnoredFindings]
  private let sources: SourceSet
  private var isUsed: [Bool]

  package init(_ entries: [IgnoredFindings], _ sources: SourceSet) {
    self.entries = entries
    self.sources = sources
    isUsed = [Bool](repeating: false, count: entries.count)
  }

  /// Whether some entry is about a finding; all that are count as used.
  package mutating func cover(_ finding: Finding) -> Bool {
    guard !entries.isEmpty else { return false }
    let path = sources.path(of: finding.range.file)
    var isCovered = false
    for index in entries.indices where entries[index].matches(rule: finding.rule, path: path) {
      isUsed[index] = true
      isCovered = true
    }
    return isCovered
  }

  /// Entries that are about no finding. Of rules that did not run nobody knows.
  package func unused(of running: Set<RuleID>) -> [IgnoredFindings] {
    zip(entries, isUsed).filter { entry, isUsed in !isUsed && entry.rule.map(running.contains) ?? true }.map(\.0)
  }
}
