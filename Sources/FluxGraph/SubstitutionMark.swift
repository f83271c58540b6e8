package import YAMLSyntax

extension Forest {
  /// Whether an object, as it is built, has the label or annotation `kustomize.toolkit.fluxcd.io/substitute: disabled`,
  /// compared exactly (fluxcd/pkg `kustomize/kustomize_varsub.go`).
  package func isSubstitutionDisabled(_ root: NodeRef) -> Bool {
    guard let metadata = value(root, "metadata") else { return false }
    for node in [value(metadata, "labels"), value(metadata, "annotations")] {
      guard let node, let mark = value(node, "kustomize.toolkit.fluxcd.io/substitute") else { continue }
      if hasText(mark, "disabled") { return true }
    }
    return false
  }
}
