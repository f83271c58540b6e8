import RuleEngine

/// Helm takes release names of up to 53 bytes: an explicit longer one is refused by the API server, a composed one is
/// shortened by helm-controller (`internal/release/name.go`).
struct ReleaseNameTooLong: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      for object in cluster.objects where object.id.group == FluxKinds.helmGroup && object.id.kind == "HelmRelease" {
        guard let spec = forest.value(object.root, "spec"),
          let nameNode = forest.value(object.root, "metadata", "name"), !forest.isTrue(forest.value(spec, "suspend"))
        else { continue }
        let releaseNode = forest.value(spec, "releaseName")
        let namespaceNode = forest.value(spec, "targetNamespace")
        let release = releaseNode.map { forest.text($0) }
        let namespace = namespaceNode.map { forest.text($0) }
        let composed = ReleaseName.composed(
          releaseName: release, targetNamespace: namespace, name: forest.text(nameNode))
        let count = composed.utf8.count
        guard count > ReleaseName.limit, !Envsubst.hasExpression(composed) else { continue }

        let reference = ObjectReference(object.id)
        if let releaseNode, release == composed {
          report.report(
            "releaseName of \(reference.displayName) has \(count) bytes, the limit is \(ReleaseName.limit)",
            at: forest.range(releaseNode), label: "the API server refuses it", severity: .error, object: reference,
            cluster: cluster, help: "choose a name of at most \(ReleaseName.limit) bytes",
            data: ["releaseName": .string(composed), "length": .integer(count)])
          continue
        }
        let shortened = ReleaseName.shortened(composed)
        var related: [RelatedLocation] = []
        var anchor = nameNode
        if let namespaceNode, namespace?.isEmpty == false {
          anchor = namespaceNode
          related.append(RelatedLocation(forest.range(nameNode), "joined to this name"))
        }
        report.report(
          "the Helm release name of \(reference.displayName) has \(count) bytes, the limit is \(ReleaseName.limit)",
          at: forest.range(anchor),
          label: anchor == nameNode ? "is the release name" : "is put in front of the name", object: reference,
          cluster: cluster, related: related,
          notes: ["composed:  \(composed)", "Flux uses: \(shortened)"],
          help: "set spec.releaseName; changing it later installs the release anew",
          data: [
            "releaseName": .string(composed), "shortened": .string(shortened), "length": .integer(count),
          ])
      }
    }
  }
}
