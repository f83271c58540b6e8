import RuleEngine

/// A file that SOPS encrypted and that a generator puts into its object as it is (kustomize-controller
/// `internal/decryptor/decryptor.go`: only a Kustomization with `decryption` decrypts, and only what goes into a Secret).
struct EncryptedFileNotDecrypted: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for kustomization in cluster.kustomizations
      where kustomization.errors.isEmpty && !kustomization.isSuspended(in: model.forest) {
        for input in kustomization.encrypted {
          report.report(
            "the encrypted file '\(input.path)' goes into a \(input.kind) as it is", at: input.range,
            label: "the encrypted text is what the cluster gets",
            // Whoever puts it into a ConfigMap may mean something else to decrypt it.
            severity: input.isDecryptable ? nil : .warning, cluster: cluster,
            related: [RelatedLocation(model.nameRange(of: kustomization), "built by this Kustomization")],
            help: input.isDecryptable
              ? "add 'decryption:' with 'provider: sops' and the Secret that holds the key to the Kustomization"
              : "put it into a Secret with 'secretGenerator': nothing else is decrypted",
            data: ["kustomization": .string(kustomization.displayName)])
        }
      }
    }
  }
}
