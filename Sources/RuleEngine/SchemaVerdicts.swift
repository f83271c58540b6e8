package import Diagnostics
import FluxGraph
import FluxModel
import Manifests
package import Schemas
package import SourceText
import YAMLSyntax

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
  }

  private var verdicts: [RuleID: [Verdict]] = [:]
  package private(set) var homeless: [Homeless] = []
  /// Kinds that nothing here describes, with how many objects they have, by name.
  package private(set) var unknownKinds: [(kind: String, count: Int)] = []
  /// How many objects were judged.
  package private(set) var judgedCount = 0

  package func of(_ rule: RuleID) -> [Verdict] { verdicts[rule] ?? [] }

  init(_ model: RepositoryModel) {
    let forest = model.forest
    var catalogue = SchemaCatalogue(model)
    var groups: [Judged] = []
    var numbers: [Judged.Key: Int] = [:]
    var unknown: [String: Int] = [:]
    // Objects of a group without an entry point may belong to different clusters, or to none.
    let isAdrift = !model.graph.clusters.contains(where: \.hasEntryPoint)
    for (index, cluster) in model.graph.clusters.enumerated() where cluster.hasEntryPoint || isAdrift {
      guard cluster.settings.fluxVersion.major == 2 else { continue }
      var choices = ClusterSchemas(cluster)
      for (number, object) in cluster.objects.enumerated() where object.kustomization != nil {
        switch choices.choice(for: object, &catalogue) {
        case .none: continue
        case .unknown: unknown["\(object.id.apiVersion) \(object.id.kind)", default: 0] += 1
        case .known(let choice):
          if choice.isNamespaced == true, object.id.namespace == nil, cluster.hasEntryPoint,
            forest.value(object.built, "metadata", "namespace").map({ forest.text($0).isEmpty }) ?? true
          {
            homeless.append(
              Homeless(
                range: forest.range(forest.value(object.root, "metadata", "name") ?? object.root),
                object: ObjectReference(object.id), cluster: index))
          }
          // Encrypted as a whole: what is in it is not known.
          if forest.value(object.root, "sops") != nil { continue }
          let key = Judged.Key(root: object.root, choice: choice.id)
          if let known = numbers[key] {
            if groups[known].clusters.last != index { groups[known].clusters.append(index) }
          } else {
            numbers[key] = groups.count
            groups.append(Judged(key: key, choice: choice, object: number, clusters: [index]))
          }
        }
      }
    }
    judgedCount = groups.count
    unknownKinds = unknown.map { (kind: $0.key, count: $0.value) }.sorted { $0.kind < $1.kind }
    var judge = SchemaJudge(model: model, catalogue: catalogue)
    var causes = Causes()
    for group in groups {
      for (rule, verdict) in judge.verdicts(on: group) { causes.add(verdict, rule) }
    }
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

    var verdicts: [RuleID: [Verdict]] = [:]
    private var numbers: [Key: Int] = [:]

    mutating func add(_ verdict: Verdict, _ rule: RuleID) {
      let key = Key(
        rule: rule, range: verdict.violation.range, kind: verdict.violation.kind, field: verdict.violation.field.last)
      guard let number = numbers[key], var known = verdicts[rule]?[number] else {
        numbers[key] = verdicts[rule]?.count ?? 0
        verdicts[rule, default: []].append(verdict)
        return
      }
      known.clusters += verdict.clusters.filter { !known.clusters.contains($0) }
      known.related += verdict.related.filter { !known.related.contains($0) }
      known.objectCount += 1
      // The gravest of what follows is told.
      if known.severity != nil, verdict.severity == nil || verdict.severity == .error {
        (known.violation, known.severity) = (verdict.violation, verdict.severity)
      }
      verdicts[rule]?[number] = known
    }
  }

  /// An object with the schemas that hold for it, and the clusters that have it so.
  struct Judged {
    struct Key: Hashable {
      var root: NodeRef
      var choice: SchemaChoice.ID
    }
    var key: Key
    var choice: SchemaChoice
    /// By its number in the first of the clusters.
    var object: Int
    var clusters: [Int]
  }
}
