import RuleEngine

/// A custom resource in a version that its definition, which the same cluster gets, does not serve.
struct OldCustomResourceVersion: RepositoryRule {
  private struct Definition {
    var root: NodeRef
    var served: [String]
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.isOneCluster {
      let definitions = definitions(of: cluster, forest)
      guard !definitions.isEmpty else { continue }
      for object in cluster.objects where !object.isRemote {
        guard let definition = definitions[ObjectKind(object.id.kind, object.id.group)],
          let node = forest.value(object.root, "apiVersion")
        else { continue }
        let version = String(forest.text(node).drop { $0 != "/" }.dropFirst())
        guard !version.isEmpty, !Envsubst.hasExpression(version), !definition.served.contains(version) else { continue }
        report.report(
          "\(object.id.kind) of this cluster is not served as '\(version)'", at: forest.range(node),
          label: "served: \(definition.served.joined(separator: ", "))", object: ObjectReference(object.id),
          cluster: cluster,
          related: [
            RelatedLocation(
              forest.value(definition.root, "metadata", "name").map { forest.range($0) }
                ?? forest.range(definition.root), "the definition")
          ],
          help: definition.served.last.map { "write '\(object.id.group)/\($0)', and see what has changed in it" },
          data: ["version": .string(version), "served": .strings(definition.served)])
      }
    }
  }

  /// Those that all copies agree on: two releases of a definition in one cluster are told apart by nobody here. What Flux
  /// serves of its own kinds is said by its release.
  private func definitions(of cluster: Cluster, _ forest: Forest) -> [ObjectKind: Definition] {
    var found: [ObjectKind: Definition] = [:]
    for number in cluster.index.objects(ofKind: "CustomResourceDefinition") {
      let object = cluster.objects[number]
      guard object.isKnown, let spec = forest.value(object.root, "spec"), let group = forest.givenText(spec, "group"),
        let kind = forest.value(spec, "names").flatMap({ forest.givenText($0, "kind") }),
        !APIVersions.knowsKind(group: group, kind: kind),
        let versions = forest.value(spec, "versions"), forest.kind(versions) == .sequence
      else { continue }
      let served = forest.items(versions).filter { forest.isTrue(forest.value($0, "served")) }
        .compactMap { forest.givenText($0, "name") }
      if !served.isEmpty {
        found[ObjectKind(kind, group), default: Definition(root: object.root, served: [])].served += served
      }
    }
    return found
  }
}
