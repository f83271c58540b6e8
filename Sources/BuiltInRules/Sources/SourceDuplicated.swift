import RuleEngine

/// Two sources of one cluster that fetch the same with the same settings.
struct SourceDuplicated: RepositoryRule {
  private static let kinds = ["GitRepository", "OCIRepository", "HelmRepository", "Bucket"]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      var known: [String: Int] = [:]
      for number in Self.kinds.flatMap({ cluster.index.objects(ofKind: $0) }) {
        let object = cluster.objects[number]
        guard object.id.group == "source.toolkit.fluxcd.io", object.isKnown,
          !FluxObject(object.root, in: forest).isSuspended,
          let key = Self.key(of: object, forest)
        else { continue }
        guard let first = known[key] else {
          known[key] = number
          continue
        }
        guard cluster.objects[first].id != object.id else { continue }
        let reference = ObjectReference(object.id)
        report.report(
          "\(reference.displayName) fetches what \(ObjectReference(cluster.objects[first].id).displayName) does",
          at: model.nameRange(of: object), label: "fetched twice", object: reference, cluster: cluster,
          related: [RelatedLocation(model.nameRange(of: cluster.objects[first]), "the same source")],
          help: "let both users name one source", data: ["other": .string(cluster.objects[first].id.name)])
      }
    }
  }

  /// What it fetches, and all settings that change what comes of it; nil for one without an address.
  private static func key(of object: AppliedObject, _ forest: Forest) -> String? {
    guard let spec = forest.value(object.root, "spec"),
      forest.value(spec, "url") != nil || forest.value(spec, "endpoint") != nil
    else { return nil }
    // How often it is fetched is no difference.
    let fields = forest.pairs(spec).filter { !["interval", "timeout"].contains(forest.text($0.key)) }
      .map { "\(forest.text($0.key))=\(text(of: $0.value, forest, depth: 0))" }.sorted()
    return "\(object.id.kind) \(object.id.namespace ?? "") \(fields)"
  }

  private static func text(of node: NodeRef, _ forest: Forest, depth: Int) -> String {
    guard depth < 20 else { return "" }
    switch forest.kind(node) {
    case .scalar, .alias: return forest.text(node).debugDescription
    case .sequence: return "\(forest.items(node).map { text(of: $0, forest, depth: depth + 1) })"
    case .mapping:
      return
        "\(forest.pairs(node).map { forest.text($0.key) + "=" + text(of: $0.value, forest, depth: depth + 1) }.sorted())"
    }
  }
}
