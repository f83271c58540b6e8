package import FluxGraph
package import YAMLSyntax

extension Cluster {
  /// Whether an object is never applied, though it is built (fluxcd/pkg `ssa/manager_apply.go`, `shouldSkipApply`).
  package func isLeftAlone(_ object: AppliedObject, in forest: Forest) -> Bool {
    hasMark("reconcile", "disabled", object, in: forest) || hasMark("ssa", "ignore", object, in: forest)
  }

  fileprivate func hasMark(_ name: String, _ value: String, _ object: AppliedObject, in forest: Forest) -> Bool {
    marks(name, of: object, in: forest).contains(value.lowercased())
  }

  /// That an object is not applied as it is now, for its Kustomization is suspended; nil when it is not. What that applied
  /// before goes on as it was, a Kustomization with what it builds.
  package func suspension(of object: AppliedObject, in forest: Forest) -> String? {
    let written = object.maker.map { objects[$0] } ?? object
    guard let kustomization = written.kustomization.map({ kustomizations[$0] }), kustomization.isSuspended(in: forest)
    else { return nil }
    return "Kustomization '\(kustomization.displayName)' is suspended: nothing of it is applied until it is resumed"
  }
}

/// What objects say of how kustomize-controller is to treat them.
extension ClusterFacts {
  /// Whether an object is never applied, though it is built.
  package func isLeftAlone(_ object: AppliedObject) -> Bool { cluster.isLeftAlone(object, in: forest) }

  /// Whether an object has a label or annotation of kustomize-controller, or its Kustomization gives it one.
  ///
  /// - Parameter name: without the group.
  package func hasMark(_ name: String, _ value: String, _ object: AppliedObject) -> Bool {
    cluster.hasMark(name, value, object, in: forest)
  }
}
