import RuleEngine

/// Kustomizations and HelmReleases that name no service account where the controller has a default one that is granted
/// nothing.
struct AccountlessObjects {
  var object: AppliedObject
  /// The key `spec`.
  var spec: NodeRef
  /// Whether it is the Kustomization that the cluster begins with.
  var isFirst: Bool

  static func all(in cluster: Cluster, _ forest: Forest) -> [(AccountlessObjects, flag: ControllerFlag)] {
    guard cluster.settings.kustomizeServiceAccount != nil || cluster.settings.helmServiceAccount != nil else {
      return []
    }
    let accounts = AccountRights(cluster.objects, in: forest)
    let first = cluster.hasEntryPoint ? cluster.kustomizations.first : nil
    return cluster.objects.compactMap { object -> (AccountlessObjects, flag: ControllerFlag)? in
      let isKustomization = object.id.kind == "Kustomization" && object.id.group == FluxKinds.kustomizeGroup
      let isRelease = object.id.kind == "HelmRelease" && object.id.group == FluxKinds.helmGroup
      let isFirst =
        isKustomization && first.map { $0.name == object.id.name && $0.namespace == object.id.namespace } ?? false
      guard !object.isRemote, isKustomization || isRelease, let spec = forest.pair(object.root, "spec"),
        let flag = isKustomization ? cluster.settings.kustomizeServiceAccount : cluster.settings.helmServiceAccount,
        forest.givenText(spec.value, "serviceAccountName") == nil, forest.value(spec.value, "kubeConfig") == nil,
        // The Flux Operator gives the Kustomization that it makes the account of the controller
        // (flux-operator `internal/builder/profiles.go`). Bootstrap gives it none.
        !(isFirst && cluster.entry.kind == .fluxInstance),
        !accounts.areKnown(of: Account(namespace: object.id.namespace ?? "", name: flag.value))
      else { return nil }
      return (AccountlessObjects(object: object, spec: spec.key, isFirst: isFirst), flag)
    }
  }
}
