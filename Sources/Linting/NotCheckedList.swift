import BuiltInRules
import Diagnostics
import Facts
import FluxGraph
import Manifests
import RuleEngine
import Sessions
import SourceText
import SourceTrees
import YAMLSyntax

/// Says once for each cause what could not be decided offline, the gravest first, with what hangs on it.
struct NotCheckedList {
  /// The kinds of causes, the gravest first; the names are those of reports.
  private enum Kind: Hashable {
    case gap(Gap.Cause)
    /// Variables that may be defined out of sight.
    case variables
    /// References with variables in them.
    case unknownName
    /// What no entry point of this repository reaches may rely on anything.
    case noEntryPoint
    /// Values that rules ask for and nobody knows.
    case unknownValue
    /// Checks that would take too long, or that cannot be made.
    case unfinished
    /// Something of the tree that is not read: an archive, a link, a submodule.
    case file

    var rank: Int {
      let causes = Gap.Cause.allCases
      return switch self {
      case .gap(let cause): causes.firstIndex(of: cause) ?? 0
      case .variables: causes.count
      case .unknownName: causes.count + 1
      case .noEntryPoint: causes.count + 2
      case .unknownValue: causes.count + 3
      case .unfinished: causes.count + 4
      case .file: causes.count + 5
      }
    }

    var name: String {
      switch self {
      case .gap(let cause): cause.rawValue
      case .variables: "variables"
      case .unknownName: "unknown-name"
      case .noEntryPoint: "no-entry-point"
      case .unknownValue: "unknown-value"
      case .unfinished: "unfinished"
      case .file: "file"
      }
    }
  }

  /// What has one cause.
  private struct Key: Hashable {
    var kind: Kind
    var text = ""
    var range: SourceRange?
    /// Whether it is about files that no cluster of this repository reads, though it has some.
    var isAside = false

    var rank: Int { kind.rank + (isAside ? 100 : 0) }
  }

  private struct Place: Hashable {
    var reason: String
    var range: SourceRange?
    var path: String?
  }

  private struct Entry {
    var shared: String?
    /// In the order in which they were met.
    var places: [Place] = []
    var knownPlaces: Set<Place> = []
    var clusters: Set<String> = []
    var references: Set<NotChecked.Reference> = []
  }

  private var entries: [Key: Entry] = [:]
  /// The cause of a gap, by cluster and by what is said of it.
  private var causes: [[String: Key]] = []
  private let model: RepositoryModel
  /// Whether Flux begins in this repository.
  private let hasEntryPoint: Bool

  /// - Parameter undecided: what rules in expressions say of values that they do not know.
  static func make(_ model: RepositoryModel, _ undecided: [Undecided]) -> [NotChecked] {
    var list = NotCheckedList(model: model)
    for gap in model.graph.notFollowed {
      list.add(Key(kind: .gap(gap.cause), range: gap.range), Place(reason: gap.reason, range: gap.range), nil)
    }
    for facts in model.clusters { list.add(facts) }
    for value in undecided { list.add(value) }
    for notice in model.sources.notices { list.add(notice) }
    return list.sorted()
  }

  private init(model: RepositoryModel) {
    self.model = model
    hasEntryPoint = model.graph.clusters.contains { $0.hasEntryPoint }
  }

  // MARK: - Collecting

  private mutating func add(
    _ key: Key, _ place: Place?, _ cluster: Cluster?, shared: String? = nil, _ references: [NotChecked.Reference] = []
  ) {
    var entry = entries.removeValue(forKey: key) ?? Entry(shared: shared)
    if let place, entry.knownPlaces.insert(place).inserted { entry.places.append(place) }
    if let cluster, !cluster.name.isEmpty { entry.clusters.insert(cluster.name) }
    entry.references.formUnion(references)
    entries[key] = entry
  }

  private mutating func add(_ facts: ClusterFacts) {
    let cluster = facts.cluster
    var keyOfReason: [String: Key] = [:]
    let isAside = hasEntryPoint && !cluster.hasEntryPoint
    for gap in cluster.gaps {
      let key = Key(
        kind: .gap(gap.cause), text: gap.shared ?? "", range: gap.shared == nil ? gap.range : nil, isAside: isAside)
      if keyOfReason[gap.reason] == nil { keyOfReason[gap.reason] = key }
      add(key, Place(reason: gap.reason, range: gap.range), cluster, shared: gap.shared)
    }
    causes.append(keyOfReason)
    for kustomization in cluster.kustomizations { addVariables(of: kustomization, cluster) }
    for edge in facts.references.edges {
      guard case .unknown(let reason) = edge.target, model.isReportedWhenMissing(edge, in: cluster) else { continue }
      let range = model.forest.range(edge.location)
      guard model.sources.isOwn(range.file) else { continue }
      let reference = NotChecked.Reference(range: range, target: "\(edge.targetKind) \(edge.targetDisplayName)")
      if let key = keyOfReason[reason] {
        add(key, nil, cluster, [reference])
      } else if edge.targetName.contains("${") || edge.targetNamespace?.contains("${") ?? false {
        let reason = "names hold variables whose values are not known"
        add(Key(kind: .unknownName, isAside: isAside), Place(reason: reason, range: range), cluster, [reference])
      } else if let gap = cluster.chartGap(hiding: edge.targetKind, name: edge.targetName, in: model.forest),
        gap.reason == reason
      {
        add(
          Key(kind: .gap(gap.cause), range: gap.range, isAside: isAside), Place(reason: reason, range: gap.range),
          cluster, [reference])
      } else if !hasEntryPoint {
        let reason =
          "this repository has no entry point, so objects may be elsewhere; name it under 'clusters' in .fluxlint.yaml"
        add(Key(kind: .noEntryPoint), Place(reason: reason, range: range), cluster, [reference])
      }
    }
  }

  private mutating func addVariables(of kustomization: FluxKustomization, _ cluster: Cluster) {
    let uses = kustomization.undecidedVariables.filter { kustomization.substitution.values[$0.name] == nil }
    guard !uses.isEmpty else { return }
    let references = uses.filter { model.sources.isOwn($0.range.file) }.map {
      NotChecked.Reference(range: $0.range, target: "variable \($0.name)")
    }
    for source in kustomization.substitution.openSources {
      let reason = "\(source.reason), so variables it may define are not checked"
      add(key(ofVariables: reason, cluster), Place(reason: reason, range: source.range), cluster, references)
    }
  }

  private func key(ofVariables reason: String, _ cluster: Cluster) -> Key {
    Key(kind: .variables, text: reason, isAside: hasEntryPoint && !cluster.hasEntryPoint)
  }

  /// What a rule could not decide hangs on the gap that hides it, or on what may define the variable.
  private mutating func add(_ value: Undecided) {
    guard model.sources.isOwn(value.range.file) else { return }
    let cluster = model.graph.clusters[value.cluster]
    let reference = NotChecked.Reference(
      range: value.range, target: "\(value.rule.name) of \(value.object.displayName)")
    if let key = causes[value.cluster][value.reason] { return add(key, nil, cluster, [reference]) }
    let sources = value.kustomization.map { cluster.kustomizations[$0].substitution.openSources } ?? []
    if value.reason == UnknownValue.variable, let source = sources.first {
      let reason = "\(source.reason), so variables it may define are not checked"
      return add(key(ofVariables: reason, cluster), Place(reason: reason, range: source.range), cluster, [reference])
    }
    let (kind, reason): (Kind, String) =
      switch value.cause {
      case .value: (.unknownValue, "rules look at values that are not known: \(value.reason)")
      case .unfinished: (.unfinished, value.reason)
      case .newerRelease: (.gap(.newerRelease), value.reason)
      }
    add(
      Key(kind: kind, text: reason, isAside: hasEntryPoint && !cluster.hasEntryPoint),
      Place(reason: reason, range: value.range), cluster, [reference])
  }

  private mutating func add(_ notice: TreeNotice) {
    // A file that builds read is as bad as a build that fails.
    let isRead =
      model.sources.fileInRepository(at: notice.path).map {
        model.sources.unread[$0] != nil && model.graph.reachedFiles.contains($0)
      } ?? false
    add(
      Key(kind: isRead ? .gap(.unreadFile) : .file, text: notice.reason),
      Place(reason: notice.reason, path: notice.path), nil)
  }

  // MARK: - The list

  private func sorted() -> [NotChecked] {
    entries.map { key, entry in (key.rank, notChecked(key, entry)) }.sorted { left, right in
      if left.0 != right.0 { return left.0 < right.0 }
      if left.1.references.count != right.1.references.count {
        return left.1.references.count > right.1.references.count
      }
      switch (left.1.range, right.1.range) {
      case (let one?, let other?) where one != other: return one < other
      case (nil, _?): return false
      case (_?, nil): return true
      default: return (left.1.reason, left.1.path ?? "") < (right.1.reason, right.1.path ?? "")
      }
    }.map(\.1)
  }

  private func notChecked(_ key: Key, _ entry: Entry) -> NotChecked {
    let places = entry.places.sorted { left, right in
      switch (left.range, right.range) {
      case (let one?, let other?): one == other ? left.reason < right.reason : one < other
      case (nil, nil): (left.path ?? "", left.reason) < (right.path ?? "", right.reason)
      case (nil, _): false
      case (_, nil): true
      }
    }
    return NotChecked(
      reason: reason(key, entry, places), kind: key.kind.name, range: places.first?.range, path: places.first?.path,
      clusters: entry.clusters.sorted(), count: places.count,
      references: entry.references.sorted { ($0.range, $0.target) < ($1.range, $1.target) })
  }

  private func reason(_ key: Key, _ entry: Entry, _ places: [Place]) -> String {
    let reason = places.first?.reason ?? key.text
    guard places.count > 1, case .gap(let cause) = key.kind else { return reason }
    switch cause {
    case .buildFailed: return "\(places.count) Kustomizations do not build"
    case .sourceMissing, .otherSource, .unknownPath:
      guard let shared = entry.shared else { return reason }
      let why = shared.hasPrefix("its ") ? "their " + shared.dropFirst(4) : shared
      return "\(places.count) Kustomizations are not built: \(why)"
    case .pathMissing: return "\(places.count) Kustomizations have a path that is not in this repository"
    case .unreadFile, .remoteBase, .notBuilt, .template, .newerRelease, .notFollowed: return reason
    }
  }

  /// One entry for all kinds that nothing describes, however many, and one for those in a version that is not served.
  static func unknownKinds(_ kinds: [SchemaChoice.Absence: [(kind: String, count: Int)]]) -> [NotChecked] {
    let tooLarge = (kinds[.tooLarge] ?? []).map { entry in
      (kind: "\(entry.kind), whose definition is too large", count: entry.count)
    }
    let described = (kinds[.nowhere] ?? []) + tooLarge
    return [
      entry(
        of: described.sorted { $0.kind < $1.kind }, kind: "no-schema", ("is of a kind", "are of kinds"),
        "without a schema ('schemas' in .fluxlint.yaml can name definitions)"),
      entry(
        of: kinds[.notServed] ?? [], kind: "not-served", ("is", "are"),
        "in a version that the definition here does not serve ('old-custom-resource-version' tells where)"),
    ].compactMap(\.self)
  }

  private static func entry(
    of kinds: [(kind: String, count: Int)], kind: String, _ verbs: (one: String, many: String), _ what: String
  ) -> NotChecked? {
    guard !kinds.isEmpty else { return nil }
    let count = kinds.reduce(0) { $0 + $1.count }
    let table = kinds.map { "\($0.kind) (\($0.count))" }.joined(separator: ", ")
    let subject = count == 1 ? "1 object \(verbs.one)" : "\(count) objects \(verbs.many)"
    return NotChecked(reason: "\(subject) \(what): \(table)", kind: kind, count: count)
  }
}
