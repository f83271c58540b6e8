import RuleEngine

/// Entries that find nothing wherever they are built: a component, or a Kustomization that several clusters have, may find
/// its object in one of them.
struct EntryMisses {
  struct Entry {
    var range: SourceRange
    var miss: EntryEffect.Miss
    var cluster: Cluster
    var kustomization: FluxKustomization
  }
  private(set) var entries: [Entry] = []

  init(_ kind: EntryEffect.Kind, in model: RepositoryModel) {
    var busy: Set<SourceRange> = []
    for cluster in model.graph.groups {
      for kustomization in cluster.kustomizations {
        for effect in kustomization.effects where effect.kind == kind && effect.miss == nil {
          busy.insert(effect.range)
        }
      }
    }
    for cluster in model.graph.clusters where cluster.isOneCluster {
      for kustomization in cluster.kustomizations where kustomization.errors.isEmpty {
        for effect in kustomization.effects where effect.kind == kind && !busy.contains(effect.range) {
          guard let miss = effect.miss, !model.isGivenByParent(effect.range, kustomization) else { continue }
          entries.append(Entry(range: effect.range, miss: miss, cluster: cluster, kustomization: kustomization))
        }
      }
    }
  }
}

extension RepositoryModel {
  /// Whether an entry of a Flux Kustomization was written into it by a patch, as a parent does for all that it applies.
  fileprivate func isGivenByParent(_ entry: SourceRange, _ kustomization: FluxKustomization) -> Bool {
    guard let spec = kustomization.spec(in: forest) else { return false }
    for field in ["patches", "images"] as [StaticString] {
      guard let list = forest.value(spec, field) else { continue }
      if forest.items(list).contains(where: { forest.range($0) == entry }) {
        let own = kustomization.origin
        return entry.file != own.file || entry.lowerBound < own.lowerBound || entry.upperBound > own.upperBound
      }
    }
    return false
  }
}
