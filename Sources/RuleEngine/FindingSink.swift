package import Diagnostics
package import FluxGraph
import FluxModel
package import Manifests
package import SourceText

/// Collects what one rule reports. One cause is one finding: the same mistake seen from several clusters, or in several
/// objects that are made from one line, is reported once and names them all.
package struct FindingSink {
  package let rule: RuleID
  /// The severity of the rule, as the catalogue or the configuration says.
  package let severity: Severity
  let tier: RuleTier
  /// The clusters that have what is being looked at, for findings that name none.
  var clusters: [String] = []
  /// What could not be decided, each value once.
  private(set) var undecided: [Undecided] = []
  /// What is wrong with the rule itself; the first thing, for others mostly follow from it.
  private(set) var mistake: RuleMistake?
  private var undecidedPlaces: Set<Key> = []
  private var groups: [[Variant]] = []
  private var numbers: [Key: Int] = [:]

  private struct Key: Hashable {
    var range: SourceRange
    var cause: String
  }

  package init(rule: RuleID, severity: Severity, tier: RuleTier = .default) {
    self.rule = rule
    self.severity = severity
    self.tier = tier
  }

  /// Reports one finding; `severity` only where it differs from the rule's.
  ///
  /// - Parameters:
  ///   - object: the object that is at fault, or the first of `objects`.
  ///   - objects: all objects that are at fault, where one cause may have several. Then `data` says what the cause is.
  ///   - subjects: what has to be accepted each for itself, by its names.
  ///   - identity: by what the finding is the same one later; by its cause where `objects` are given, unless it tells of a
  ///     change.
  ///   - cause: what makes two reports at one place the same finding; the message if it says nothing.
  package mutating func report(
    _ message: String, at range: SourceRange, label: String = "", severity: Severity? = nil,
    object: ObjectReference? = nil, objects: [ObjectReference] = [], subjects: [[ObjectReference]] = [],
    cluster: Cluster? = nil, related: [RelatedLocation] = [], notes: [String] = [], help: String? = nil,
    data: [String: Fact] = [:], cause: String? = nil, identity: Finding.Identity? = nil
  ) {
    let isOfCause = !objects.isEmpty && data["change"] == nil
    var variant = Variant(
      finding: Finding(
        rule: rule, severity: severity ?? self.severity, tier: tier, message: message, range: range, label: label,
        object: object, identity: identity ?? (isOfCause ? .cause : .anyObject),
        clusters: cluster.map { $0.name.isEmpty ? [] : [$0.name] } ?? clusters, related: related, notes: notes,
        help: help, data: data),
      objects: objects.isEmpty ? [object].compactMap(\.self) : objects)
    variant.finding.subjects = subjects
    add(variant, Key(range: range, cause: cause ?? message))
  }

  /// Whether nothing was reported and everything decided.
  var isEmpty: Bool { groups.isEmpty && undecided.isEmpty && mistake == nil }

  /// Whether the rule does not come to an end for some object, so that it is not asked about others.
  var isEnded: Bool { mistake?.kind == .tooLong }

  /// Says that the rule itself is wrong.
  mutating func fail(_ value: RuleMistake) {
    if mistake == nil || !isEnded && value.kind == .tooLong { mistake = value }
  }

  /// Says that nothing can be said.
  package mutating func leaveOpen(_ value: Undecided) {
    guard undecidedPlaces.insert(Key(range: value.range, cause: value.reason)).inserted else { return }
    undecided.append(value)
  }

  /// Takes over what another sink of the same rule has.
  mutating func add(_ other: FindingSink) {
    if let mistake = other.mistake { fail(mistake) }
    for value in other.undecided { leaveOpen(value) }
    for (key, number) in other.numbers.sorted(by: { $0.value < $1.value }) {
      for variant in other.groups[number] { add(variant, key) }
    }
  }

  private mutating func add(_ variant: Variant, _ key: Key) {
    guard let number = numbers[key] else {
      numbers[key] = groups.count
      groups.append([variant])
      return
    }
    if let same = groups[number].firstIndex(where: { $0.saysTheSame(as: variant) }) {
      groups[number][same].unite(with: variant)
    } else {
      groups[number].append(variant)
    }
  }

  /// What was reported.
  package consuming func finish() -> [Finding] { isEnded ? [] : groups.map(Self.merged) }

  /// One finding, as grave as the gravest of its variants, which says what is different for the clusters of the others.
  private static func merged(_ group: [Variant]) -> Finding {
    // Of equals the first one.
    var gravest = 0
    for index in group.indices where group[index].isGraver(than: group[gravest]) { gravest = index }
    let main = group[gravest]
    let others = group.indices.filter { $0 != gravest }.map { group[$0] }
    var whole = main
    for other in others { whole.unite(with: other) }
    var finding = whole.finding
    finding.clusters.sort()
    finding.objects = whole.objects.count > 1 ? whole.objects : []
    if !others.isEmpty {
      let shared = main.finding.notes.filter { note in others.allSatisfy { $0.finding.notes.contains(note) } }
      finding.notes = shared + ([main] + others).compactMap { $0.difference(from: main, beside: shared) }
    }
    if let note = whole.noteOnObjects(after: main.reportedCount) { finding.notes.append(note) }
    return finding
  }

  /// What some clusters say of one cause.
  private struct Variant {
    var finding: Finding
    /// In the order of reports, each once.
    var objects: [ObjectReference]
    /// How many of the objects the message counts: those of the first report.
    let reportedCount: Int
    /// Made when a second report comes.
    private var known: (places: Set<RelatedLocation>, objects: Set<ObjectReference>, subjects: Set<[ObjectReference]>)?

    init(finding: Finding, objects: [ObjectReference]) {
      self.finding = finding
      self.objects = objects
      reportedCount = objects.count
    }

    func saysTheSame(as other: Variant) -> Bool {
      finding.severity == other.finding.severity && finding.label == other.finding.label
        && finding.notes == other.finding.notes
    }

    mutating func unite(with other: Variant) {
      for name in other.finding.clusters where !finding.clusters.contains(name) { finding.clusters.append(name) }
      var known = known ?? (Set(finding.related), Set(objects), Set(finding.subjects))
      self.known = nil
      for place in other.finding.related where known.places.insert(place).inserted { finding.related.append(place) }
      for object in other.objects where known.objects.insert(object).inserted { objects.append(object) }
      for subject in other.finding.subjects where known.subjects.insert(subject).inserted {
        finding.subjects.append(subject)
      }
      self.known = known
    }

    func isGraver(than other: Variant) -> Bool {
      (finding.severity, objects.count) > (other.finding.severity, other.objects.count)
    }

    /// Names the objects that the message does not speak of.
    func noteOnObjects(after count: Int) -> String? {
      let names = objects.dropFirst(count).map(\.displayName)
      guard !names.isEmpty else { return nil }
      let listed = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
      return "the same holds for \(names.count == 1 ? "" : "\(names.count) more objects: ")\(listed)"
    }

    /// What holds for the clusters of this variant only; nil when nothing does.
    func difference(from main: Variant, beside shared: [String]) -> String? {
      var facts = finding.notes.filter { !shared.contains($0) }
      if finding.label != main.finding.label, !finding.label.isEmpty { facts.insert(finding.label, at: 0) }
      guard !finding.clusters.isEmpty else { return facts.isEmpty ? nil : facts.joined(separator: "; ") }
      let names = finding.clusters.sorted()
      var text = "in " + names.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
      if names.count > 3 { text += " and \(names.count - 3) more" }
      if finding.severity != main.finding.severity {
        text += " it is \(finding.severity == .error ? "an" : "a") \(finding.severity.rawValue)"
      } else if facts.isEmpty {
        return nil
      }
      return facts.isEmpty ? text : "\(text): \(facts.joined(separator: "; "))"
    }
  }
}

extension ObjectReference {
  /// The object as messages and reports name it: without the namespace that a cluster-scoped object may be written with.
  package init(_ id: ObjectID) {
    let isClusterScoped = KindScope.isClusterScoped(group: id.group, kind: id.kind)
    self.init(
      apiVersion: id.apiVersion, kind: id.kind, namespace: isClusterScoped ? nil : id.namespace, name: id.name)
  }
}
