import RuleEngine

/// A Kustomization that decrypts, and applies nothing that is encrypted.
struct DecryptionUnused: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for facts in model.clusters where facts.cluster.hasEntryPoint {
      for (number, kustomization) in facts.cluster.kustomizations.enumerated() {
        guard let spec = kustomization.spec(in: forest), let decryption = forest.pair(spec, "decryption"),
          kustomization.isFullyBuilt, !kustomization.isDecrypted, !kustomization.isSuspended(in: forest),
          // What a parent adds to all of them is not meant for each.
          forest.range(decryption.key).file == kustomization.origin.file
        else { continue }
        let objects = facts.objects(of: number).map { facts.cluster.objects[$0] }
        guard !objects.isEmpty, !objects.contains(where: { Self.mayBeEncrypted($0, forest) }) else { continue }
        report.report(
          "\(kustomization.reference.displayName) decrypts, and applies nothing that is encrypted",
          at: forest.range(decryption.key), label: "nothing to decrypt", object: kustomization.reference,
          cluster: facts.cluster, help: "remove 'decryption'", data: ["field": .string("spec.decryption")])
      }
    }
  }

  /// Whether an object is encrypted, or came out of a file that may be.
  private static func mayBeEncrypted(_ object: AppliedObject, _ forest: Forest) -> Bool {
    forest.value(object.built, "sops") != nil || object.id.kind == "Secret" && !object.isKnown
  }
}
