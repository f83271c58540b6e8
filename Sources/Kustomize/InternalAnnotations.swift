import SourceText
import YAMLSyntax

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

// What a user writes there counts as if kustomize had noted it.
extension InternalAnnotations {
  /// Reads earlier ids, and whether the name gets a hash. The error is that of earlier ids that do not fit together.
  static func readState(of resource: inout Resource, in forest: Forest) -> BuildError? {
    guard let annotations = forest.value(resource.root, "metadata", "annotations"), forest.kind(annotations) == .mapping
    else { return nil }
    // Nearly no object has one, so the look at the others must be short.
    var isFound = false
    for pair in forest.writtenPairs(annotations) where !isFound {
      isFound = forest.withText(pair.key) { $0.first == UInt8(ascii: "i") && contain($0) }
    }
    guard isFound else { return nil }
    if text("needsHashSuffix", annotations, forest) == "enabled" {
      resource.generation = Resource.Generation(needsHash: true)
    }
    guard let names = list("previousNames", annotations, forest) else { return nil }
    let namespaces = list("previousNamespaces", annotations, forest) ?? [""]
    let kinds = list("previousKinds", annotations, forest) ?? [""]
    guard names.count == namespaces.count, names.count == kinds.count else {
      return BuildError(
        kind: .invalidResource,
        message:
          "the annotations for earlier ids have \(names.count) names, \(namespaces.count) namespaces and \(kinds.count) kinds, expected as many of each",
        range: forest.range(annotations))
    }
    resource.previous = names.indices.map { PreviousID(kind: kinds[$0], name: names[$0], namespace: namespaces[$0]) }
    return nil
  }

  private static func text(_ name: String, _ annotations: NodeRef, _ forest: Forest) -> String? {
    forest.value(annotations, key: "internal.config.kubernetes.io/\(name)").map { forest.text($0) }
  }

  private static func list(_ name: String, _ annotations: NodeRef, _ forest: Forest) -> [String]? {
    text(name, annotations, forest)?.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
}
