package import YAMLSyntax

// What a cluster says of the source that it is synchronised from.
extension Cluster {
  /// Whether a source is that of the entry point, or one that the Flux Operator makes of this repository.
  package func isOwnSource(kind: String, namespace: String?, name: String) -> Bool {
    let identity = ClusterBuilder.SourceIdentity(kind: kind, namespace: namespace, name: name)
    return ownSource == identity || madeSources.contains(identity)
  }

  /// The branch that the cluster is synchronised from; nil where no file says it, and for a tag or a commit.
  package func ownBranch(in forest: Forest) -> String? {
    guard let own = ownSource,
      let number = index.objects(ofKind: own.kind, namespace: own.namespace, name: own.name).first,
      let revision = GitRevision(of: objects[number].root, in: forest), revision.kind == .branch
    else { return nil }
    return revision.value
  }
}
