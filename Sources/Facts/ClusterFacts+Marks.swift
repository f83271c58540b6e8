package import FluxGraph
import FluxModel
import YAMLSyntax

/// What objects say of how kustomize-controller is to treat them.
extension ClusterFacts {
  /// Whether an object is never applied, though it is built (fluxcd/pkg `ssa/manager_apply.go`, `shouldSkipApply`).
  package func isLeftAlone(_ object: AppliedObject) -> Bool {
    hasMark(Self.reconcile, "disabled", object) || hasMark(Self.ssa, "ignore", object)
  }

  /// Whether an object has a label or annotation of kustomize-controller, in any case, or its Kustomization gives it one.
  package func hasMark(_ key: String, _ value: String, _ object: AppliedObject) -> Bool {
    let common = object.kustomization.flatMap { cluster.kustomizations[$0].root }.flatMap {
      forest.value($0, "spec", "commonMetadata")
    }
    for case let place? in [forest.value(object.root, "metadata"), common] {
      for case let list? in [forest.value(place, "annotations"), forest.value(place, "labels")] {
        if let mark = forest.value(list, key: key), forest.text(mark).lowercased() == value.lowercased() { return true }
      }
    }
    return false
  }

  private static let reconcile = "\(FluxKinds.kustomizeGroup)/reconcile"
  private static let ssa = "\(FluxKinds.kustomizeGroup)/ssa"
}
