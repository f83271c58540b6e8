import RuleEngine

/// An object whose kind, name or namespace SOPS has encrypted: kustomize needs them before anything is decrypted.
struct EncryptedMetadata: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      for object in cluster.objects where Self.maySay(object.id) {
        guard let (field, node) = Self.encryptedField(of: object.built, model.forest) else { continue }
        report.report(
          "SOPS has encrypted '\(field)' of an object that Flux applies", at: model.forest.range(node),
          label: "read before anything is decrypted", cluster: cluster,
          help: "encrypt again with 'encrypted_regex: ^(data|stringData)$'", data: ["field": .string(field)])
      }
    }
  }

  private static func maySay(_ id: ObjectID) -> Bool {
    [id.group, id.version, id.kind, id.name, id.namespace ?? ""].contains { $0.hasPrefix("ENC[") }
  }

  private static func encryptedField(of root: NodeRef, _ forest: Forest) -> (String, NodeRef)? {
    let metadata = forest.value(root, "metadata")
    let fields = [
      ("apiVersion", forest.value(root, "apiVersion")), ("kind", forest.value(root, "kind")),
      ("metadata.name", metadata.flatMap { forest.value($0, "name") }),
      ("metadata.namespace", metadata.flatMap { forest.value($0, "namespace") }),
    ]
    for case (let field, let node?) in fields where forest.kind(node) == .scalar {
      if forest.withText(node, { $0.starts(with: "ENC[".utf8) }) { return (field, node) }
    }
    return nil
  }
}
