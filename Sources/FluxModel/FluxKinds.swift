/// API groups and kinds of Flux, as the graph asks for them.
package enum FluxKinds {
  package static let kustomizeGroup = "kustomize.toolkit.fluxcd.io"
  package static let helmGroup = "helm.toolkit.fluxcd.io"
  package static let sourceGroup = "source.toolkit.fluxcd.io"
  /// Flux Operator: FluxInstance, ResourceSet.
  package static let operatorGroup = "fluxcd.controlplane.io"

  /// Kinds a Kustomization's `sourceRef` may name (kustomize-controller `api/v1/reference_types.go`).
  package static let kustomizationSources = ["GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"]

  /// Kinds that some `sourceRef` or `chartRef` may name.
  package static let sources: Set<String> = Set(kustomizationSources).union(["HelmRepository", "HelmChart"])
}
