import RuleEngine

/// A private key in a file of the repository, whatever reads it.
struct PrivateKeyInRepository: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    guard !model.keyFiles.isEmpty else { return }
    let generated = filesOfGenerators(model)
    for key in model.keyFiles where !isSecretOfACluster(key.range.file, model) && !generated.contains(key.path) {
      report.report(
        "a private key lies in the repository", at: key.range, label: "anybody who can read the repository has it",
        help: "remove it, and replace the key everywhere: it stays in the history", data: ["path": .string(key.path)])
    }
  }

  /// The files that generators read into Secrets in the clear, which is a finding of its own.
  private func filesOfGenerators(_ model: RepositoryModel) -> Set<String> {
    var paths: Set<String> = []
    for cluster in model.graph.clusters {
      for leak in PlaintextSecrets.leaks(in: cluster, model, areGenerated: true) {
        // `KEY=FILE` or `FILE`, perhaps in quotes.
        let entry = String(decoding: model.sources.bytes(of: leak.range.file)[leak.range.bounds], as: UTF8.self)
        let written = entry.split(separator: "=").last.map { String($0) } ?? ""
        let name = String(written.filter { $0 != "'" && $0 != "\"" })
        let directory = RelativePath.parent(of: model.sources.path(of: leak.range.file))
        if let path = RelativePath.join(directory, name) { paths.insert(path) }
      }
    }
    return paths
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
