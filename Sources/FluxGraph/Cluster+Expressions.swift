import Manifests
package import YAMLSyntax

/// Whether a `${...}` that a build leaves in an object stays there.
extension Cluster {
  /// Whether the API server gets the expressions of an object as they are written: all that applies it is known, and
  /// substitutes nothing in it. A webhook may still make it do so, see `hasVariableWebhook`.
  package func keepsExpressions(_ object: AppliedObject, in forest: Forest) -> Bool {
    guard object.isKnown, object.maker == nil, let number = object.kustomization, isKnown(number, in: forest)
    else { return false }
    return !kustomizations[number].substitution.isActive || forest.isSubstitutionDisabled(object.built)
  }

  /// Whether a Kustomization is read as the cluster applies it, and so are all above it.
  private func isKnown(_ number: Int, in forest: Forest) -> Bool {
    guard hasEntryPoint else { return false }
    var next = number
    for _ in kustomizations {
      let kustomization = kustomizations[next]
      guard kustomization.root != nil, !kustomization.isDirectory, isFinal(kustomization) else { return false }
      guard let parent = kustomization.parent else { return true }
      next = parent
    }
    return false
  }

  /// Whether a Kustomization is read as its parent applies it, with every variable of the parent decided.
  func isFinal(_ kustomization: FluxKustomization) -> Bool {
    guard kustomization.parent != nil else { return hasEntryPoint }
    let key = ObjectKey(kind: "Kustomization", namespace: kustomization.namespace, name: kustomization.name)
    return index[key].map { objects[$0].isKnown && objects[$0].root == kustomization.root } ?? false
  }

  /// Whether the cluster installs a webhook that writes `postBuild` into every Kustomization.
  package func hasVariableWebhook(_ forest: Forest) -> Bool {
    index.objects(ofKind: "HelmRelease").contains { number in
      let spec = forest.value(objects[number].root, "spec")
      let chart = spec.flatMap { forest.value($0, "chart", "spec") }.flatMap { forest.givenText($0, "chart") }
      let reference = spec.flatMap { forest.value($0, "chartRef") }.flatMap { forest.givenText($0, "name") }
      return chart == Self.webhookChart || reference == Self.webhookChart
    }
  }

  private static var webhookChart: String { "kustomize-mutating-webhook" }
}
