import RuleEngine

extension Cluster {
  /// The HelmReleases of the cluster that helm-controller works on, by their numbers.
  func activeReleases(in forest: Forest) -> [Int] {
    index.objects(ofKind: "HelmRelease").filter { number in
      objects[number].id.group == FluxKinds.helmGroup && !FluxObject(objects[number].root, in: forest).isSuspended
    }
  }
}

/// A HelmRelease by what identifies its Helm release (helm-controller `internal/action/verify.go`).
struct ReleaseIdentity: Hashable {
  private var name: String
  private var storageNamespace: String
  /// The cluster it is for, as far as `spec.kubeConfig` says it: another Secret may mean the same one.
  private var remote: [String]

  /// Nil where a variable without a value is part of it.
  init?(_ object: AppliedObject, in forest: Forest) {
    guard let spec = forest.value(object.root, "spec") else { return nil }
    name = ReleaseName.shortened(
      ReleaseName.composed(
        releaseName: forest.givenText(spec, "releaseName"), targetNamespace: forest.givenText(spec, "targetNamespace"),
        name: object.id.name))
    storageNamespace = forest.givenText(spec, "storageNamespace") ?? object.id.namespace ?? ""
    remote = []
    if let config = forest.value(spec, "kubeConfig") {
      for reference in [forest.value(config, "secretRef"), forest.value(config, "configMapRef")] {
        remote.append(reference.flatMap { forest.givenText($0, "name") } ?? "")
        remote.append(reference.flatMap { forest.givenText($0, "key") } ?? "")
      }
      remote.append(object.id.namespace ?? "")
    }
    if ([name, storageNamespace] + remote).contains(where: Envsubst.hasExpression) { return nil }
  }

  /// `'web' in namespace 'shop'`.
  var text: String { "'\(name)' in namespace '\(storageNamespace)'" }
}
