import RuleEngine

/// A kustomization file that leaves `apiVersion` and `kind` out, which kustomize fills in (kustomize
/// `api/types/kustomization.go`, `FixKustomizationPostUnmarshalling`).
struct KustomizationWithoutKind: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    let files = model.sources.files.filter { KustomizationFile.isOne($0.path) && model.sources.isOwn($0.id) }
    let readers = model.readers(of: Set(files.map(\.id)))
    for file in files {
      for document in model.sources.documents(of: file.id) {
        guard forest.kind(document.root) == .mapping, let first = forest.writtenPairs(document.root).first else {
          continue
        }
        let missing = ["apiVersion", "kind"].filter { forest.value(document.root, key: $0) == nil }
        guard !missing.isEmpty else { continue }
        for number in readers[file.id] ?? [] {
          report.report(
            "the kustomization file has no \(quotedList(missing))", at: forest.range(first.key),
            label: "kustomize fills it in, other tools do not", cluster: model.graph.clusters[number],
            help: "add 'apiVersion: kustomize.config.k8s.io/v1beta1' and 'kind: Kustomization'",
            data: ["fields": .strings(missing)])
        }
      }
    }
  }
}
