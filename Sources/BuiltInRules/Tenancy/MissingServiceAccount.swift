import RuleEngine

/// Under lockdown (`--default-service-account`) an object without `serviceAccountName` is applied as that account of its
/// own namespace, which may do nothing unless somebody granted it.
struct MissingServiceAccount: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      guard cluster.settings.kustomizeServiceAccount != nil || cluster.settings.helmServiceAccount != nil else {
        continue
      }
      let accounts = AccountRights(cluster.objects, in: forest)
      // The Flux Operator gives the Kustomization that it makes the account of the controller
      // (flux-operator `internal/builder/profiles.go`). Bootstrap gives it none.
      let made = cluster.entry.kind == .fluxInstance ? cluster.kustomizations.first : nil
      for object in cluster.objects where !object.isRemote {
        let isKustomization = object.id.kind == "Kustomization" && object.id.group == FluxKinds.kustomizeGroup
        let isRelease = object.id.kind == "HelmRelease" && object.id.group == FluxKinds.helmGroup
        guard isKustomization || isRelease, let spec = forest.pair(object.root, "spec"),
          let flag = isKustomization ? cluster.settings.kustomizeServiceAccount : cluster.settings.helmServiceAccount,
          forest.givenText(spec.value, "serviceAccountName") == nil, forest.value(spec.value, "kubeConfig") == nil,
          !(isKustomization && made.map { $0.name == object.id.name && $0.namespace == object.id.namespace } ?? false),
          !accounts.areKnown(of: Account(namespace: object.id.namespace ?? "", name: flag.value))
        else { continue }
        report.report(
          "\(ObjectReference(object.id).displayName) names no service account, and this cluster is locked down",
          at: forest.range(spec.key),
          label: "applied as '\(object.id.namespace ?? "")/\(flag.value)', which is granted nothing",
          object: ObjectReference(object.id), cluster: cluster,
          related: [RelatedLocation(flag.range, "the lockdown")],
          help: "add 'serviceAccountName:' with an account that may apply these objects",
          data: ["field": .string("spec.serviceAccountName"), "defaultServiceAccount": .string(flag.value)])
      }
    }
  }
}
