package import Diagnostics
package import FluxGraph
package import SourceText

/// Collects what one rule reports. The same mistake seen from several clusters is one finding that names them all.
package struct FindingSink {
  package let rule: RuleID
  /// The severity of the rule, as the catalogue or the configuration says.
  package let severity: Severity
  /// The clusters that have what is being looked at, for findings that name none.
  var clusters: [String] = []
  private var findings: [Finding] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    var range: SourceRange
    var message: String
  }

  package init(rule: RuleID, severity: Severity) {
    self.rule = rule
    self.severity = severity
  }

  /// Reports one finding; `severity` only where it differs from the rule's.
  package mutating func report(
    _ message: String, at range: SourceRange, label: String = "", severity: Severity? = nil,
    object: ObjectReference? = nil, cluster: Cluster? = nil, related: [RelatedLocation] = [], notes: [String] = [],
    help: String? = nil, data: [String: Fact] = [:]
  ) {
    add(
      Finding(
        rule: rule, severity: severity ?? self.severity, message: message, range: range, label: label, object: object,
        clusters: cluster.map { $0.name.isEmpty ? [] : [$0.name] } ?? clusters, related: related, notes: notes,
        help: help, data: data))
  }

  /// Takes over what another sink of the same rule has.
  mutating func add(_ other: consuming FindingSink) {
    for finding in other.findings { add(finding) }
  }

  private mutating func add(_ finding: Finding) {
    let key = Key(range: finding.range, message: finding.message)
    guard let number = numbers[key] else {
      numbers[key] = findings.count
      findings.append(finding)
      return
    }
    for name in finding.clusters where !findings[number].clusters.contains(name) {
      findings[number].clusters.append(name)
    }
    for location in finding.related where !findings[number].related.contains(location) {
      findings[number].related.append(location)
    }
  }

  /// What was reported.
  package consuming func finish() -> [Finding] {
    for index in findings.indices { findings[index].clusters.sort() }
    return findings
  }
}

extension ObjectReference {
  /// The object as messages and reports name it.
  package init(_ id: ObjectID) {
    self.init(apiVersion: id.apiVersion, kind: id.kind, namespace: id.namespace, name: id.name)
  }
}
