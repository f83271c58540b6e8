import RuleEngine

/// An encrypted YAML file that a `secretGenerator` reads under a key of another format: kustomize-controller takes the
/// format from the key (`internal/decryptor/decryptor.go`, `formatForPath`).
struct EncryptedGeneratorFormat: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters where cluster.hasEntryPoint {
      for file in cluster.files.sorted() where KustomizationFile.isOne(model.sources.path(of: file)) {
        guard let root = model.sources.documents(of: file).first?.root,
          let generators = forest.value(root, "secretGenerator")
        else { continue }
        for entry in forest.items(generators).flatMap({ Self.files(of: $0, forest) }) {
          check(entry, in: RelativePath.parent(of: model.sources.path(of: file)), cluster, model, &report)
        }
      }
    }
  }

  private static func files(of generator: NodeRef, _ forest: Forest) -> [NodeRef] {
    guard let list = forest.value(generator, "files"), forest.kind(list) == .sequence else { return [] }
    return forest.items(list).filter { forest.kind($0) == .scalar }
  }

  private func check(
    _ entry: NodeRef, in directory: String, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    let parts = model.forest.text(entry).split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let path = RelativePath.join(directory, parts[1]), let file = model.sources.file(at: path),
      let sops = model.sources.documents(of: file).first.flatMap({ model.forest.value($0.root, "sops") }),
      model.forest.value(sops, "mac") != nil
    else { return }
    let wanted = Self.format(of: parts[0])
    let given = Self.format(of: parts[1])
    guard given == "YAML", wanted != given else { return }
    report.report(
      "the key '\(parts[0])' stands for \(wanted), and '\(parts[1])' is encrypted \(given)",
      at: model.forest.range(entry), label: "the format comes from the key", cluster: cluster,
      related: [RelatedLocation(model.forest.range(sops), "encrypted here")],
      help: "give the key the ending of the file", data: ["key": .string(parts[0]), "path": .string(parts[1])])
  }

  /// As SOPS tells it by a name.
  private static func format(of name: String) -> String {
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") { return "YAML" }
    if name.hasSuffix(".json") || name.hasSuffix(".dockerconfigjson") { return "JSON" }
    if name.hasSuffix(".env") { return "an environment file" }
    return name.hasSuffix(".ini") ? "INI" : "binary data"
  }
}
