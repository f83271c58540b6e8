import RuleEngine

/// A template that reads an input which some run does not have: the ResourceSet fails as a whole.
struct ResourceSetInputMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for index in cluster.index.objects(ofKind: "ResourceSet") {
        let object = cluster.objects[index]
        guard object.id.group == FluxKinds.operatorGroup else { continue }
        let templates = ResourceSetTemplates(
          object.root, namespace: object.id.namespace, in: cluster, model.forest)
        // Then they are called by the provider they come from.
        if templates.isPermuted { continue }
        check(templates, of: ObjectReference(object.id), cluster, model.forest, &report)
      }
    }
  }

  private func check(
    _ templates: ResourceSetTemplates, of object: ObjectReference, _ cluster: Cluster, _ forest: Forest,
    _ report: inout FindingSink
  ) {
    let known = templates.inputs.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
    var seen: Set<String> = []
    /// Those that some runs have and some have not: one cause.
    var split: [ResourceSetTemplates.Use] = []
    for use in templates.uses where use.isRequired {
      guard let without = templates.inputs.first(where: { !$0.keys.contains(use.name) }),
        seen.insert(use.name).inserted
      else { continue }
      if known.contains(use.name) {
        split.append(use)
        continue
      }
      let near = Suggestion.nearest(to: use.name, in: known.sorted())
      report.report(
        "\(object.displayName) reads input '\(use.name)', which none of its inputs has", at: forest.range(use.place),
        label: "the ResourceSet fails here", object: object, cluster: cluster,
        related: [RelatedLocation(without.place, "these inputs do not have it")],
        help: near.map { "did you mean '\($0)'?" } ?? "add it to 'spec.inputs', or correct the template",
        data: ["input": .string(use.name)])
    }
    guard let first = split.first, let without = templates.inputs.first(where: { !$0.keys.contains(first.name) })
    else { return }
    report.report(
      "\(object.displayName) reads \(quotedList(split.map(\.name))), which not all of its inputs have",
      at: forest.range(first.place), label: "the ResourceSet fails here", object: object, cluster: cluster,
      related: [RelatedLocation(without.place, "these inputs do not have '\(first.name)'")]
        + split.dropFirst().map { RelatedLocation(forest.range($0.place), "reads '\($0.name)'") },
      help:
        "the templates run once for each entry and each provider: give all of them these inputs, or combine them with 'inputStrategy: {name: Permute}'",
      data: ["inputs": .strings(split.map(\.name))])
  }
}
