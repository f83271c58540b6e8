import Diagnostics
import Facts
import FluxGraph
import FluxModel
import RuleCatalogue
import YAMLSyntax

/// The objects to be judged by their schemas, each once however many clusters apply it.
struct SchemaGroups {
  /// An object with the schemas that hold for it, and the clusters that have it so.
  struct Group {
    var choice: SchemaChoice
    /// By the numbers of the cluster and of the object in it.
    var places: [(cluster: Int, object: Int)]
  }

  private struct Key: Hashable {
    var root: NodeRef
    var choice: SchemaChoice.ID
  }

  private(set) var all: [Group] = []
  /// Those of the graph; behind them the one that stands for whoever gets what nothing builds.
  let clusters: [Cluster]
  private(set) var homeless: [SchemaVerdicts.Homeless] = []
  private(set) var unknownKinds: [SchemaChoice.Absence: [(kind: String, count: Int)]] = [:]
  /// Objects whose data the Flux Operator copies from elsewhere.
  private(set) var copies: [Undecided] = []
  /// With all schemas that the groups have.
  private(set) var catalogue: SchemaCatalogue

  init(_ model: RepositoryModel) {
    let forest = model.forest
    catalogue = SchemaCatalogue(model)
    var numbers: [Key: Int] = [:]
    var unknown: [SchemaChoice.Absence: [String: Int]] = [:]
    // Objects of a group without an entry point may belong to different clusters, or to none.
    let isAdrift = !model.graph.hasEntryPoint
    let strays = isAdrift ? [model.graph.strays(in: model.sources, model.fallback)] : []
    clusters = model.graph.clusters + strays
    for (index, cluster) in clusters.enumerated() where cluster.hasEntryPoint || isAdrift {
      guard cluster.settings.fluxVersion.major == 2 else { continue }
      var choices = ClusterSchemas(cluster)
      for (number, object) in cluster.objects.enumerated() {
        if let source = Self.copied(object, forest) {
          copies.append(Self.copy(of: object, from: source, index, forest))
          continue
        }
        // The operator sends what a ResourceSet makes through the same library as a Kustomization what it builds.
        let isStray = index == model.graph.clusters.count
        guard object.isApplied || isStray else { continue }
        switch choices.choice(for: object, &catalogue) {
        case .none: continue
        case .unknown(let reason):
          if isStray { continue }
          unknown[reason, default: [:]]["\(object.id.apiVersion) \(object.id.kind)", default: 0] += 1
        case .known(let choice):
          if choice.isNamespaced == true, object.id.namespace == nil, object.maker == nil, cluster.hasEntryPoint,
            forest.value(object.built, "metadata", "namespace").map({ forest.text($0).isEmpty }) ?? true
          {
            homeless.append(
              SchemaVerdicts.Homeless(
                range: forest.range(forest.value(object.root, "metadata", "name") ?? object.root),
                object: ObjectReference(object.id), cluster: index,
                suspension: cluster.suspension(of: object, in: forest)))
          }
          let key = Key(root: object.root, choice: choice.id)
          if let known = numbers[key] {
            all[known].places.append((index, number))
          } else if forest.value(object.root, "sops") == nil {
            // Of what is encrypted as a whole nothing is known.
            numbers[key] = all.count
            all.append(Group(choice: choice, places: [(index, number)]))
          }
        }
      }
    }
    unknownKinds = unknown.mapValues { kinds in
      kinds.map { (kind: $0.key, count: $0.value) }.sorted { $0.kind < $1.kind }
    }
  }

  /// What the Flux Operator copies over the data of an object that a ResourceSet makes.
  private static func copied(_ object: AppliedObject, _ forest: Forest) -> String? {
    guard object.kustomization == nil, object.maker != nil else { return nil }
    return forest.value(object.root, "metadata", "annotations").flatMap {
      forest.value($0, "fluxcd.controlplane.io/copyFrom")
    }.map { forest.text($0) }
  }

  private static func copy(of object: AppliedObject, from source: String, _ cluster: Int, _ forest: Forest) -> Undecided
  {
    Undecided(
      rule: .invalidValue, cause: .unfinished,
      reason: "the Flux Operator copies data from '\(source)', so what gets it is not held against its schema",
      range: forest.range(forest.value(object.root, "metadata", "name") ?? object.root),
      object: ObjectReference(object.id), cluster: cluster, kustomization: nil)
  }
}
