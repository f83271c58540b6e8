import RuleEngine

/// A ConfigMap or Secret of `valuesFrom`, or the key in it, that nothing makes: helm-controller stops with `ValuesError`.
struct ValuesFromMissing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    ValueReferences(model: model, kind: .valuesFrom).check(&report)
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for edge in cluster.edges where edge.kind == .valuesFrom && !edge.isOptional {
        guard case .object(let number) = edge.target else { continue }
        checkKey(edge, number, cluster, model, &report)
      }
    }
  }

  /// `valuesKey`, by default `values.yaml` (fluxcd/pkg `chartutil/values.go`).
  private func checkKey(
    _ edge: Edge, _ number: Int, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let forest = model.forest
    let keyNode = forest.value(edge.entry, "valuesKey")
    let key = keyNode.map { forest.text($0) } ?? "values.yaml"
    // An object without keys is filled by something else.
    guard !key.contains("${"),
      let keys = cluster.keys(of: edge, at: number, in: forest)?.sorted(),
      !keys.isEmpty, !keys.contains(key)
    else { return }
    let object = ObjectReference(cluster.objects[edge.from].id)
    report.report(
      "valuesFrom of \(object.displayName) reads key '\(key)' of \(edge.targetKind) \(edge.targetDisplayName), which it does not have",
      at: forest.range(keyNode ?? edge.location),
      label: keyNode == nil ? "without 'valuesKey' the key is 'values.yaml'" : "no such key", severity: .warning,
      object: object,
      cluster: cluster, related: [RelatedLocation(model.place(of: cluster.objects[number]), "has \(quotedList(keys))")],
      help: Suggestion.nearest(to: key, in: keys).map { "did you mean '\($0)'?" }
        ?? (keys.count == 1 ? "write 'valuesKey: \(keys[0])'" : "write 'valuesKey' with one of its keys"),
      data: ["target": .string("\(edge.targetNamespace ?? "")/\(edge.targetName)"), "key": .string(key)])
  }
}
