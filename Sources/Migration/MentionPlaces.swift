import FluxModel

/// Where objects of a kind mention API versions of others.
enum MentionPlace {
  /// A mapping, or a list of them, with `apiVersion` and `kind`.
  case reference([String])
  /// A selector with `group`, `version` and `kind`.
  case selector([String])
  /// Whole objects.
  case objects([String])
  /// A list of patches: `target` and, under `patch`, the text of a patch.
  case patches([String])
  /// A list of patches in the form of objects.
  case objectPatches([String])
  /// A list of JSON patches, each with a `target`.
  case jsonPatches([String])
  /// Manifests as a text template.
  case template([String])
  /// Values of a chart, which are not ours to change.
  case values([String])
}

extension MentionPlace {
  /// In a path, `*` stands for the items of a list.
  static func places(group: String, kind: String) -> [MentionPlace] {
    guard let row = byKind[kind], row.group == group else { return [] }
    return row.places
  }

  private static let byKind: [String: (group: String, places: [MentionPlace])] = [
    "Kustomization": (
      FluxKinds.kustomizeGroup,
      [
        .reference(["spec", "sourceRef"]), .reference(["spec", "healthChecks", "*"]),
        .reference(["spec", "healthCheckExprs", "*"]), .patches(["spec", "patches"]),
        .objectPatches(["spec", "patchesStrategicMerge"]), .jsonPatches(["spec", "patchesJson6902"]),
        .selector(["spec", "ignore", "*", "target"]),
      ]
    ),
    "HelmRelease": (
      FluxKinds.helmGroup,
      [
        .reference(["spec", "chart", "spec", "sourceRef"]), .reference(["spec", "chartRef"]),
        .reference(["spec", "healthCheckExprs", "*"]),
        .patches(["spec", "postRenderers", "*", "kustomize", "patches"]),
        .objectPatches(["spec", "postRenderers", "*", "kustomize", "patchesStrategicMerge"]),
        .jsonPatches(["spec", "postRenderers", "*", "kustomize", "patchesJson6902"]),
        .selector(["spec", "driftDetection", "ignore", "*", "target"]), .values(["spec", "values"]),
      ]
    ),
    "HelmChart": (FluxKinds.sourceGroup, [.reference(["spec", "sourceRef"])]),
    "ExternalArtifact": (FluxKinds.sourceGroup, [.reference(["spec", "sourceRef"])]),
    "ImageUpdateAutomation": ("image.toolkit.fluxcd.io", [.reference(["spec", "sourceRef"])]),
    "ArtifactGenerator": ("source.extensions.fluxcd.io", [.reference(["spec", "sources", "*"])]),
    "Alert": ("notification.toolkit.fluxcd.io", [.reference(["spec", "eventSources", "*"])]),
    "Receiver": ("notification.toolkit.fluxcd.io", [.reference(["spec", "resources", "*"])]),
    "ResourceSet": (
      FluxKinds.operatorGroup,
      [
        .reference(["spec", "dependsOn", "*"]), .objects(["spec", "resources", "*"]),
        .objects(["spec", "steps", "*", "resources", "*"]), .reference(["spec", "healthCheckExprs", "*"]),
        .template(["spec", "resourcesTemplate"]), .template(["spec", "steps", "*", "resourcesTemplate"]),
      ]
    ),
    "FluxInstance": (FluxKinds.operatorGroup, [.patches(["spec", "kustomize", "patches"])]),
  ]

  /// The places of a kustomization file.
  static let kustomizationFile: [MentionPlace] = [
    .patches(["patches"]), .jsonPatches(["patchesJson6902"]), .selector(["replacements", "*", "source"]),
    .selector(["replacements", "*", "targets", "*", "select"]),
    .selector(["replacements", "*", "targets", "*", "reject", "*"]), .reference(["vars", "*", "objref"]),
  ]

  /// The places of one replacement in a file of its own.
  static let replacement: [MentionPlace] = [
    .selector(["source"]), .selector(["targets", "*", "select"]), .selector(["targets", "*", "reject", "*"]),
  ]
}
