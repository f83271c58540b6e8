package import Diagnostics
import Manifests
import RuleCatalogue
import SourceText

extension Report {
  /// The part of the report that concerns `path` (relative to the top of the tree) and what lies below it. A finding
  /// belongs to it by its own place or by one that explains it; what has no place at all stays.
  package func restricted(to path: String) -> Report {
    guard !path.isEmpty else { return self }
    let isInside = files.map { RelativePath.isPath($0.path, inside: path) }
    var report = self
    report.findings = findings.filter { finding in
      // Whatever is looked at, rules with mistakes are not those that looked at it.
      isInside[Int(finding.range.file.index)] || finding.rule == .invalidRule
        || finding.related.contains { isInside[Int($0.range.file.index)] }
    }
    report.suppressed = suppressed.filter { isInside[Int($0.range.file.index)] }
    report.notChecked = notChecked.filter { item in
      if item.references.contains(where: { isInside[Int($0.range.file.index)] }) { return true }
      if let range = item.range { return isInside[Int(range.file.index)] }
      return item.path.map { RelativePath.isPath($0, inside: path) } ?? true
    }
    return report
  }
}
