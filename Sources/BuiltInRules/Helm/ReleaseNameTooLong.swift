import RuleEngine

/// Helm takes release names of up to 53 bytes: an explicit longer one is refused by the API server, a composed one is
/// shortened by helm-controller (`internal/release/name.go`).
struct ReleaseNameTooLong: ObjectRule {
  static let kinds = [ObjectKind("HelmRelease", FluxKinds.helmGroup)]

  func check(_ pass: ObjectPass, _ report: inout FindingSink) {
    let forest = pass.forest
    guard let spec = pass.spec, let nameNode = forest.value(pass.object.root, "metadata", "name"),
      !pass.view.isSuspended
    else { return }
    let releaseNode = forest.value(spec, "releaseName")
    let namespaceNode = forest.value(spec, "targetNamespace")
    let release = releaseNode.map { forest.text($0) }
    let namespace = namespaceNode.map { forest.text($0) }
    let composed = ReleaseName.composed(
      releaseName: release, targetNamespace: namespace, name: forest.text(nameNode))
    let count = composed.utf8.count
    guard count > ReleaseName.limit, !Envsubst.hasExpression(composed) else { return }

    let reference = pass.reference
    if let releaseNode, release == composed {
      report.report(
        "releaseName of \(reference.displayName) has \(count) bytes, the limit is \(ReleaseName.limit)",
        at: forest.range(releaseNode), label: "the API server refuses it", severity: .error, object: reference,
        help: "choose a name of at most \(ReleaseName.limit) bytes",
        data: ["releaseName": .string(composed), "length": .integer(count)])
      return
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
      related: related, notes: ["composed:  \(composed)", "Flux uses: \(shortened)"],
      help: "set spec.releaseName; changing it later installs the release anew",
      data: ["releaseName": .string(composed), "shortened": .string(shortened), "length": .integer(count)])
  }
}
