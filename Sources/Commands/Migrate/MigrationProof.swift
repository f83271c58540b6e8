import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import Migration
import Printing
import RuleCatalogue
import RuleEngine
import SourceText
import SourceTrees
import YAMLSyntax

/// What must be the same before and after a migration: the objects that clusters apply, what refers to what, and the
/// findings.
struct MigrationProof {
  /// Everything compared, with how often it is there and the files it comes from.
  private var facts: [Fact: Evidence] = [:]
  private(set) var objectCount = 0
  private(set) var edgeCount = 0

  /// The objects of Flux as text, whose fields may be rewritten.
  private var fluxObjects: [Fact: [[UInt8]]] = [:]

  /// Files with Kustomizations of the first version, whose 'dependsOn' has names that no later version reads.
  private var pathsOfNames: Set<String> = []

  private enum Fact: Hashable {
    /// An object of a cluster; the content only where it is not one of Flux, whose fields may be rewritten.
    case object(cluster: String, kustomization: String, id: String, content: Int)
    case edge(cluster: String, from: String, kind: String, to: String)
    /// For one of its clusters, since what is right for one may be wrong for another; none where it has no cluster.
    case finding(rule: RuleID, path: String, object: String, cluster: String)
    case failure(cluster: String, kustomization: String, status: String)
  }

  private struct Evidence {
    var count = 0
    var paths: Set<String> = []
    /// Whether it is a finding that is no more than a note.
    var isNote = false
  }

  /// What a migration brings back that did not build before.
  private struct Recovery {
    /// Of clusters, and of Kustomizations as `CLUSTER NAME`.
    var clusters: Set<String> = []
    var kustomizations: Set<String> = []
    /// The files of what is applied again.
    var paths: Set<String> = []
  }

  init(_ report: Report, _ model: RepositoryModel) {
    for cluster in model.graph.clusters + model.graph.leftOut { add(cluster, model.sources) }
    for finding in report.findings {
      // One cause of several objects is told at the first place, which depends on what else has changed.
      let isShared = !finding.objects.isEmpty
      let places = isShared ? [finding.range] + finding.related.map(\.range) : [finding.range]
      let paths = Set(places.map { report.files[Int($0.file.index)].path })
      guard let path = paths.min() else { continue }
      let objects = isShared ? finding.objects : [finding.object].compactMap(\.self)
      for object in objects.isEmpty ? [""] : objects.map({ "\(Self.group(of: $0.apiVersion)) \($0.displayName)" }) {
        for cluster in finding.clusters.isEmpty ? [""] : finding.clusters {
          let fact = Fact.finding(rule: finding.rule, path: path, object: object, cluster: cluster)
          let isNote = finding.severity == .note && facts[fact]?.isNote ?? true
          add(fact, paths)
          facts[fact]?.isNote = isNote
        }
      }
    }
  }

  private mutating func add(_ fact: Fact, _ paths: some Sequence<String>) {
    facts[fact, default: Evidence()].count += 1
    facts[fact, default: Evidence()].paths.formUnion(paths)
  }

  private mutating func add(_ cluster: Cluster, _ sources: SourceSet) {
    func name(_ id: ObjectID) -> String { "\(id.group)/\(id.kind)/\(id.namespace ?? "")/\(id.name)" }
    for kustomization in cluster.kustomizations {
      let status: String =
        switch kustomization.status {
        case .built: "built"
        case .failed: "failed"
        case .external: "external"
        case .missingPath: "missing path"
        }
      add(
        .failure(cluster: cluster.name, kustomization: kustomization.name, status: status),
        [sources.path(of: kustomization.origin.file)])
    }
    var digest = ContentDigest(sources.forest)
    for object in cluster.objects {
      objectCount += object.kustomization == nil ? 0 : 1
      let owner = object.kustomization.map { cluster.kustomizations[$0].name } ?? ""
      let isFlux = APIVersions.isFluxGroup(object.id.group) || object.id.group == FluxKinds.operatorGroup
      let fact = Fact.object(
        cluster: cluster.name, kustomization: owner, id: name(object.id),
        content: isFlux ? 0 : digest.digest(of: object.root))
      if let list = sources.forest.value(object.root, "spec", "dependsOn"),
        sources.forest.items(list).contains(where: { sources.forest.kind($0) == .scalar })
      {
        pathsOfNames.insert(sources.path(of: object.origin.file))
      }
      if isFlux { fluxObjects[fact, default: []].append(Self.text(of: object.root, sources.forest)) }
      add(fact, [sources.path(of: object.origin.file)] + object.modifiers.map { sources.path(of: $0.range.file) })
    }
    for edge in cluster.edges {
      edgeCount += 1
      let target: String =
        switch edge.target {
        case .object(let index): name(cluster.objects[index].id)
        case .implicit: "implicit"
        case .missing: "missing"
        case .unknown: "unknown"
        }
      let from = cluster.objects[edge.from]
      add(
        .edge(
          cluster: cluster.name, from: name(from.id), kind: edge.kind.rawValue,
          to: "\(target) \(edge.targetKind) \(edge.targetNamespace ?? "") \(edge.targetName)"),
        [sources.path(of: from.origin.file)])
    }
  }

  private static func text(of root: NodeRef, _ forest: Forest) -> [UInt8] {
    var printer = YAMLPrinter(forest)
    printer.add(root)
    return printer.bytes
  }

  private static func group(of apiVersion: String) -> Substring {
    apiVersion.firstIndex(of: "/").map { apiVersion[..<$0] } ?? ""
  }

  // MARK: - Comparing

  /// One thing that is not as it was.
  struct Difference {
    /// One sentence in lower case without a final stop.
    var message: String
    /// The files it may come from.
    var paths: Set<String>
    var isFinding = false
  }

  /// What `after` has that `self` has not, or the other way round. A finding that went away is none, nor is a note on a
  /// file that is not `changed`, nor are objects of `converted` files, which are to become others.
  func differences(
    to after: MigrationProof, changed: Set<String>, except converted: Set<String>, targets: MigrationTargets
  ) -> [Difference] {
    var differences: [Difference] = []
    let recovery = recovery(in: after)
    for (fact, evidence) in after.facts where evidence.count > facts[fact]?.count ?? 0 {
      if isExpected(fact, evidence) || isMilder(fact) || brings(recovery, fact) { continue }
      if evidence.isNote, evidence.paths.isDisjoint(with: changed) { continue }
      var difference = Difference(message: Self.message(fact, isNew: true), paths: evidence.paths)
      if case .finding = fact { difference.isFinding = true }
      differences.append(difference)
    }
    for (fact, evidence) in facts where evidence.count > after.facts[fact]?.count ?? 0 {
      if case .finding = fact { continue }
      if takes(recovery, fact) { continue }
      differences.append(Difference(message: Self.message(fact, isNew: false), paths: evidence.paths))
    }
    for (fact, texts) in fluxObjects where !takes(recovery, fact) {
      let paths = (facts[fact]?.paths ?? []).union(after.facts[fact]?.paths ?? [])
      let comparison = ObjectComparison(targets, for: paths)
      guard let others = after.fluxObjects[fact], others.count == texts.count,
        !zip(texts, others).allSatisfy({ comparison.agree($0, $1) })
      else { continue }
      differences.append(Difference(message: Self.message(fact, isNew: false), paths: paths))
    }
    differences.removeAll { !$0.isFinding && !$0.paths.isDisjoint(with: converted) }
    return differences.sorted { $0.message < $1.message }
  }

  /// How many findings `after` has that `self` has not.
  func newFindingCount(in after: MigrationProof) -> Int {
    let recovery = recovery(in: after)
    return Self.count(after.newFindings(since: self).filter { !brings(recovery, $0.fact) })
  }

  /// How many notes `after` has that `self` has not and that do not count as findings.
  func newNoteCount(in after: MigrationProof) -> Int {
    let recovery = recovery(in: after)
    return Self.count(
      after.facts.compactMap { fact, evidence in
        guard evidence.isNote, !isExpected(fact, evidence), !brings(recovery, fact) else { return nil }
        return (fact, max(0, evidence.count - (facts[fact]?.count ?? 0)))
      })
  }

  /// How many Kustomizations build again in `after`, and how many findings are told of what they apply.
  func recovered(in after: MigrationProof) -> (buildCount: Int, findingCount: Int) {
    let recovery = recovery(in: after)
    guard !recovery.kustomizations.isEmpty else { return (0, 0) }
    return (
      recovery.kustomizations.count, Self.count(after.newFindings(since: self).filter { brings(recovery, $0.fact) })
    )
  }

  /// How many findings some facts are: one of several clusters is one.
  private static func count(_ facts: [(fact: Fact, count: Int)]) -> Int {
    let counts = facts.map { fact, count in
      guard case .finding(let rule, let path, let object, _) = fact else { return (fact, count) }
      return (Fact.finding(rule: rule, path: path, object: object, cluster: ""), count)
    }
    return Dictionary(counts, uniquingKeysWith: max).values.reduce(0, +)
  }

  private func newFindings(since before: MigrationProof) -> [(fact: Fact, count: Int)] {
    facts.compactMap { fact, evidence in
      guard case .finding = fact, !before.isExpected(fact, evidence), !before.isMilder(fact) else { return nil }
      let count = evidence.count - (before.facts[fact]?.count ?? 0)
      return count > 0 ? (fact, count) : nil
    }
  }

  // MARK: - Builds that work again

  private func recovery(in after: MigrationProof) -> Recovery {
    var recovery = Recovery()
    for case .failure(let cluster, let name, "failed") in facts.keys
    where after.facts[.failure(cluster: cluster, kustomization: name, status: "built")] != nil {
      recovery.clusters.insert(cluster)
      recovery.kustomizations.insert("\(cluster) \(name)")
    }
    guard !recovery.clusters.isEmpty else { return recovery }
    for (fact, evidence) in after.facts {
      if case .object = fact, brings(recovery, fact) { recovery.paths.formUnion(evidence.paths) }
    }
    return recovery
  }

  /// Whether a fact is new because something is applied again that was not: objects, what they refer to, Kustomizations
  /// among them, and what is to be said of all that.
  private func brings(_ recovery: Recovery, _ fact: Fact) -> Bool {
    switch fact {
    case .object(let cluster, let name, _, _):
      recovery.clusters.contains(cluster)
        && facts[.failure(cluster: cluster, kustomization: name, status: "built")] == nil
    case .failure(let cluster, let name, _):
      recovery.clusters.contains(cluster)
        && facts[.failure(cluster: cluster, kustomization: name, status: "built")] == nil
    case .edge(let cluster, _, _, _): recovery.clusters.contains(cluster)
    case .finding(_, let path, _, _): recovery.paths.contains(path)
    }
  }

  /// Whether a fact is gone because of that: a failure, what was known of its objects without the rest of the build, and
  /// references to what could not be found.
  private func takes(_ recovery: Recovery, _ fact: Fact) -> Bool {
    switch fact {
    case .failure(let cluster, let name, let status):
      status == "failed" && recovery.kustomizations.contains("\(cluster) \(name)")
    case .edge(let cluster, _, _, let to):
      recovery.clusters.contains(cluster) && (to.hasPrefix("missing ") || to.hasPrefix("unknown "))
    case .object(let cluster, let name, _, _): recovery.kustomizations.contains("\(cluster) \(name)")
    case .finding: false
    }
  }

  /// Whether a version is called deprecated now that was not served at all before, or a field is that was not looked at
  /// in an object of an old version: it works as before, and the migration says so itself.
  private func isMilder(_ fact: Fact) -> Bool {
    if case .finding(.deprecatedField, _, _, _) = fact { return true }
    guard case .finding(.deprecatedAPIVersion, let path, let object, let cluster) = fact else { return false }
    return [RuleID.removedAPIVersion, .oldVersionInReference].contains {
      facts[.finding(rule: $0, path: path, object: object, cluster: cluster)] != nil
    }
  }

  /// Whether the migration itself makes it: names in 'dependsOn' become references.
  private func isExpected(_ fact: Fact, _ evidence: Evidence) -> Bool {
    switch fact {
    case .edge(_, _, let kind, _): kind == "dependsOn" && !pathsOfNames.isDisjoint(with: evidence.paths)
    case .finding(let rule, let path, _, _): rule.name.hasPrefix("depends-on-") && pathsOfNames.contains(path)
    case .object, .failure: false
    }
  }

  private static func place(_ cluster: String) -> String { cluster.isEmpty ? "" : " in '\(cluster)'" }

  private static func message(_ fact: Fact, isNew: Bool) -> String {
    switch fact {
    case .object(let cluster, let kustomization, let id, _):
      "\(isNew ? "another" : "no longer the same") object '\(id)' of Kustomization '\(kustomization)'\(place(cluster))"
    case .edge(let cluster, let from, _, let to):
      "\(isNew ? "another" : "no longer a") reference from '\(from)' to '\(to)'\(place(cluster))"
    case .finding(let rule, let path, _, _): "a new finding '\(rule.name)' in '\(path)'"
    case .failure(let cluster, let kustomization, let status):
      "Kustomization '\(kustomization)'\(place(cluster)) \(isNew ? "is now" : "is no longer") '\(status)'"
    }
  }
}
