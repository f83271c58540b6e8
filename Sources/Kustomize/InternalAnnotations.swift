/// Annotations in which kustomize keeps its own notes; it takes them out of what it prints, whoever wrote them
/// (api/resource/resource.go, kyaml/kio/kioutil/kioutil.go).
enum InternalAnnotations {
  static func contain(_ key: UnsafeBufferPointer<UInt8>) -> Bool {
    // Nearly every annotation is settled by its first byte.
    guard let first = key.first, first == UInt8(ascii: "i") || first == UInt8(ascii: "c") || first == UInt8(ascii: "a")
    else {
      return false
    }
    return names.contains(String(decoding: key, as: UTF8.self))
  }

  private static let names: Set<String> = {
    let own = [
      "previousKinds", "previousNames", "previousNamespaces", "prefixes", "suffixes", "refBy", "generatorBehavior",
      "needsHashSuffix", "allowNameChange", "allowKindChange", "path", "index", "seqindent", "id",
      "annotations-migration-resource-id", "helm-generated",
    ]
    return Set(own.map { "internal.config.kubernetes.io/\($0)" })
      .union(["config.kubernetes.io/path", "config.kubernetes.io/index", "config.k8s.io/id"])
      // These are written anew for 'buildMetadata'.
      .union(["config.kubernetes.io/origin", "alpha.config.kubernetes.io/transformations"])
  }()
}
