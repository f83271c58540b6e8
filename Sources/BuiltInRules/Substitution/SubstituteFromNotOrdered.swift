import RuleEngine

/// A ConfigMap or Secret of `substituteFrom` that another Kustomization applies, which need not have run before.
struct SubstituteFromNotOrdered: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      let cluster = facts.cluster
      var order = facts.order
      var numbers: [NodeRef: Int] = [:]
      for (number, kustomization) in cluster.kustomizations.enumerated() {
        if let root = kustomization.root { numbers[root] = number }
      }
      for edge in cluster.edges where edge.kind == .substituteFrom && !edge.isOptional {
        guard case .object(let target) = edge.target, let user = numbers[cluster.objects[edge.from].root],
          cluster.kustomizations[user].parent != nil, !cluster.kustomizations[user].isSuspended(in: model.forest)
        else { continue }
        // Several may apply it; and what applies itself is judged by another rule.
        let makers =
          cluster.index.objects(
            ofKind: edge.targetKind, namespace: edge.targetNamespace, name: edge.targetName) + [target]
        let owners = makers.compactMap { cluster.objects[$0].kustomization }
        guard let owner = owners.first, owners.count == makers.count,
          !owners.contains(where: { $0 == user || order.isApplied($0, before: user) })
        else { continue }
        let kustomization = cluster.kustomizations[user]
        let applier = cluster.kustomizations[owner]
        report.report(
          "\(kustomization.reference.displayName) reads \(edge.targetKind) '\(edge.targetDisplayName)', which another Kustomization applies in any order",
          at: model.forest.range(edge.location), label: "may not be there yet", object: kustomization.reference,
          cluster: cluster,
          related: [
            RelatedLocation(model.place(of: cluster.objects[target]), "the \(edge.targetKind)"),
            RelatedLocation(model.nameRange(of: applier), "applied by Kustomization '\(applier.displayName)'"),
          ],
          help: "add Kustomization '\(applier.displayName)' to 'dependsOn'",
          data: [
            "target": .string(edge.targetDisplayName), "targetKind": .string(edge.targetKind),
            "kustomization": .string(applier.displayName),
          ])
      }
    }
  }
}
