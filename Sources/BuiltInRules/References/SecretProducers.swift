import RuleEngine

/// Secrets that objects of a cluster stand for: an operator makes them, so that no manifest has them.
struct SecretProducers {
  private var names: Set<[String]> = []
  private var namesInAnyNamespace: Set<String> = []

  private static let otherKinds: Set<String> = ["OnePasswordItem", "Terraform"]

  init(_ cluster: Cluster, _ forest: Forest) {
    for object in cluster.objects where !object.isRemote && !object.id.group.isEmpty {
      let isCertificate = object.id.kind == "Certificate"
      guard isCertificate || object.id.kind.contains("Secret") || Self.otherKinds.contains(object.id.kind) else {
        continue
      }
      let spec = forest.value(object.root, "spec")
      var made = [
        spec.flatMap { forest.value($0, "target", "name") }, spec.flatMap { forest.value($0, "secretName") },
        spec.flatMap { forest.value($0, "destination", "name") },
        spec.flatMap { forest.value($0, "writeOutputsToSecret", "name") },
        spec.flatMap { forest.value($0, "template", "metadata", "name") },
        spec.flatMap { forest.value($0, "externalSecretSpec", "target", "name") },
      ].compactMap { $0.map { forest.text($0) } }
      if !isCertificate, object.id.kind != "Terraform" { made.append(object.id.name) }
      for name in made {
        if object.id.kind.hasPrefix("Cluster") || object.id.namespace == nil {
          namesInAnyNamespace.insert(name)
        } else {
          names.insert([object.id.namespace ?? "", name])
        }
      }
    }
  }

  /// Whether something makes the Secret.
  func make(_ name: String, in namespace: String) -> Bool {
    namesInAnyNamespace.contains(name) || names.contains([namespace, name])
  }
}
