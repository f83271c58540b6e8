package import FluxGraph

/// What objects say of how kustomize-controller is to treat them.
extension ClusterFacts {
  /// Whether an object is never applied, though it is built (fluxcd/pkg `ssa/manager_apply.go`, `shouldSkipApply`).
  package func isLeftAlone(_ object: AppliedObject) -> Bool {
    hasMark("reconcile", "disabled", object) || hasMark("ssa", "ignore", object)
  }

  /// Whether an object has a label or annotation of kustomize-controller, or its Kustomization gives it one.
  ///
  /// - Parameter name: without the group.
  package func hasMark(_ name: String, _ value: String, _ object: AppliedObject) -> Bool {
    cluster.marks(name, of: object, in: forest).contains(value.lowercased())
  }
}
