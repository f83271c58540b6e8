package import FluxGraph
package import YAMLSyntax

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

extension Cluster {
  /// That an object is not applied as it is now, for its Kustomization is suspended; nil when it is not. What that applied
  /// before goes on as it was, a Kustomization with what it builds.
  package func suspension(of object: AppliedObject, in forest: Forest) -> String? {
    let written = object.maker.map { objects[$0] } ?? object
    guard let kustomization = written.kustomization.map({ kustomizations[$0] }), kustomization.isSuspended(in: forest)
    else { return nil }
    return "Kustomization '\(kustomization.displayName)' is suspended: nothing of it is applied until it is resumed"
  }
}
