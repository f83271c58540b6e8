import RuleEngine

/// A file that SOPS encrypted and that a generator or a patch puts into an object as it is (kustomize-controller
/// `internal/decryptor/decryptor.go`: only a Kustomization with `decryption` decrypts, patches and what generators put into
/// a Secret).
struct EncryptedFileNotDecrypted: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for kustomization in cluster.kustomizations
      where kustomization.errors.isEmpty && !kustomization.isSuspended(in: model.forest) {
        for input in kustomization.encrypted {
          let what = input.kind.map { "file '\(input.path)' goes into a \($0)" } ?? "patch '\(input.path)' is applied"
          report.report(
            "the encrypted \(what) as it is", at: input.range,
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
