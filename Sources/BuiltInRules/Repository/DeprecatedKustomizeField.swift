import RuleEngine

/// A field that kustomize still reads, with a warning, and means to drop (kustomize `api/types/kustomization.go`,
/// `CheckDeprecatedFields`).
struct DeprecatedKustomizeField: RepositoryRule {
  /// What to write instead, by the name in lower case: kustomize does not mind the case of keys.
  private static let fields: [String: String] = [
    "bases": "list them under 'resources', after what is there",
    "imagetags": "list them under 'images'",
    "patchesstrategicmerge": "list them under 'patches', before what is there, each as 'path:' or 'patch:'",
    "patchesjson6902": "list them under 'patches', after what is there",
    "commonlabels": "use 'labels' with 'includeSelectors: true'",
    "vars": "use 'replacements'",
  ]

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    let suspects = model.sources.files.filter { isSuspect($0, model) }
    guard !suspects.isEmpty else { return }
    let readers = model.readers(of: Set(suspects.map(\.id)))
    for file in suspects {
      for document in model.sources.documents(of: file.id) where isKustomization(document.root, forest) {
        for pair in forest.pairs(document.root) {
          let field = forest.text(pair.key)
          guard let replacement = Self.fields[field.lowercased()], forest.kind(pair.value) != .scalar else { continue }
          let clusters = (readers[file.id] ?? []).map { model.graph.clusters[$0] }
          for cluster in clusters {
            check(field, at: forest.range(pair.key), replacement: replacement, cluster: cluster, &report)
          }
          if clusters.isEmpty {
            check(field, at: forest.range(pair.key), replacement: replacement, cluster: nil, &report)
          }
        }
      }
    }
  }

  /// Whether a kustomization file has a field of a deprecated name at all.
  private func isSuspect(_ file: ManifestFile, _ model: RepositoryModel) -> Bool {
    KustomizationFile.isOne(file.path)
      && model.sources.documents(of: file.id).contains { document in
        model.forest.pairs(document.root).contains { Self.fields[model.forest.text($0.key).lowercased()] != nil }
      }
  }

  private func check(
    _ field: String, at range: SourceRange, replacement: String, cluster: Cluster?, _ report: inout FindingSink
  ) {
    report.report(
      "kustomize has deprecated '\(field)'", at: range,
      label: "still read, with a warning that nobody sees in a cluster",
      severity: cluster == nil ? .note : nil, cluster: cluster,
      notes: cluster == nil ? ["no cluster of this repository reads this file"] : [], help: replacement,
      data: ["field": .string(field)])
  }

  /// Both fields may be left out; a Flux object in a file of this name is something else.
  private func isKustomization(_ root: NodeRef, _ forest: Forest) -> Bool {
    guard forest.kind(root) == .mapping else { return false }
    let (group, version) = forest.groupVersion(ManifestObject(root: root))
    return group == "kustomize.config.k8s.io" || group.isEmpty && version.isEmpty
  }
}
