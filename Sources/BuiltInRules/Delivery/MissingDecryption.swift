import RuleEngine

/// An object with a `sops` block that a Kustomization without `decryption` applies (kustomize-controller
/// `internal/decryptor/decryptor.go`, and the check of what is still encrypted in `kustomization_controller.go`).
struct MissingDecryption: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      // One that the Flux Operator or bootstrap makes is not seen whole.
      let decryptsNothing = cluster.kustomizations.map { kustomization in
        kustomization.spec(in: forest).map {
          forest.value($0, "decryption", "provider") == nil && !kustomization.isSuspended(in: forest)
        } ?? false
      }
      guard decryptsNothing.contains(true) else { continue }
      for object in cluster.objects {
        guard let number = object.kustomization, decryptsNothing[number], let block = forest.pair(object.root, "sops"),
          forest.value(block.value, "mac") != nil, !isLeftAlone(object, forest)
        else { continue }
        let kustomization = cluster.kustomizations[number]
        let isSecret = object.id.kind == "Secret" && object.id.group.isEmpty
        report.report(
          "\(ObjectReference(object.id).displayName) is encrypted, and \(kustomization.reference.displayName) decrypts nothing",
          at: forest.range(block.key),
          label: isSecret ? "nothing of the Kustomization is applied" : "sent to the API server as it is",
          object: ObjectReference(object.id), cluster: cluster,
          related: [RelatedLocation(model.nameRange(of: kustomization), "applied by this Kustomization")],
          help: "add 'decryption:' with 'provider: sops' and the Secret that holds the key to the Kustomization",
          data: ["kustomization": .string(kustomization.displayName)])
      }
    }
  }

  /// `kustomize.toolkit.fluxcd.io/decrypt: disabled`, an annotation only, in whatever case.
  private func isLeftAlone(_ object: AppliedObject, _ forest: Forest) -> Bool {
    forest.value(object.root, "metadata", "annotations").flatMap {
      forest.value($0, "kustomize.toolkit.fluxcd.io/decrypt")
    }.map { forest.text($0).lowercased() == "disabled" } ?? false
  }
}
