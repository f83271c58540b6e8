import RuleEngine

/// References to an object that is here, and does not have the key that is read.
struct MissingKeys {
  let model: RepositoryModel
  let field: Edge.Kind
  /// The field beside the name that says which key is read.
  let key: String
  /// The key where it is not there.
  let fallback: String

  func check(_ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for edge in cluster.edges where edge.kind == field && !edge.isOptional {
        guard case .object(let number) = edge.target else { continue }
        check(edge, number, cluster, &report)
      }
    }
  }

  private func check(_ edge: Edge, _ number: Int, _ cluster: Cluster, _ report: inout FindingSink) {
    let forest = model.forest
    let keyNode = forest.value(edge.entry, key: key)
    let wanted = keyNode.map { forest.text($0) } ?? fallback
    // An object without keys is filled by something else.
    guard !wanted.contains("${"),
      let keys = cluster.keys(of: edge, at: number, in: forest)?.sorted(),
      !keys.isEmpty, !keys.contains(wanted)
    else { return }
    let object = ObjectReference(cluster.objects[edge.from].id)
    report.report(
      "\(field.rawValue) of \(object.displayName) reads key '\(wanted)' of \(edge.targetKind) \(edge.targetDisplayName), which it does not have",
      at: forest.range(keyNode ?? edge.location),
      label: keyNode == nil ? "without '\(key)' the key is '\(fallback)'" : "no such key", severity: .warning,
      object: object, cluster: cluster,
      related: [RelatedLocation(model.place(of: cluster.objects[number]), "has \(quotedList(keys))")],
      help: Suggestion.nearest(to: wanted, in: keys).map { "did you mean '\($0)'?" }
        ?? (keys.count == 1 ? "write '\(key): \(keys[0])'" : "write '\(key)' with one of its keys"),
      data: ["target": .string("\(edge.targetNamespace ?? "")/\(edge.targetName)"), "key": .string(wanted)])
  }
}
