import FluxModel

/// A field that names other objects, as the controllers read it.
package struct ReferenceField: Sendable {
  /// In which namespace the target is.
  enum Space: Sendable {
    /// In that of the object itself.
    case own
    /// As `namespace` beside the name says, else in that of the object itself.
    case given
    /// As `namespace` says, else in none (`healthChecks`).
    case written
    /// In that of the chart's source.
    case chartSource
    /// Namespaces are in none.
    case none
  }

  let edge: Edge.Kind
  let path: [StaticString]
  /// The path below `spec`.
  let dottedPath: String
  /// Nil: as `kind` beside the name says.
  var kind: String?
  var space = Space.own
  /// Whether the controller has the flag `--no-cross-namespace-refs` for it.
  var isGuarded = false

  private init(
    _ edge: Edge.Kind, _ path: [StaticString], _ kind: String? = nil, _ space: Space = .own, isGuarded: Bool = false
  ) {
    self.edge = edge
    self.path = path
    dottedPath = path.dropFirst().map(\.description).joined(separator: ".")
    self.kind = kind
    self.space = space
    self.isGuarded = isGuarded
  }

  /// The fields of a kind besides those that every graph has, and the controller that reads them. The values of the fields
  /// are names, mappings with a name, or lists of such.
  static func fields(group: String, kind: String) -> (fields: [ReferenceField], controller: String)? {
    switch (group, kind) {
    case (FluxKinds.kustomizeGroup, "Kustomization"): (kustomization, "kustomize-controller")
    case (FluxKinds.helmGroup, "HelmRelease"): (helmRelease, "helm-controller")
    case (FluxKinds.sourceGroup, "GitRepository"): (gitRepository, "source-controller")
    case (FluxKinds.sourceGroup, "OCIRepository"): (ociRepository, "source-controller")
    case (FluxKinds.sourceGroup, "Bucket"): (bucket, "source-controller")
    case (FluxKinds.sourceGroup, "HelmRepository"): (helmRepository, "source-controller")
    case (FluxKinds.sourceGroup, "HelmChart"): (helmChart, "source-controller")
    case ("source.extensions.fluxcd.io", "ArtifactGenerator"): (artifactGenerator, "source-watcher")
    case ("notification.toolkit.fluxcd.io", "Alert"): (alert, "notification-controller")
    case ("notification.toolkit.fluxcd.io", "Provider"): (provider, "notification-controller")
    case ("notification.toolkit.fluxcd.io", "Receiver"): (receiver, "notification-controller")
    case ("image.toolkit.fluxcd.io", "ImageRepository"): (imageRepository, "image-reflector-controller")
    case ("image.toolkit.fluxcd.io", "ImagePolicy"): (imagePolicy, "image-reflector-controller")
    case ("image.toolkit.fluxcd.io", "ImageUpdateAutomation"): (imageAutomation, "image-automation-controller")
    case (FluxKinds.operatorGroup, "FluxInstance"): (fluxInstance, "flux-operator")
    case (FluxKinds.operatorGroup, "ResourceSet"): (resourceSet, "flux-operator")
    default: nil
    }
  }

  /// The paths below `spec` of all fields of a kind that name other objects.
  package static func paths(group: String, kind: String) -> [String] {
    var paths: [String] =
      switch (group, kind) {
      case (FluxKinds.kustomizeGroup, "Kustomization"): ["dependsOn", "sourceRef", "postBuild.substituteFrom"]
      case (FluxKinds.helmGroup, "HelmRelease"): ["dependsOn", "chartRef", "chart.spec.sourceRef", "valuesFrom"]
      case ("image.toolkit.fluxcd.io", "ImageUpdateAutomation"): ["policySelector"]
      default: []
      }
    let others = fields(group: group, kind: kind)?.fields ?? []
    for field in others where !paths.contains(field.dottedPath) {
      paths.append(field.dottedPath)
    }
    return paths
  }

  private static let account = ReferenceField(.serviceAccountName, ["spec", "serviceAccountName"], "ServiceAccount")
  private static let secret = ReferenceField(.secretRef, ["spec", "secretRef"], "Secret")
  private static let certificate = ReferenceField(.certSecretRef, ["spec", "certSecretRef"], "Secret")
  private static let proxy = ReferenceField(.proxySecretRef, ["spec", "proxySecretRef"], "Secret")
  private static let verification = ReferenceField(.verify, ["spec", "verify", "secretRef"], "Secret")
  private static let kubeConfig = [
    ReferenceField(.kubeConfig, ["spec", "kubeConfig", "secretRef"], "Secret"),
    ReferenceField(.kubeConfig, ["spec", "kubeConfig", "configMapRef"], "ConfigMap"),
  ]

  private static let kustomization =
    [
      account, ReferenceField(.decryption, ["spec", "decryption", "secretRef"], "Secret"),
      ReferenceField(.serviceAccountName, ["spec", "decryption", "serviceAccountName"], "ServiceAccount"),
      ReferenceField(.healthChecks, ["spec", "healthChecks"], nil, .written),
    ] + kubeConfig
  private static let helmRelease =
    [
      account, ReferenceField(.targetNamespace, ["spec", "targetNamespace"], "Namespace", .none),
      ReferenceField(.storageNamespace, ["spec", "storageNamespace"], "Namespace", .none),
      ReferenceField(.verify, ["spec", "chart", "spec", "verify", "secretRef"], "Secret", .chartSource),
    ] + kubeConfig
  private static let gitRepository = [
    secret, proxy, verification, account,
    ReferenceField(.include, ["spec", "include"], "GitRepository"),
  ]
  private static let ociRepository = [
    secret, certificate, proxy, verification, account,
    ReferenceField(.verify, ["spec", "verify", "trustedRootSecretRef"], "Secret"),
  ]
  private static let bucket = [
    secret, certificate, proxy, account, ReferenceField(.secretRef, ["spec", "sts", "secretRef"], "Secret"),
    ReferenceField(.certSecretRef, ["spec", "sts", "certSecretRef"], "Secret"),
  ]
  private static let helmRepository = [secret, certificate]
  private static let helmChart = [ReferenceField(.sourceRef, ["spec", "sourceRef"]), verification]
  private static let artifactGenerator = [
    ReferenceField(.sources, ["spec", "sources"], nil, .given, isGuarded: true)
  ]
  private static let alert = [
    ReferenceField(.providerRef, ["spec", "providerRef"], "Provider"),
    ReferenceField(.eventSources, ["spec", "eventSources"], nil, .given, isGuarded: true),
  ]
  private static let provider = [secret, certificate, proxy, account]
  private static let receiver = [
    secret, ReferenceField(.resources, ["spec", "resources"], nil, .given, isGuarded: true),
  ]
  private static let imageRepository = [secret, certificate, proxy, account]
  private static let imagePolicy = [
    ReferenceField(.imageRepositoryRef, ["spec", "imageRepositoryRef"], "ImageRepository", .given, isGuarded: true)
  ]
  private static let imageAutomation = [
    ReferenceField(.sourceRef, ["spec", "sourceRef"], nil, .given, isGuarded: true),
    ReferenceField(.signingKey, ["spec", "git", "commit", "signingKey", "secretRef"], "Secret"),
  ]
  private static let resourceSet = [ReferenceField(.inputsFrom, ["spec", "inputsFrom"], "ResourceSetInputProvider")]
  private static let fluxInstance = [
    ReferenceField(.pullSecret, ["spec", "sync", "pullSecret"], "Secret"),
    ReferenceField(.pullSecret, ["spec", "distribution", "imagePullSecret"], "Secret"),
    ReferenceField(.pullSecret, ["spec", "distribution", "artifactPullSecret"], "Secret"),
  ]
}
