package import Manifests
import SourceText
import YAMLSyntax

extension FluxGraph {
  /// The objects of files that nothing builds, in a repository without an entry point: a Kustomization of another
  /// repository may apply them as they are. What a kustomization file names, as a patch or as anything else, is no object
  /// by itself, nor is a template.
  package func strays(in sources: SourceSet, _ settings: ClusterSettings) -> Cluster {
    let forest = sources.forest
    let (named, charts) = (Self.filesNamed(by: sources), Self.chartTemplates(sources))
    var cluster = Cluster(name: "", entry: EntryPoint(kind: .none, range: nil), settings: settings)
    for file in sources.files
    where sources.isOwn(file.id) && !reachedFiles.contains(file.id) && !named.contains(file.path)
      && !charts.contains(where: { RelativePath.isPath(file.path, inside: $0) })
      && sources.problems(of: file.id).isEmpty
      && !Self.isTemplate(sources.bytes(of: file.id))
    {
      for document in sources.documents(of: file.id) {
        guard let id = forest.objectID(ManifestObject(root: document.root)), !id.version.isEmpty else { continue }
        cluster.objects.append(
          AppliedObject(
            root: document.root, built: document.root, isKnown: true, id: id, origin: forest.range(document.root),
            modifiers: [], kustomization: nil, isRemote: false))
      }
    }
    return cluster
  }

  /// Files that some text in a kustomization file is the path of.
  private static func filesNamed(by sources: SourceSet) -> Set<String> {
    var named: Set<String> = []
    for file in sources.files where KustomizationFile.isOne(file.path) {
      let directory = RelativePath.parent(of: file.path)
      for document in sources.documents(of: file.id) {
        sources.forest.forEachText(in: document.root) { text in
          if let path = RelativePath.join(directory, text) { named.insert(path) }
        }
      }
      named.insert(file.path)
    }
    return named
  }

  /// The directories of templates that charts have.
  private static func chartTemplates(_ sources: SourceSet) -> [String] {
    sources.files.filter { RelativePath.name(of: $0.path) == "Chart.yaml" }.compactMap {
      RelativePath.join(RelativePath.parent(of: $0.path), "templates")
    }
  }

  /// Whether actions of a template are in a file, or marks that only a patch has.
  private static func isTemplate(_ bytes: [UInt8]) -> Bool {
    ["{{", "<< ", "$patch"].contains { bytes.firstRange(of: $0.utf8) != nil }
  }
}

extension Forest {
  /// Every scalar below a node, but for keys.
  fileprivate func forEachText(in ref: NodeRef, depth: Int = 0, _ body: (String) -> Void) {
    guard depth < 50 else { return }
    switch kind(ref) {
    case .scalar, .alias: body(text(ref))
    case .sequence: for item in items(ref) { forEachText(in: item, depth: depth + 1, body) }
    case .mapping: for pair in pairs(ref) { forEachText(in: pair.value, depth: depth + 1, body) }
    }
  }
}
