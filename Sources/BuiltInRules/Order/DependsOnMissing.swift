import RuleEngine

/// A `dependsOn` entry that names nothing: the controller asks again every 30 seconds for ever
/// (kustomize-controller `checkDependencies`, helm-controller alike).
struct DependsOnMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      var missing = MissingTargets()
      var absence = Absence(cluster)
      for edge in cluster.edges where edge.kind == .dependsOn {
        if let verdict = absence.verdict(of: edge) { missing.add(edge, verdict) }
      }
      for target in missing.targets(in: cluster, forest) {
        let edge = target.edges[0]
        let object = cluster.objects[edge.from]
        let repair = model.repair(of: edge, in: cluster)
        let slip = cluster.looseName(aSlipFrom: edge.targetName, kind: edge.targetKind, butNot: object.id.name)
        // An application team's repository may well wait for what the platform's has.
        let isElsewhere = !cluster.hasEntryPoint && edge.targetNamespace != object.id.namespace
        let verb = target.holders.count == 1 ? "depends" : "depend"
        report.report(
          "\(counted(target.holders)) \(verb) on \(target.kind) '\(target.name)', which nothing \(target.verdict.place)applies",
          at: forest.range(edge.location),
          label: "the controller waits for it for ever",
          severity: isElsewhere ? .warning : target.verdict.severity,
          object: target.holders[0], objects: target.holders, cluster: cluster,
          related: repair.related + target.otherPlaces,
          notes: isElsewhere
            ? ["no entry point in this repository reaches it; another repository may define it"] : target.verdict.notes,
          help: repair.help ?? slip.map { "did you mean '\($0)'?" } ?? otherKind(edge, cluster)
            ?? "correct the name or namespace, or remove the entry",
          data: ["target": .string(target.name), "targetKind": .string(target.kind)], cause: target.cause)
      }
    }
  }

  /// What to do when there is an object of that name, but of a kind that is not waited for.
  private func otherKind(_ edge: Edge, _ cluster: Cluster) -> String? {
    let namesakes = cluster.index.kinds.flatMap {
      cluster.index.objects(ofKind: $0, namespace: edge.targetNamespace, name: edge.targetName)
    }
    guard
      let other = namesakes.sorted().map({ cluster.objects[$0] }).first(where: { $0.id.group.contains("fluxcd.io") })
    else { return nil }
    let found =
      "'\(edge.targetName)' is a \(other.id.kind), and a \(edge.targetKind) waits for \(plural(of: edge.targetKind)) only"
    guard edge.targetKind == "Kustomization", let owner = other.kustomization.map({ cluster.kustomizations[$0] }) else {
      return found
    }
    return "\(found): name the one that applies it, '\(owner.displayName)'"
  }
}
