import RuleEngine

/// `targetNamespace` sets the name of a Namespace object too (kustomize `api/filters/namespace`): the one that is written
/// never comes, and the other one belongs to the Kustomization, which deletes it when the file goes.
struct TargetNamespaceRenamesNamespace: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters {
      let cluster = facts.cluster
      for (number, kustomization) in cluster.kustomizations.enumerated() {
        guard let spec = kustomization.spec(in: forest), let target = forest.value(spec, "targetNamespace"),
          forest.kind(target) == .scalar
        else { continue }
        let name = forest.text(target)
        for object in facts.objects(of: number).map({ cluster.objects[$0] })
        where object.id.kind == "Namespace" && object.id.group.isEmpty {
          guard let written = model.document(of: object).flatMap({ forest.value($0, "metadata", "name") }),
            forest.kind(written) == .scalar, forest.text(written) != name, object.id.name == name
          else { continue }
          report.report(
            "'targetNamespace: \(name)' renames Namespace '\(forest.text(written))' to '\(name)'",
            at: forest.range(target),
            label: "renames Namespaces too", object: kustomization.reference, cluster: cluster,
            related: [RelatedLocation(forest.range(written), "this Namespace is never made")],
            notes: ["the Kustomization owns Namespace '\(name)' then, and prunes it with all that is in it"],
            help: "remove the Namespace from the build, or 'targetNamespace'")
        }
      }
    }
  }
}
