import RuleEngine

/// A private key in a file of the repository, whatever reads it.
struct PrivateKeyInRepository: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for key in model.keyFiles where !isSecretOfACluster(key.range.file, model) {
      report.report(
        "a private key lies in the repository", at: key.range, label: "anybody who can read the repository has it",
        help: "remove it, and replace the key everywhere: it stays in the history", data: ["path": .string(key.path)])
    }
  }

  /// The values of Secrets that clusters apply have rules of their own.
  private func isSecretOfACluster(_ file: FileID, _ model: RepositoryModel) -> Bool {
    model.graph.reachedFiles.contains(file)
      && model.sources.documents(of: file).contains { document in
        guard model.forest.kind(document.root) == .mapping else { return false }
        return model.forest.givenText(document.root, "kind") == "Secret"
          || model.forest.value(document.root, "secretGenerator") != nil
      }
  }
}
