import Diagnostics
import SourceText

/// How findings are put together.
package enum ReportGrouping: String, Sendable, CaseIterable {
  case rule, file, cluster
}

/// Findings of one rule and one severity, in report order; never empty.
struct RuleGroup {
  var rule: RuleID
  var severity: Severity
  var findings: [Finding]
}

/// A part of a report with a heading of its own.
struct ReportSection {
  /// Nil when it is all of the report.
  var heading: String?
  var groups: [RuleGroup]
}

extension Report {
  /// The findings in the order in which a person deals with them.
  ///
  /// - Parameter isShown: which severities are wanted.
  func sections(by grouping: ReportGrouping, where isShown: (Severity) -> Bool) -> [ReportSection] {
    let shown = findings.filter { isShown($0.severity) }
    let count = clusters.count
    switch grouping {
    case .rule: return shown.isEmpty ? [] : [ReportSection(heading: nil, groups: shown.groupedByRule())]
    case .file:
      return shown.grouped { $0.range.file }.map { file, findings in
        ReportSection(
          heading: files.indices.contains(Int(file.index)) ? files[Int(file.index)].path : "unknown",
          groups: findings.groupedByRule())
      }
    case .cluster:
      // What holds for several clusters is said once, before what holds for one.
      return shown.grouped(by: \.clusters).sorted {
        $0.key.count != $1.key.count ? $0.key.count > $1.key.count : $0.key.lexicographicallyPrecedes($1.key)
      }.map { clusters, findings in
        let name = findings[0].clusterNames(of: count) ?? clusters.first ?? "no cluster in particular"
        return ReportSection(heading: name, groups: findings.groupedByRule())
      }
    }
  }
}

extension [Finding] {
  /// Errors first, then warnings, then notes; in each the rules in the order of their first finding.
  func groupedByRule() -> [RuleGroup] {
    [Severity.error, .warning, .note].flatMap { severity in
      filter { $0.severity == severity }.grouped(by: \.rule).map {
        RuleGroup(rule: $0, severity: severity, findings: $1)
      }
    }
  }

  /// Parts with equal keys, in the order in which the keys come.
  func grouped<Key: Hashable>(by key: (Finding) -> Key) -> [(key: Key, findings: [Finding])] {
    var groups: [(key: Key, findings: [Finding])] = []
    var indexes: [Key: Int] = [:]
    for finding in self {
      let key = key(finding)
      if let index = indexes[key] {
        groups[index].findings.append(finding)
      } else {
        indexes[key] = groups.count
        groups.append((key, [finding]))
      }
    }
    return groups
  }
}
