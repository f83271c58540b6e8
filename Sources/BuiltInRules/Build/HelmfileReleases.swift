import RuleEngine

/// Releases of a helmfile, with which a repository brings up what Flux needs.
enum HelmfileReleases {
  /// The namespaces that helmfile makes: those of the releases that it installs, unless `createNamespace` says otherwise
  /// (https://helmfile.readthedocs.io/en/latest/#configuration).
  static func namespaces(in sources: SourceSet) -> Set<String> {
    var namespaces: Set<String> = []
    for file in sources.files where sources.isOwn(file.id) {
      for document in sources.documents(of: file.id) { add(document.root, to: &namespaces, sources.forest) }
    }
    return namespaces
  }

  private static func add(_ root: NodeRef, to namespaces: inout Set<String>, _ forest: Forest) {
    guard forest.kind(root) == .mapping, forest.value(root, "kind") == nil,
      let releases = forest.value(root, "releases"), forest.kind(releases) == .sequence
    else { return }
    let defaults = forest.value(root, "helmDefaults")
    // Only 'helm template' knows this flag: with it nothing can be installed.
    let arguments = defaults.flatMap { forest.value($0, "args") }
    if arguments.map({ forest.items($0).contains { forest.hasText($0, "--include-crds") } }) ?? false { return }
    let usual = defaults.flatMap { forest.value($0, "createNamespace") }
    for release in forest.items(releases) {
      guard let namespace = forest.value(release, "namespace"), forest.value(release, "chart") != nil else { continue }
      let conditions = [forest.value(release, "installed"), forest.value(release, "createNamespace") ?? usual]
      if conditions.allSatisfy({ $0.map { forest.isTrue($0) } ?? true }) { namespaces.insert(forest.text(namespace)) }
    }
  }
}
