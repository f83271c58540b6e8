import FluxGraph

// Which Kustomizations need others, beside what they say of their order.
extension ClusterFacts {
  /// Whether a Kustomization, or one below it, applies something that waits for what another one makes, or for what only
  /// comes after that one: the first is then not ready before the second was applied.
  ///
  /// - Parameter order: that of the cluster; it remembers what it is asked.
  package func needs(_ number: Int, _ other: Int, _ order: inout ReconcileOrder) -> Bool {
    let own = cluster.kustomizations.indices.filter { $0 == number || order.isAncestor(number, of: $0) }
    for object in own.lazy.flatMap({ self.objects(of: $0) }) {
      for edge in references.edges(from: object) where edge.kind.holdsUp && !edge.isOptional {
        guard case .object(let target) = edge.target else { continue }
        for maker in [cluster.objects[target].kustomization, kustomization(at: cluster.objects[target].root)] {
          guard let maker else { continue }
          if maker == other || order.isApplied(other, before: maker) { return true }
        }
      }
    }
    return false
  }
}

extension Edge.Kind {
  /// Whether an object with such a reference cannot do its work without the target. What only looks at others can.
  fileprivate var holdsUp: Bool {
    switch self {
    case .eventSources, .resources, .providerRef, .policySelector, .inputsFrom: false
    default: true
    }
  }
}
