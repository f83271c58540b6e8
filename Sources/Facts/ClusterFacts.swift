package import FluxGraph
package import SourceText
package import YAMLSyntax

/// What can be concluded from the graph of one cluster: each fact in one place, made when somebody first asks, and the same
/// for rules, pictures and lists. What objects are called is in `Cluster.index` already.
package final class ClusterFacts: Sendable {
  package let cluster: Cluster
  package let forest: Forest

  /// - Parameter forest: the one of the graph that the cluster is part of.
  package init(_ cluster: Cluster, in forest: Forest) {
    self.cluster = cluster
    self.forest = forest
  }

  /// Every cluster of a graph that is judged, in its order.
  package static func all(of graph: FluxGraph, in forest: Forest) -> [ClusterFacts] {
    graph.clusters.map { ClusterFacts($0, in: forest) }
  }

  // MARK: - Objects

  /// The objects that a Kustomization applies, in the order of the cluster.
  package func objects(of kustomization: Int) -> [Int] { byOwner { makeByOwner() }[kustomization] }

  /// The objects that are written in a file, in the order of the cluster.
  package func objects(in file: FileID) -> [Int] {
    byFile { Dictionary(grouping: cluster.objects.indices) { cluster.objects[$0].origin.file } }[file] ?? []
  }

  /// The number of an object by its root; of several that share one the first.
  package func object(at root: NodeRef) -> Int? {
    byRoot { Dictionary(zip(cluster.objects.lazy.map(\.root), cluster.objects.indices)) { first, _ in first } }[root]
  }

  /// The number of a Kustomization by the root of its definition; nil for one that is not followed.
  package func kustomization(at root: NodeRef) -> Int? {
    kustomizationsByRoot {
      Dictionary(
        cluster.kustomizations.enumerated().compactMap { number, kustomization in
          kustomization.root.map { ($0, number) }
        }
      ) { first, _ in first }
    }[root]
  }

  /// Whether the values of all objects are what Flux applies: no variable and nothing encrypted is in them.
  package var isFullyKnown: Bool { knowledge { cluster.objects.allSatisfy(\.isKnown) } }

  /// Whether the cluster gets an object.
  package var presence: ObjectPresence { objectPresence { ObjectPresence(cluster, in: forest) } }

  /// The controllers of Flux.
  package var installation: FluxInstallation { fluxInstallation { FluxInstallation(cluster, in: forest) } }

  private func makeByOwner() -> [[Int]] {
    var lists = [[Int]](repeating: [], count: cluster.kustomizations.count)
    for (number, object) in cluster.objects.enumerated() {
      if let owner = object.kustomization { lists[owner].append(number) }
    }
    return lists
  }

  // MARK: - References

  /// Every reference between the objects, both ways.
  package var references: ClusterReferences { edges { ClusterReferences(cluster, in: forest) } }

  // MARK: - Order

  /// What must have happened before what. It remembers what it was asked, so whoever asks takes a copy.
  package var order: ReconcileOrder { reconcileOrder { ReconcileOrder(cluster, in: forest) } }

  /// The cycles of `dependsOn`, each as its edges in order.
  package var cycles: [[Edge]] { dependencyCycles { DependencyCycles.find(in: cluster) } }

  /// Entries of `dependsOn` that can never be fulfilled on a new cluster, though they are in no cycle.
  package var entangled: [EntangledDependency] {
    entangledDependencies { EntangledDependency.all(in: cluster, order) }
  }

  // MARK: - Images

  /// Every ImageUpdateAutomation, in the order of the cluster.
  package var imageAutomations: [ImageAutomation] { automations { ImageAutomation.all(of: self) } }

  // MARK: - Kinds

  /// What installs custom kinds.
  package var definitions: DefinitionProviders { providers { DefinitionProviders(cluster, forest) } }

  private let byOwner = Lazily<[[Int]]>()
  private let byFile = Lazily<[FileID: [Int]]>()
  private let byRoot = Lazily<[NodeRef: Int]>()
  private let kustomizationsByRoot = Lazily<[NodeRef: Int]>()
  private let knowledge = Lazily<Bool>()
  private let objectPresence = Lazily<ObjectPresence>()
  private let fluxInstallation = Lazily<FluxInstallation>()
  private let edges = Lazily<ClusterReferences>()
  private let reconcileOrder = Lazily<ReconcileOrder>()
  private let dependencyCycles = Lazily<[[Edge]]>()
  private let entangledDependencies = Lazily<[EntangledDependency]>()
  private let providers = Lazily<DefinitionProviders>()
  let texts = Lazily<[Int: [DollarText]]>()
  private let automations = Lazily<[ImageAutomation]>()
}
