import RuleEngine

/// Objects that wait for each other: by `dependsOn`, or because one applies the other or waits for its health. Neither
/// controller looks for cycles: all of them wait for ever.
struct DependsOnCycle: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters {
      let cluster = facts.cluster
      for cycle in facts.cycles {
        // The report starts at the edge that stands first in the files, whatever the search met first.
        let start = cycle.indices.min { forest.range(cycle[$0].location) < forest.range(cycle[$1].location) } ?? 0
        let edges = Array(cycle[start...] + cycle[..<start])
        let first = cluster.objects[edges[0].from]
        let names = edges.map { cluster.objects[$0.from].id.name } + [first.id.name]
        let kind = first.id.kind
        report.report(
          edges.count == 1
            ? "\(ObjectReference(first.id).displayName) depends on itself"
            : "\(edges.count) \(plural(of: kind)) wait for each other: \(names.joined(separator: " -> "))",
          at: forest.range(edges[0].location),
          label: edges.count == 1 ? "it waits for itself" : "'\(names[0])' waits for '\(names[1])'",
          object: ObjectReference(first.id), cluster: cluster,
          related: edges.indices.dropFirst().map { index in
            RelatedLocation(
              forest.range(edges[index].location), "and '\(names[index])' waits for '\(names[index + 1])'")
          },
          notes: ["none of them ever becomes ready; Flux does not look for cycles"],
          help: "remove one of these dependsOn entries",
          data: ["cycle": .strings(names), "targetKind": .string(kind)])
      }
      for dependency in facts.entangled {
        self.report(dependency, cluster, model, &report)
      }
    }
  }

  /// On a cluster that has all of them already, nobody may ever notice.
  private func report(
    _ dependency: EntangledDependency, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let user = cluster.kustomizations[dependency.from]
    let target = cluster.kustomizations[dependency.to]
    guard !user.isSuspended(in: model.forest), !target.isSuspended(in: model.forest) else { return }
    let name = target.displayName
    let fact: String
    let label: String
    let help: String
    switch dependency.relation {
    case .applies:
      fact = target.parent == dependency.from ? "which it applies itself" : "which is applied by what it applies"
      label = "it waits for what only it makes"
      help = "remove this entry, or let another Kustomization apply '\(name)'"
    case .isAwaited:
      fact = "which applies it and waits until it is ready"
      label = "each waits until the other one is ready"
      help = "remove this entry, or let '\(name)' not wait for the health of what it applies"
    case .other:
      fact = "which cannot be ready before it"
      label = "each waits for the other"
      help = "remove this entry, or what makes '\(name)' wait"
    }
    report.report(
      "\(user.reference.displayName) depends on '\(name)', \(fact)", at: model.forest.range(dependency.edge.location),
      label: label, severity: min(report.severity, .warning), object: user.reference, cluster: cluster,
      related: [RelatedLocation(model.nameRange(of: target), "'\(name)' is defined here")],
      notes: ["on a new cluster neither of them ever becomes ready"], help: help,
      data: ["cycle": .strings([user.name, target.name, user.name]), "targetKind": .string("Kustomization")])
  }
}
