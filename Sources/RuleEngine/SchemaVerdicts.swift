package import Diagnostics
package import Schemas
package import SourceText

/// What the API server will say to the objects of a repository, each judged once however many clusters apply it.
package struct SchemaVerdicts: Sendable {
  /// One mistake of one object.
  package struct Verdict: Sendable {
    package var violation: Violation
    package var object: ObjectReference
    /// By their number in the graph.
    package var clusters: [Int]
    /// Nil for the rule's own.
    package var severity: Severity?
    /// How many objects have it.
    package var objectCount = 1
    package var related: [RelatedLocation] = []
    package var notes: [String] = []
    package var data: [String: Fact] = [:]
  }

  /// An object that has to be in a namespace and is in none.
  package struct Homeless: Sendable {
    package var range: SourceRange
    package var object: ObjectReference
    package var cluster: Int
    /// That nothing of its Kustomization is applied as it is now.
    package var suspension: String?
  }

  private var verdicts: [RuleID: [Verdict]] = [:]
  package private(set) var homeless: [Homeless] = []
  /// Kinds that nothing here describes, with how many objects they have, by name.
  package private(set) var unknownKinds: [SchemaChoice.Absence: [(kind: String, count: Int)]] = [:]
  /// How many of the objects that Kustomizations apply were judged, each cluster counted: as a report counts objects.
  package private(set) var judgedCount = 0

  package func of(_ rule: RuleID) -> [Verdict] { verdicts[rule] ?? [] }

  /// - Parameter told: What the judge said of each group, in their order.
  init(_ groups: SchemaGroups, told: [(RuleID, Verdict)]) {
    homeless = groups.homeless
    judgedCount = groups.all.reduce(0) { count, group in
      count + group.places.count { groups.clusters[$0.cluster].objects[$0.object].kustomization != nil }
    }
    unknownKinds = groups.unknownKinds
    var causes = Causes()
    for (rule, verdict) in told { causes.add(verdict, rule) }
    verdicts = causes.verdicts
  }

  /// Puts together what has one cause: a place that many objects share, through a base or a patch.
  private struct Causes {
    private struct Key: Hashable {
      var rule: RuleID
      var range: SourceRange
      var kind: Violation.Kind
      var field: String?
    }

    private struct Victim: Hashable {
      var key: Key
      var object: ObjectReference
      var clusters: [Int]

      init(_ verdict: Verdict, _ key: Key) { (self.key, object, clusters) = (key, verdict.object, verdict.clusters) }
    }

    var verdicts: [RuleID: [Verdict]] = [:]
    private var numbers: [Key: Int] = [:]
    /// What has causes of several objects; schemas may say the same of one object twice (`allOf`).
    private var victims: Set<Victim> = []

    mutating func add(_ verdict: Verdict, _ rule: RuleID) {
      let key = Key(
        rule: rule, range: verdict.violation.range, kind: verdict.violation.kind, field: verdict.violation.field.last)
      guard let number = numbers[key], var known = verdicts[rule]?[number] else {
        numbers[key] = verdicts[rule]?.count ?? 0
        victims.insert(Victim(verdict, key))
        verdicts[rule, default: []].append(verdict)
        return
      }
      known.clusters += verdict.clusters.filter { !known.clusters.contains($0) }
      known.related += verdict.related.filter { !known.related.contains($0) }
      if victims.insert(Victim(verdict, key)).inserted, !verdict.violation.isOfDefinition { known.objectCount += 1 }
      // The gravest of what follows is told.
      if known.severity != nil, verdict.severity == nil || verdict.severity == .error {
        (known.violation, known.severity) = (verdict.violation, verdict.severity)
      }
      verdicts[rule]?[number] = known
    }
  }
}
