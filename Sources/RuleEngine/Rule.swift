package import Diagnostics
package import FluxGraph
package import Manifests
import RuleCatalogue
package import SourceText
import Synchronization
package import YAMLSyntax

/// A rule of the catalogue: one type, named for the rule, that looks at a repository and reports.
///
/// A rule never fails, prints or reads a file. Its severity, prose and examples are in `rules/FAMILY/NAME.yaml`; its
/// `id` is a constant made from there, so a rule without a file does not compile, nor a file without a rule.
package protocol Rule: Sendable {
  static var id: RuleID { get }
  init()
  func check(_ model: RepositoryModel, _ report: inout FindingSink)
}

/// What rules look at: the files and the graph.
package struct RepositoryModel {
  package var sources: SourceSet
  package var graph: FluxGraph
  /// The Flux release in force where no cluster says one.
  package var fallback: ClusterSettings
  package var suppressions: Suppressions

  package init(sources: SourceSet, graph: FluxGraph, fallback: ClusterSettings, suppressions: Suppressions) {
    self.sources = sources
    self.graph = graph
    self.fallback = fallback
    self.suppressions = suppressions
  }

  package var forest: Forest { sources.forest }

  /// Every reference of a cluster of the graph, found out when a rule first asks.
  package func references(of cluster: Cluster) -> ClusterReferences {
    references.value("\(cluster.name)\u{0}\(cluster.directory)") { ClusterReferences(cluster, in: forest) }
  }

  private let references = ReferenceCache()

  /// Rules run side by side and ask for the same.
  private final class ReferenceCache: Sendable {
    private let known = Mutex<[String: ClusterReferences]>([:])

    func value(_ cluster: String, _ make: () -> ClusterReferences) -> ClusterReferences {
      known.withLock { known in
        if let references = known[cluster] { return references }
        let references = make()
        known[cluster] = references
        return references
      }
    }
  }
}

/// Collects what one rule reports. The same mistake seen from several clusters is one finding that names them all.
package struct FindingSink {
  package let rule: RuleID
  /// The severity of the rule, as the catalogue or the configuration says.
  package let severity: Severity
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
    let clusters = cluster.map { $0.name.isEmpty ? [] : [$0.name] } ?? []
    let key = Key(range: range, message: message)
    if let number = numbers[key] {
      for name in clusters where !findings[number].clusters.contains(name) { findings[number].clusters.append(name) }
      for location in related where !findings[number].related.contains(location) {
        findings[number].related.append(location)
      }
      return
    }
    numbers[key] = findings.count
    findings.append(
      Finding(
        rule: rule, severity: severity ?? self.severity, message: message, range: range,
        label: label, object: object, clusters: clusters, related: related, notes: notes, help: help, data: data))
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
