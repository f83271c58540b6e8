package import RuleEngine

extension RepositoryModel {
  /// Every Flux Kustomization that some cluster applies, as it is applied.
  var kustomizations: [(Cluster, AppliedObject)] {
    graph.clusters.flatMap { cluster in
      cluster.index.objects(ofKind: "Kustomization").map { (cluster, cluster.objects[$0]) }
        .filter { $0.1.id.group == FluxKinds.kustomizeGroup }
    }
  }

  /// Whether a rule would report a reference if it led nowhere, and says nothing as long as that is not decided.
  package func isReportedWhenMissing(_ edge: Edge, in cluster: Cluster) -> Bool {
    // Of a kind that has no object yet, one may come later.
    guard !edge.isOptional, edge.targetName != "*" else { return false }
    switch edge.kind {
    case .dependsOn, .sourceRef, .chartRef, .providerRef, .eventSources, .resources, .imageRepositoryRef, .include,
      .sources, .inputsFrom:
      return true
    case .healthChecks: return ["Kustomization", "HelmRelease"].contains(edge.targetKind)
    default: return false
    }
  }

  /// Which clusters read each of some files, by their number.
  func readers(of files: Set<FileID>) -> [FileID: [Int]] {
    var readers: [FileID: [Int]] = [:]
    guard !files.isEmpty else { return readers }
    for number in graph.clusters.indices {
      for file in graph.clusters[number].files where files.contains(file) { readers[file, default: []].append(number) }
    }
    return readers
  }

  /// Where a Kustomization's name is written; the whole definition for one that the Flux Operator makes.
  func nameRange(of kustomization: FluxKustomization) -> SourceRange {
    kustomization.root.flatMap { forest.value($0, "metadata", "name") }.map { forest.range($0) } ?? kustomization.origin
  }

  /// Where an object's name is written.
  func nameRange(of object: AppliedObject) -> SourceRange {
    forest.value(object.root, "metadata", "name").map { forest.range($0) } ?? object.origin
  }

  /// The document that an object was first written in, as it stands there; nil for one that is generated.
  func document(of object: AppliedObject) -> NodeRef? {
    sources.documents(of: object.origin.file).map(\.root).first { root in
      forest.range(root).contains(object.origin)
    }
  }

  /// What a reference to nothing most likely means: the object of that name in another namespace, or one of a similar
  /// name in the same.
  func repair(of edge: Edge, in cluster: Cluster) -> (help: String?, related: [RelatedLocation]) {
    let named = cluster.index.objects(ofKind: edge.targetKind, name: edge.targetName).first { $0 != edge.from }
    if let elsewhere = named.map({ cluster.objects[$0] }), let namespace = elsewhere.id.namespace {
      return (
        "'\(edge.targetName)' is in namespace '\(namespace)': add 'namespace: \(namespace)' to \(edge.kind.rawValue)",
        [RelatedLocation(nameRange(of: elsewhere), "defined here")]
      )
    }
    let neighbours = cluster.index.objects(ofKind: edge.targetKind, namespace: edge.targetNamespace)
      .filter { $0 != edge.from }.map { cluster.objects[$0] }
    guard let name = Suggestion.nearest(to: edge.targetName, in: neighbours.map(\.id.name)),
      let near = neighbours.first(where: { $0.id.name == name })
    else { return (nil, []) }
    return ("did you mean '\(name)'?", [RelatedLocation(nameRange(of: near), "a similar name is defined here")])
  }
}
